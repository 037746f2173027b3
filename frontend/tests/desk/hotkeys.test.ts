import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tell } from "../../src/desk/clocks";
import { setUpHotkeys } from "../../src/desk/hotkeys";

setUpHotkeys();
const clicked = vi.fn();

function press(init: KeyboardEventInit, target: Element = document.body): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
}

beforeEach(() => {
  clicked.mockClear();
  HTMLElement.prototype.checkVisibility = () => true;
  document.body.innerHTML = `
    <div data-rows><a class="row" id="a" href="#a"></a><a class="row" id="b" href="#b" aria-current="true"></a>
    <a class="row" id="c" href="#c"></a></div>
    <button data-hotkey="e" data-hotkey-label="상담 마치기">마치기</button>
    <form><label><input type="radio" name="kind" value="note" data-hotkey="n" data-hotkey-label="내부 메모 쓰기"></label>
    <textarea></textarea></form>`;
  document.querySelector("button")!.addEventListener("click", clicked);
});

afterEach(() => document.body.replaceChildren());

test("a key presses its button, in Korean input too", () => {
  press({ key: "e", code: "KeyE" });
  press({ key: "ㄷ", code: "KeyE" });
  press({ key: "Process", code: "KeyE" });
  expect(clicked).toHaveBeenCalledTimes(3);
});

test("keys are left alone while writing and with modifiers", () => {
  press({ key: "e", code: "KeyE" }, document.querySelector("textarea")!);
  press({ key: "e", code: "KeyE", ctrlKey: true });
  press({ key: "e", code: "KeyE", metaKey: true });
  expect(clicked).toHaveBeenCalledTimes(0);
});

test("n chooses the note and puts the cursor into its field", () => {
  press({ key: "n", code: "KeyN" });
  expect(document.querySelector<HTMLInputElement>("[value=note]")!.checked).toBe(true);
  expect(document.activeElement).toBe(document.querySelector("textarea"));
});

test("n puts the cursor into the editor where it stands in the textarea's place", () => {
  const area = document.querySelector("textarea")!;
  area.hidden = true;
  area.insertAdjacentHTML("afterend", `<div role="textbox" contenteditable tabindex="0"></div>`);
  press({ key: "n", code: "KeyN" });
  expect(document.activeElement).toBe(area.nextElementSibling);
});

test("j and k move from the open row and stop at the ends", () => {
  const at = (): string => document.activeElement?.id ?? "";
  press({ key: "j", code: "KeyJ" });
  expect(at()).toBe("c");
  press({ key: "j", code: "KeyJ" });
  expect(at()).toBe("c");
  press({ key: "k", code: "KeyK" });
  press({ key: "k", code: "KeyK" });
  press({ key: "k", code: "KeyK" });
  expect(at()).toBe("a");
});

test("? lists the keys of the page", () => {
  press({ key: "?", code: "Slash", shiftKey: true });
  const keys = [...document.querySelectorAll("#keys dt")].map((term) => [
    term.textContent,
    term.nextElementSibling?.textContent,
  ]);
  expect(keys).toEqual([
    ["J", "다음 상담"],
    ["K", "이전 상담"],
    ["↵", "열기"],
    ["E", "상담 마치기"],
    ["N", "내부 메모 쓰기"],
    ["?", "단축키 보기"],
  ]);
});

test("times speak; a clock keeps its text and gets the exact time as title", () => {
  document.body.innerHTML = `<time datetime="2026-11-20T07:56:00Z">16:56</time>
    <time datetime="2026-11-20T07:56:00Z" data-time="clock">16:56</time><time datetime="?">그때</time>`;
  tell(document, new Date("2026-11-20T08:00:00Z"));
  const times = [...document.querySelectorAll("time")];
  expect(times.map((time) => time.textContent)).toEqual(["4분", "16:56", "그때"]);
  expect(times.map((time) => time.title.startsWith("2026년 11월 20일"))).toEqual([
    true,
    true,
    false,
  ]);
});

test("letters in an open menu and in a dialog press nothing on the page", () => {
  document.body.insertAdjacentHTML(
    "beforeend",
    `<details class="menu" open><summary></summary><div class="pop"><a href="#" id="in"></a></div>
    </details><div role="dialog"><button type="button" id="on"></button></div>`,
  );
  for (const id of ["in", "on"]) {
    press({ key: "e", code: "KeyE" }, document.getElementById(id)!);
    press({ key: "j", code: "KeyJ" }, document.getElementById(id)!);
  }
  expect(clicked).not.toHaveBeenCalled();
  expect(document.activeElement?.id).toBe("");
});

test("a key held down presses once, but walks on through the list", () => {
  press({ key: "e", code: "KeyE" });
  press({ key: "e", code: "KeyE", repeat: true });
  press({ key: "?", code: "Slash", shiftKey: true, repeat: true });
  expect(clicked).toHaveBeenCalledTimes(1);
  expect(document.querySelector("#keys")).toBeNull();
  press({ key: "k", code: "KeyK", repeat: true });
  expect(document.activeElement?.id).toBe("a");
});
