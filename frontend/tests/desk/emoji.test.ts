import { afterEach, expect, test, vi } from "vitest";
import { EmojiPanel, findEmoji } from "../../src/desk/composer/emoji";

const WORDS = { title: "이모지", find: "이모지 찾기", lately: "최근에 쓴 것", none: "없어요" };

afterEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});

function open(): { panel: EmojiPanel; taken: string[]; left: () => number } {
  const taken: string[] = [];
  const leave = vi.fn();
  const panel = new EmojiPanel(WORDS, "ko", (emoji) => taken.push(emoji), leave);
  document.body.append(panel.element);
  panel.begin();
  return { panel, taken, left: () => leave.mock.calls.length };
}

function press(key: string, init: KeyboardEventInit = {}): void {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init });
  document.activeElement!.dispatchEvent(event);
}

function type(text: string): void {
  const find = document.querySelector("input")!;
  find.value = text;
  find.dispatchEvent(new Event("input", { bubbles: true }));
}

test("emoji are found in Korean and in English, by initials, the nearest name first", () => {
  const found = (query: string): string[] => findEmoji(query).map(({ emoji }) => emoji);
  expect(found("하트")).toContain("❤️");
  expect(found("shoe")).toContain("👟");
  expect(found("ㅇㄷㅎ")[0]).toBe("👟");
  expect(found("없는말이에요")).toEqual([]);
});

test("typed for and chosen with Enter, and found again among those used lately", () => {
  const { taken } = open();
  type("운동화");
  press("Enter");
  expect(taken).toEqual(["👟"]);
  document.body.replaceChildren();
  open();
  const lately = document.querySelector("section")!;
  expect(lately.getAttribute("aria-label")).toBe("최근에 쓴 것");
  expect(lately.querySelector("button")!.dataset.emoji).toBe("👟");
});

test("arrows go in and along, Escape leaves, and no key chooses while a syllable is put together", () => {
  const { taken, left } = open();
  type("고양이");
  press("Enter", { isComposing: true });
  press("ArrowDown");
  const [first, second] = document.querySelectorAll("button");
  expect(document.activeElement).toBe(first);
  expect(first!.getAttribute("aria-label")).toBeTruthy();
  press("ArrowRight");
  expect(document.activeElement).toBe(second);
  press("Escape");
  expect([taken, left()]).toEqual([[], 1]);
});

test("a letter typed among the emoji goes on in the field, and nowhere else", () => {
  open();
  const elsewhere = vi.fn<() => void>();
  document.addEventListener("keydown", elsewhere);
  press("ArrowDown");
  press("e", { code: "KeyE" });
  expect(document.activeElement).toBe(document.querySelector("input"));
  expect(elsewhere).not.toHaveBeenCalled();
  document.removeEventListener("keydown", elsewhere);
});
