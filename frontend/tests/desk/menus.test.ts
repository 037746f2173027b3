import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUpHotkeys } from "../../src/desk/hotkeys";
import { setUpMenus } from "../../src/desk/menus";

setUpMenus();
setUpHotkeys();

function press(key: string): void {
  const init = { key, code: `Key${key.toUpperCase()}`, bubbles: true, cancelable: true };
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", init));
}

async function settle(): Promise<void> {
  await new Promise((done) => setTimeout(done));
}

beforeEach(() => {
  HTMLElement.prototype.checkVisibility = () => true;
  document.body.innerHTML = `<details class="menu"><summary data-hotkey="z">보류</summary>
    <div class="pop"><form><button type="button" id="one">하나</button>
    <button type="button" id="two">둘</button><input id="own"></form></div></details>
    <details class="menu" id="other"><summary>다른 것</summary><div class="pop"></div></details>`;
});

afterEach(() => document.body.replaceChildren());

test("a key opens the menu at its first entry and arrows go round", async () => {
  press("z");
  await Promise.resolve();
  expect(document.activeElement?.id).toBe("one");
  press("ArrowDown");
  expect(document.activeElement?.id).toBe("two");
  press("ArrowDown");
  expect(document.activeElement?.id).toBe("one");
  press("ArrowUp");
  expect(document.activeElement?.id).toBe("two");
});

test("arrows stay in a field that is written in", () => {
  document.querySelector("details")!.open = true;
  document.querySelector<HTMLElement>("#own")!.focus();
  press("ArrowDown");
  expect(document.activeElement?.id).toBe("own");
});

test("one menu is open at a time and Escape closes it", async () => {
  document.querySelector<HTMLDetailsElement>("#other")!.open = true;
  press("z");
  await settle();
  expect(document.querySelectorAll("details[open]")).toHaveLength(1);
  press("Escape");
  expect(document.querySelectorAll("details[open]")).toHaveLength(0);
  expect(document.activeElement?.tagName).toBe("SUMMARY");
});

test("a form to be sent once is sent once, and again after one came back to it", async () => {
  document.body.innerHTML = `<form data-once><button type="submit">받기</button></form>`;
  const sent = vi.fn((event: Event) => event.preventDefault());
  document.querySelector("form")!.addEventListener("submit", sent);
  const button = document.querySelector("button")!;
  button.click();
  await settle();
  button.click();
  expect(sent).toHaveBeenCalledTimes(1);
  window.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
  button.click();
  expect(sent).toHaveBeenCalledTimes(2);
});

test("the line of pages begins where one is, after a part was read again too", () => {
  const seen: string[] = [];
  HTMLElement.prototype.scrollIntoView = function (this: HTMLElement) {
    seen.push(this.id);
  };
  const nav = (here: string): string =>
    ["brands", "agents"]
      .map((id) => `<a href="#" id="${id}"${id === here ? ' aria-current="page"' : ""}></a>`)
      .join("");
  document.body.innerHTML = `<nav class="side">${nav("brands")}</nav>`;
  const settle = (): boolean => document.dispatchEvent(new CustomEvent("htmx:afterSettle"));
  settle();
  expect(seen).toEqual(["brands"]);
  // Nothing has moved: where one has scrolled to stays.
  settle();
  expect(seen).toEqual(["brands"]);
  document.querySelector("nav")!.innerHTML = nav("agents");
  settle();
  expect(seen).toEqual(["brands", "agents"]);
  // Come back to by the browser's own way back, or turned into a phone's page.
  window.dispatchEvent(new Event("pageshow"));
  expect(seen).toEqual(["brands", "agents", "agents"]);
});
