import { el, icon } from "../shared/nodes";
import down from "icon:arrow-down";
import { announce } from "./announce";
import { onContent } from "./htmx";
import { say } from "./say";

const NEAR = 60;
const MOST_SAID = 3;
const LONGEST_SAID = 160;
const pinned = new WeakSet<HTMLElement>();

function messages(thread: HTMLElement): HTMLElement[] {
  return [...thread.querySelectorAll<HTMLElement>(".msg")];
}

/** Says aloud what the customer wrote: who it was, and the words, or the names of the files. */
function tell(thread: HTMLElement, fresh: readonly HTMLElement[]): void {
  const theirs = fresh.filter((message) => !message.matches(".me, .note, .auto"));
  for (const message of theirs.slice(-MOST_SAID)) {
    const words = message.querySelector(".b")?.textContent ?? "";
    const files = [...message.querySelectorAll(".file")].map(
      (file) => file.querySelector("img")?.alt ?? file.querySelector(".name")?.textContent ?? "",
    );
    const text = [words, ...files].join(" ").replace(/\s+/g, " ").trim();
    const short = text.length > LONGEST_SAID ? `${text.slice(0, LONGEST_SAID)}…` : text;
    announce([thread.dataset.customer, short].filter(Boolean).join(": "));
  }
}

/** Keeps a thread at its end while one is there; otherwise offers a way down to what is new. */
function pin(thread: HTMLElement): void {
  if (pinned.has(thread)) return;
  pinned.add(thread);
  let atEnd = true;
  let known = new Set(messages(thread).map(({ id }) => id));
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
    const all = messages(thread);
    // What stands above was read from the past.
    const fresh = all.slice(all.findLastIndex(({ id }) => known.has(id)) + 1);
    known = new Set(all.map(({ id }) => id));
    if (atEnd) toEnd();
    else if (fresh.length) button.hidden = false;
    tell(thread, fresh);
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
