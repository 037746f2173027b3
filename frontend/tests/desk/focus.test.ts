import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUpFocus } from "../../src/desk/focus";

const byId = (id: string): HTMLElement => document.getElementById(id)!;
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

function page(): void {
  HTMLElement.prototype.checkVisibility = () => true;
  document.hasFocus = () => true;
  document.body.innerHTML = `
    <div data-rows><a class="row" id="a" href="#a"></a><a class="row" id="b" href="#b"></a>
    <a class="row" id="c" href="#c"></a></div>
    <main id="main" tabindex="-1"><details class="menu" open><summary id="opener"></summary>
    <button id="entry">긴급</button></details><button id="done">마치기</button></main>`;
}

page();
setUpFocus();

beforeEach(() => {
  page();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
});
afterEach(() => vi.restoreAllMocks());

test("a page with a list begins at its matter", () => {
  expect(document.activeElement).toBe(document.body);
  setUpFocus();
  expect(document.activeElement).toBe(byId("main"));
});

test("where a row has gone, the one that took its place has the focus", async () => {
  byId("b").focus();
  byId("b").remove();
  document.dispatchEvent(new Event("htmx:afterSwap"));
  await settled();
  expect(document.activeElement).toBe(byId("c"));
});

test("where an entry of a menu has gone, its button has the focus, else the matter of the page", async () => {
  byId("entry").focus();
  byId("entry").blur();
  await settled();
  expect(document.activeElement).toBe(byId("opener"));
  byId("done").focus();
  byId("done").remove();
  document.dispatchEvent(new Event("htmx:afterSwap"));
  await settled();
  expect(document.activeElement).toBe(byId("main"));
});

test("who points is left alone", async () => {
  byId("done").focus();
  document.dispatchEvent(new Event("pointerdown"));
  byId("done").blur();
  await settled();
  expect(document.activeElement).toBe(document.body);
});
