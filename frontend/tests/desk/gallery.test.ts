import { afterEach, beforeEach, expect, test } from "vitest";
import { setUpGalleries } from "../../src/desk/gallery";

setUpGalleries();

function picture(at: number): HTMLElement {
  return document.querySelectorAll<HTMLElement>("a[data-picture]")[at]!;
}

function press(key: string): void {
  const target = document.querySelector("dialog") ?? document.activeElement;
  target?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

function shown(): string {
  return document.querySelector("dialog [role=status]")?.textContent ?? "";
}

beforeEach(() => {
  // What jsdom has not.
  HTMLDialogElement.prototype.showModal = function show() {
    this.open = true;
  };
  HTMLDialogElement.prototype.close = function close() {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  };
  const one = (name: string): string =>
    `<li><a href="/files/${name}" data-picture data-name="${name}" data-who="김하늘"
      data-at="2026-11-20T00:00:00Z" data-message="/desk/c/1/#msg-${name}">그림</a></li>`;
  document.body.innerHTML = `<ul data-gallery>${one("a")}${one("b")}</ul>
    <ul data-gallery>${one("c")}</ul>`;
});

afterEach(() => document.body.replaceChildren());

test("a picture opens large and the arrows stop at both ends of its own gallery", () => {
  picture(0).click();
  expect(shown()).toBe("1 / 2");
  press("ArrowLeft");
  expect(shown()).toBe("1 / 2");
  press("ArrowRight");
  press("ArrowRight");
  expect(shown()).toBe("2 / 2");
  expect(document.querySelector("dialog img")?.getAttribute("alt")).toBe("b");
  press("Home");
  expect(shown()).toBe("1 / 2");
});

test("closed, the focus is at the picture that was shown last", () => {
  picture(0).click();
  press("End");
  document.querySelector("dialog")!.close();
  expect(document.querySelector("dialog")).toBeNull();
  expect(document.activeElement).toBe(picture(1));
});

test("with a key held the browser does what it does with links", () => {
  const click = new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true });
  picture(0).dispatchEvent(click);
  expect(click.defaultPrevented).toBe(false);
  expect(document.querySelector("dialog")).toBeNull();
});

test("whoever asked for older pictures keeps them: the gallery is not read again by itself", () => {
  const [first, second] = document.querySelectorAll<HTMLElement>("[data-gallery]");
  for (const one of [first!, second!]) one.dataset.live = "conversation:c1";
  first!.insertAdjacentHTML("beforeend", '<li class="rest"><button></button></li>');
  const asks = (elt: Element | null): void => {
    document.dispatchEvent(new CustomEvent("htmx:beforeRequest", { detail: { elt } }));
  };
  asks(second!);
  expect(second!.dataset.live).toBe("conversation:c1");
  asks(first!.querySelector(".rest button"));
  expect(first!.dataset.live).toBeUndefined();
});
