/* The list that `?` shows and the code that acts: neither knows a key that the other does not. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUpComposers } from "../../src/desk/composer/composer";
import { RichSurface } from "../../src/desk/composer/editor";
import { Field } from "../../src/desk/composer/field";
import { meaning, type Meaning } from "../../src/desk/composer/pressing";
import { SHORTCUTS, spelled } from "../../src/desk/composer/shortcuts";
import { setUpHotkeys } from "../../src/desk/hotkeys";
import { inComposer } from "../../src/desk/keylist";

type Name = keyof typeof SHORTCUTS;
const onTouch = (isTouch: boolean): void =>
  void vi.stubGlobal("matchMedia", (query: string) => ({
    matches: isTouch && query === "(pointer: coarse)",
  }));
const onA = (platform: string): void =>
  void vi.spyOn(navigator, "platform", "get").mockReturnValue(platform);

function put(held = "5"): HTMLFormElement {
  document.body.innerHTML = `<form data-composer data-held="${held}">
    <div><textarea placeholder="답장. 줄바꿈은 Shift+Enter" data-touch="답장"></textarea></div>
    <div data-link="주소를 넣어 주세요." hidden><input></div></form>`;
  return document.querySelector("form")!;
}

/** The event of a key in the spelling of the editor. */
function event(spelling: string): KeyboardEvent {
  const key = spelling.split("-").at(-1) ?? "";
  const code = /^[a-z]$/.test(key)
    ? `Key${key.toUpperCase()}`
    : /\d/.test(key)
      ? `Digit${key}`
      : key;
  return new KeyboardEvent("keydown", {
    key,
    code,
    keyCode: key.length === 1 ? key.toUpperCase().charCodeAt(0) : 13,
    ctrlKey: spelling.includes("Mod"),
    shiftKey: spelling.includes("Shift"),
    bubbles: true,
    cancelable: true,
  });
}

const listed = (): string[][] => {
  document.body.dispatchEvent(event("?"));
  return [...document.querySelectorAll("#keys section:last-child dt")].map((term) => [
    term.textContent,
    term.nextElementSibling?.textContent ?? "",
  ]);
};

setUpHotkeys();
setUpComposers();
beforeEach(() => onTouch(false));
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("? lists what the keys do in the composer", () => {
  put();
  expect(listed()).toEqual([
    ["↵", "보내기"],
    ["Ctrl ↵", "목록을 쓰다가 보내기"],
    ["Shift ↵", "줄 바꾸기"],
    ["Ctrl Shift ↵", "보내고 끝내기"],
    ["Ctrl Z", "쓴 것 되돌리기"],
    ["Ctrl Z", "빈 글칸에서: 방금 보낸 답 취소"],
    ["Ctrl Shift Z", "되돌린 것 다시 하기"],
    ["Ctrl B", "굵게"],
    ["Ctrl Shift K", "링크"],
    ["Ctrl Shift 7", "번호 목록"],
    ["Ctrl Shift 8", "점 목록"],
    ["Ctrl Shift 9", "인용"],
    ["/", "답변 템플릿"],
    ["@", "메모에서 동료 부르기"],
    ["Esc", "글칸에서 나오기"],
  ]);
});

test("it names Cmd on a Mac, and no taking back for whom nothing is held", () => {
  onA("MacIntel");
  put("0");
  const keys = listed().map(([key, text]) => `${key} ${text}`);
  expect(keys.slice(0, 2)).toEqual(["↵ 보내기", "Cmd ↵ 목록을 쓰다가 보내기"]);
  expect(keys.filter((one) => one.includes("Ctrl") || one.includes("답 취소"))).toEqual([]);
});

test("on a touched screen Enter begins a line, and list and field say so", () => {
  onTouch(true);
  const area = put().querySelector("textarea")!;
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  expect(area.placeholder).toBe("답장");
  expect(listed().slice(0, 2)).toEqual([
    ["Ctrl ↵", "보내기"],
    ["↵", "줄 바꾸기"],
  ]);
  expect(meaning(event("Enter"), false)).toBeNull();
  expect(meaning(event("Mod-Enter"), false)).toBe("send");
});

test("with a mouse the field names Shift+Enter", () => {
  const area = put().querySelector("textarea")!;
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  expect(area.placeholder).toContain("Shift+Enter");
});

/** What a listed key means to the composer; the rest is for the editor. */
const MEANT: Partial<Record<Name, Meaning>> = {
  send: "send",
  sendAnyway: "send",
  close: "close",
  unsend: "unsend",
};

test("each key of the list acts, in the composer or in the editor", async () => {
  const form = put();
  const names = inComposer(form).map(([name]) => name);
  expect([...names, "find"].sort()).toEqual(Object.keys(SHORTCUTS).sort());
  const field = Field.of(form.querySelector("textarea")!);
  field.become((area) => new RichSurface(form, area, field, () => undefined));
  const made = (name: Name): string => {
    field.words = { text: "한 줄" };
    if (name === "undo" || name === "redo") field.insert("!");
    if (name === "redo") field.input.dispatchEvent(event(SHORTCUTS.undo));
    const before = field.input.innerHTML;
    field.input.dispatchEvent(event(SHORTCUTS[name]));
    if (field.input.innerHTML !== before) return "another text";
    field.insert("x");
    return field.input.querySelector("strong") ? "bold letters" : "nothing";
  };
  for (const name of names) {
    const key = `${name}: ${spelled(SHORTCUTS[name])}`;
    if (MEANT[name])
      expect([key, meaning(event(SHORTCUTS[name]), false)]).toEqual([key, MEANT[name]]);
    else if (name !== "link") expect([key, made(name)]).not.toEqual([key, "nothing"]);
  }
  field.input.dispatchEvent(event(SHORTCUTS.link));
  const line = form.querySelector<HTMLElement>("[data-link]")!;
  await vi.waitFor(() => expect(line.hidden).toBe(false));
});

test("buttons name Cmd on a Mac, too", () => {
  onA("MacIntel");
  document.body.innerHTML = `<button title="굵게 (Ctrl+B)"></button>`;
  setUpHotkeys();
  expect(document.querySelector("button")!.title).toBe("굵게 (Cmd+B)");
});
