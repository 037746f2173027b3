import htmx from "htmx.org";
import { onContent } from "./htmx";

const LINK = ".thread .more";
/** How far above what is on screen the past is read already. */
const AHEAD = "600px 0px 0px 0px";

interface Swap {
  readonly requestConfig?: { readonly elt: Element };
}

let watching: IntersectionObserver | null = null;
let watched: Element | null = null;

function watch(thread: HTMLElement): void {
  if (watched !== thread) {
    watching?.disconnect();
    watched = thread;
    watching = new IntersectionObserver(
      (seen) => {
        for (const { isIntersecting, target } of seen) {
          if (!isIntersecting) continue;
          watching?.unobserve(target);
          htmx.trigger(target, "near", {});
        }
      },
      { root: thread, rootMargin: AHEAD },
    );
  }
  // A link that is hidden meanwhile, since the past stands above it, is never near.
  thread.querySelectorAll(LINK).forEach((link) => watching?.observe(link));
}

/** Keeps what one reads where it is while something comes in above it. */
function holdStill(): void {
  let mark: Element | null = null;
  let top = 0;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const link = (event as CustomEvent<Swap>).detail.requestConfig?.elt;
    const thread = link?.matches(LINK) ? link.closest<HTMLElement>(".thread") : null;
    const heads = [...(link?.parentElement?.children ?? [])];
    mark = thread && (heads.find((one) => one.matches(".ev, .msg")) ?? null);
    if (!thread || !mark) return;
    top = mark.getBoundingClientRect().top;
    // Not every browser holds it by itself, and none does at the very top: done here alone.
    thread.classList.add("steady");
  });
  document.addEventListener("htmx:afterSwap", () => {
    const thread = mark?.closest<HTMLElement>(".thread");
    if (!mark || !thread) return;
    thread.scrollTop += mark.getBoundingClientRect().top - top;
    mark = null;
    thread.classList.remove("steady");
  });
}

/** Brings the past of a thread in by itself when one scrolls up to it. */
export function setUpPast(): void {
  holdStill();
  onContent(() => {
    const thread = document.querySelector<HTMLElement>(".thread[data-pin]");
    if (thread) watch(thread);
  });
}
