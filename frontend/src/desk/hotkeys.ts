import { isMac } from "./composer/shortcuts";
import { isFolded, unfold } from "./head";
import { onContent } from "./htmx";
import { nameKeys, showKeys } from "./keylist";
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
  return element.matches("input[type=radio]") || element.checkVisibility() || isFolded(element);
}

export function press(element: HTMLElement): void {
  if (isFolded(element)) unfold();
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

/** What the keys of this page do while one does not write. */
function ofPage(): [string, string][] {
  const told: [string, string][] = [];
  if (document.querySelector("[data-rows]")) {
    told.push(["J", say("다음 상담")], ["K", say("이전 상담")], ["↵", say("열기")]);
  }
  for (const element of document.querySelectorAll<HTMLElement>("[data-hotkey]")) {
    if (!isShown(element)) continue;
    const { hotkey = "", hotkeyLabel } = element.dataset;
    const text = hotkeyLabel ?? element.getAttribute("aria-label") ?? element.textContent.trim();
    told.push([hotkey.toUpperCase(), text]);
  }
  return told;
}

export function setUpHotkeys(): void {
  if (isMac()) onContent(nameKeys);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    // What is held down goes on through the list; a button is pressed once.
    if (event.repeat && !["j", "k"].includes(letter(event))) return;
    if (event.key === "?" || (event.shiftKey && event.code === "Slash")) {
      event.preventDefault();
      showKeys(ofPage());
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
