import cross from "icon:x";
import { el, icon } from "../shared/nodes";
import { announcer } from "./announce";
import { csrf, onContent, problemText } from "./htmx";
import { placeToasts } from "./place";
import { say } from "./say";

interface Notice {
  readonly text: string;
  readonly undo?: string | undefined;
  readonly undo_text?: string | undefined;
  /** What the button does instead of calling an address. */
  readonly act?: (() => void) | undefined;
  /** Milliseconds. */
  readonly stays?: number | undefined;
}

const STAYS = 7000;
const STAYS_WITH_UNDO = 12_000;

function place(): HTMLElement {
  const known = document.getElementById("toasts");
  if (known) return known;
  const made = el("div", { id: "toasts", role: "status", "aria-atomic": "false" });
  document.body.append(made);
  return made;
}

async function undo(url: string): Promise<void> {
  const response = await fetch(url, { method: "POST", headers: csrf() }).catch(() => null);
  if (response?.ok) {
    toast(say("되돌렸어요"));
    document.dispatchEvent(new CustomEvent("majung:refetch"));
  } else toast(problemText((await response?.text()) ?? ""));
}

/**
 * Says something at the edge of the screen, with a way back where there is one. Gives what takes it
 * away before its time.
 */
export function toast(text: string, options: Omit<Notice, "text"> = {}): () => void {
  const close = el("button", { type: "button", class: "icon", "aria-label": say("닫기") });
  close.append(icon(cross, "i s"));
  const box = el("div", { class: "toast" }, el("span", {}, text));
  const { undo: url, act } = options;
  if (url ?? act) {
    const button = el(
      "button",
      { type: "button", class: "btn s" },
      options.undo_text ?? say("되돌리기"),
    );
    button.addEventListener("click", () => {
      box.remove();
      if (act) act();
      else if (url) void undo(url);
    });
    box.append(button);
  }
  box.append(close);
  close.addEventListener("click", () => box.remove());
  const stays = options.stays ?? (url ? STAYS_WITH_UNDO : STAYS);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const start = (): void => void (timer = setTimeout(() => box.remove(), stays));
  // Nothing leaves while one is at it.
  for (const name of ["pointerenter", "focusin"])
    box.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, start);
  const toasts = place();
  placeToasts(toasts);
  toasts.append(box);
  start();
  return () => box.remove();
}

/** Shows what the server wants said: `HX-Trigger: {"notice": …}` or `<div data-toast>` in a page. */
export function setUpToasts(): void {
  const again = (): void => placeToasts(place());
  onContent(again);
  window.addEventListener("resize", again);
  announcer();
  document.addEventListener("notice", (event) => {
    const notice = (event as CustomEvent<Notice>).detail;
    toast(notice.text, notice);
  });
  for (const element of document.querySelectorAll<HTMLElement>("[data-toast]")) {
    const { undo: url, undoText } = element.dataset;
    toast(element.textContent.trim(), { undo: url, undo_text: undoText });
    element.remove();
  }
}
