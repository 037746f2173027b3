/*
 * Whoever works by keyboard is always somewhere. Where what had the focus goes away (a menu closes,
 * a row leaves the list, a button did its work), the focus goes to what is nearest: the menu's own
 * button, the row that took the place, else the conversation. Pointers are left alone.
 */
let byKey = false;
let last: HTMLElement | null = null;
let place = -1;

const ROWS = "[data-rows] .row";

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROWS)];
}

function isNowhere(): boolean {
  const { activeElement } = document;
  return !activeElement || activeElement === document.body;
}

function nearest(): HTMLElement | null {
  const main = document.getElementById("main");
  if (place >= 0) {
    const all = rows();
    return all[Math.min(place, all.length - 1)] ?? main;
  }
  const menu = last?.isConnected ? last.closest("details.menu") : null;
  const opener = menu?.querySelector<HTMLElement>("summary");
  return opener?.checkVisibility() ? opener : main;
}

function settle(): void {
  if (!byKey || !isNowhere() || !document.hasFocus()) return;
  if (document.querySelector("dialog[open]")) return;
  nearest()?.focus({ preventScroll: true });
}

function begin(): void {
  const main = document.getElementById("main");
  if (!main || !isNowhere() || !document.querySelector("[data-rows]")) return;
  // Without a ring until a key is pressed: nobody has moved yet.
  main.dataset.begun = "";
  main.focus({ preventScroll: true });
}

function pressed(): void {
  byKey = true;
  document.querySelector("[data-begun]")?.removeAttribute("data-begun");
}

/** Keeps the keyboard from falling out of the page, and begins where the page's matter is. */
export function setUpFocus(): void {
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("pointerdown", () => (byKey = false), true);
  document.addEventListener("focusin", (event) => {
    last = event.target instanceof HTMLElement ? event.target : null;
    place = last?.matches(ROWS) ? rows().indexOf(last) : -1;
  });
  // Once it is clear that the focus goes nowhere else; not every browser tells of what was removed.
  const soon = (): void => void setTimeout(settle);
  for (const name of ["focusout", "htmx:afterSwap", "close", "toggle"])
    document.addEventListener(name, soon, true);
  begin();
  // An address that names a message takes the focus away once more.
  window.addEventListener("load", () => setTimeout(begin));
}
