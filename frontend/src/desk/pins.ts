import { el, icon } from "../shared/nodes";
import down from "icon:arrow-down";
import { onContent } from "./htmx";
import { say } from "./say";

const NEAR = 60;
const pinned = new WeakSet<HTMLElement>();

/** Keeps a thread at its end while one is there; otherwise offers a way down to what is new. */
function pin(thread: HTMLElement): void {
  if (pinned.has(thread)) return;
  pinned.add(thread);
  let atEnd = true;
  let last = thread.querySelector(".msg:last-of-type")?.id;
  const button = el("button", { type: "button", class: "newest", hidden: true }, say("새 메시지"));
  button.prepend(icon(down, "i s"));
  thread.after(button);
  const toEnd = (): void => {
    thread.scrollTop = thread.scrollHeight;
    button.hidden = true;
  };
  button.addEventListener("click", toEnd);
  thread.addEventListener(
    "scroll",
    () => {
      atEnd = thread.scrollHeight - thread.scrollTop - thread.clientHeight < NEAR;
      if (atEnd) button.hidden = true;
    },
    { passive: true },
  );
  const changed = (): void => {
    const now = [...thread.querySelectorAll(".msg")].at(-1)?.id;
    if (atEnd) toEnd();
    else if (now !== last) button.hidden = false;
    last = now;
  };
  new MutationObserver(changed).observe(thread, { childList: true, subtree: true });
  new ResizeObserver(() => {
    if (atEnd) toEnd();
  }).observe(thread);
  thread.addEventListener("load", () => atEnd && toEnd(), { capture: true });
  toEnd();
}

export function setUpPins(): void {
  onContent((root) => root.querySelectorAll<HTMLElement>('[data-pin="bottom"]').forEach(pin));
}
