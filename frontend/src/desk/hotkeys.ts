import { el } from "../shared/nodes";
import { say } from "./say";

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
}

/** Whether a key is for what floats above the page: an open menu, or a dialog within it. */
function isAbove(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog], .pop") !== null;
}

/** The editor of a form, or the textarea until it is there. */
const WRITTEN_IN = "[role=textbox][contenteditable], textarea:not([hidden])";

/** The letter on the key, whatever input language is on: ㄷ is e. */
function letter(event: KeyboardEvent): string {
  const code = /^Key([A-Z])$/.exec(event.code);
  return code?.[1] ? code[1].toLowerCase() : event.key.toLowerCase();
}

export function isShown(element: HTMLElement): boolean {
  return element.matches("input[type=radio]") || element.checkVisibility();
}

export function press(element: HTMLElement): void {
  if (element instanceof HTMLInputElement && element.type === "radio") {
    element.checked = true;
    element.dispatchEvent(new Event("change", { bubbles: true }));
    element.form?.querySelector<HTMLElement>(WRITTEN_IN)?.focus();
  } else if (element.matches("input, textarea, select")) element.focus();
  else element.click();
}

/** Moves in the list with j and k, from where one is or from the open row. */
function moveRow(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-rows] .row")];
  const focused = rows.indexOf(document.activeElement as HTMLElement);
  const at =
    focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.focus();
}

function showKeys(): void {
  document.getElementById("keys")?.remove();
  const list = el("dl", { class: "dl keys" });
  const add = (key: string, text: string): void =>
    list.append(el("dt", {}, el("kbd", {}, key)), el("dd", {}, text));
  if (document.querySelector("[data-rows]")) {
    add("J", say("다음 상담"));
    add("K", say("이전 상담"));
    add("↵", say("열기"));
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-hotkey]")) {
    if (!isShown(element)) continue;
    const text =
      element.dataset.hotkeyLabel ??
      element.getAttribute("aria-label") ??
      element.textContent.trim();
    add((element.dataset.hotkey ?? "").toUpperCase(), text);
  }
  if (document.querySelector("[data-composer]")) {
    add("Ctrl ↵", say("보내기"));
    add("Ctrl Shift ↵", say("보내고 끝내기"));
    add("/", say("답변 템플릿"));
    add("Ctrl B", say("굵게"));
    add("Ctrl Shift K", say("링크"));
    add("Ctrl Shift 7", say("번호 목록"));
    add("Ctrl Shift 8", say("점 목록"));
    add("Ctrl Shift 9", say("인용"));
  }
  if (document.body.dataset.palette) add("Ctrl K", say("찾기, 이동, 할 일"));
  add("?", say("단축키 보기"));
  const close = el("button", { class: "btn", value: "close" }, say("닫기"));
  const form = el("form", { method: "dialog" }, el("h2", {}, say("단축키")), list, close);
  const dialog = el("dialog", { id: "keys", class: "dialog" }, form);
  dialog.setAttribute("aria-label", say("단축키"));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

export function setUpHotkeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    // What is held down goes on through the list; a button is pressed once.
    if (event.repeat && !["j", "k"].includes(letter(event))) return;
    if (event.key === "?" || (event.shiftKey && event.code === "Slash")) {
      event.preventDefault();
      showKeys();
      return;
    }
    const key = letter(event);
    if (event.shiftKey || isAbove(event.target)) return;
    if (key === "j" || key === "k") {
      moveRow(key === "j" ? 1 : -1);
      return;
    }
    const target = [...document.querySelectorAll<HTMLElement>("[data-hotkey]")].find(
      (element) => element.dataset.hotkey === key && isShown(element),
    );
    if (!target) return;
    event.preventDefault();
    press(target);
  });
}
