import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { matches, setUpTaggers } from "../../src/desk/tagger";

setUpTaggers();
const sent = vi.fn<(name: string) => void>();

function option(name: string): string {
  return `<li role="option" id="o-${name}" data-name="${name}" aria-selected="false">${name}</li>`;
}

function input(): HTMLInputElement {
  return document.querySelector("input")!;
}

function type(text: string): void {
  input().value = text;
  input().dispatchEvent(new Event("input", { bubbles: true }));
}

function press(key: string, init: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  input().dispatchEvent(event);
  return event.defaultPrevented;
}

function active(): string {
  return document.querySelector<HTMLElement>("[aria-selected=true]")?.dataset.name ?? "";
}

beforeEach(() => {
  sent.mockClear();
  document.body.innerHTML = `<header id="head"><div class="tags">
    <form><button type="button" data-tag id="first"></button></form>
    <form><button type="button" data-tag id="last"></button></form>
    <details data-tagger open><form id="put"><input role="combobox" name="name">
    <ul role="listbox">${["배송 지연", "분실", "VIP"].map(option).join("")}</ul>
    <p data-none hidden></p><button type="submit"></button></form></details></div></header>`;
  document.querySelector("#put")!.addEventListener("submit", (event) => {
    event.preventDefault();
    sent(input().value);
  });
});

afterEach(() => document.body.replaceChildren());

test.each([
  ["배송", true],
  ["배ㅅ", true],
  ["뱃", true],
  ["ㅂㅅㅈ", true],
  ["지ㅇ", true],
  ["송배", false],
  ["ㅈㅂ", false],
])("a name is found by what is typed so far: %s", (typed, found) => {
  expect(matches("배송 지연", typed)).toBe(found);
});

test("letters narrow the list and Enter puts on the first", () => {
  type("v");
  expect(active()).toBe("VIP");
  expect(press("Enter")).toBe(true);
  expect(sent.mock.calls).toEqual([["VIP"]]);
});

test("Enter that ends a syllable puts nothing on", () => {
  type("분");
  expect(press("Enter", { isComposing: true })).toBe(false);
  expect(sent).not.toHaveBeenCalled();
});

test("arrows go round what is left", () => {
  type("ㅂ");
  expect(active()).toBe("배송 지연");
  press("ArrowDown");
  expect(active()).toBe("분실");
  expect(input().getAttribute("aria-activedescendant")).toBe("o-분실");
  press("ArrowDown");
  expect(active()).toBe("배송 지연");
  press("ArrowUp");
  expect(active()).toBe("분실");
});

test("a name that is not there is left to the form", () => {
  type("재입고");
  expect(document.querySelector<HTMLElement>("[data-none]")!.hidden).toBe(false);
  expect(press("Enter")).toBe(false);
});

test("Backspace in the empty field takes the last one off, and only there", () => {
  const taken = vi.fn();
  document.querySelector("#last")!.addEventListener("click", taken);
  type("분");
  press("Backspace");
  expect(taken).not.toHaveBeenCalled();
  type("");
  press("Backspace");
  expect(taken).toHaveBeenCalledTimes(1);
});

test("Backspace held down empties the field and takes nothing off", () => {
  const taken = vi.fn();
  document.querySelector("#last")!.addEventListener("click", taken);
  type("");
  press("Backspace", { repeat: true });
  expect(taken).not.toHaveBeenCalled();
});
