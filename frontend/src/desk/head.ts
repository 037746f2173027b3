/*
 * On a narrow screen the head of a conversation is one line; what else stands in it is folded away
 * behind a button, and lies over the words while it is unfolded.
 */
import { onContent } from "./htmx";

const desk = (): HTMLElement | null => document.querySelector<HTMLElement>(".desk");
const button = (): HTMLElement | null => document.querySelector<HTMLElement>("[data-head-toggle]");

function isOpen(): boolean {
  return desk()?.dataset.head === "open";
}

function show(): void {
  button()?.setAttribute("aria-expanded", String(isOpen()));
}

export function unfold(): void {
  const place = desk();
  const head = document.querySelector<HTMLElement>(".conv > .head");
  if (!place || !head || isOpen()) return;
  place.style.setProperty("--head", `${head.offsetHeight}px`);
  place.dataset.head = "open";
  show();
}

export function fold(): void {
  const place = desk();
  if (place) delete place.dataset.head;
  show();
}

/** Whether something is folded away just now: a key that means it unfolds it. */
export function isFolded(element: Element): boolean {
  return !isOpen() && !!element.closest(".conv > .head") && button()?.checkVisibility() === true;
}

export function setUpHead(): void {
  // What is read again says as the server does that it is folded.
  onContent(show);
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("[data-head-toggle]")) (isOpen() ? fold : unfold)();
    else if (isOpen() && target && !target.closest(".conv > .head")) fold();
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      // A menu that is open in it closes first.
      if (document.querySelector(".conv > .head details[open]")) return;
      const isWithin = document.activeElement?.closest(".conv > .head");
      fold();
      if (isWithin) button()?.focus();
    },
    true,
  );
  // What one does with the whole conversation is done; tags and bells may be more than one.
  document.addEventListener("submit", (event) => {
    if ((event.target as Element).closest(".conv > .head .line1")) fold();
  });
}
