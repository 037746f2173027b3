const TICK = 5000;
/** A visible page's timer is late only when the machine slept. */
const SLEPT_VISIBLE = 15_000;
/** A hidden page's timers run once a minute at worst. */
const SLEPT_HIDDEN = 150_000;

/**
 * Calls `woke` when the page may have missed something: the machine slept, the network came back,
 * the page came back from the back/forward cache or to the front after a while.
 * Returns a function that stops watching.
 */
export function onWake(woke: () => void): () => void {
  let last = Date.now();
  let hiddenAt = document.visibilityState === "hidden" ? last : 0;
  const tick = setInterval(() => {
    const now = Date.now();
    const slept =
      now - last > (document.visibilityState === "hidden" ? SLEPT_HIDDEN : SLEPT_VISIBLE);
    last = now;
    if (slept) woke();
  }, TICK);
  const shown = (): void => {
    if (document.visibilityState === "hidden") {
      hiddenAt = Date.now();
      return;
    }
    if (hiddenAt && Date.now() - hiddenAt > SLEPT_VISIBLE) woke();
    hiddenAt = 0;
    last = Date.now();
  };
  const restored = (event: PageTransitionEvent): void => {
    if (event.persisted) woke();
  };
  const online = (): void => woke();
  document.addEventListener("visibilitychange", shown);
  window.addEventListener("online", online);
  window.addEventListener("pageshow", restored);
  return () => {
    clearInterval(tick);
    document.removeEventListener("visibilitychange", shown);
    window.removeEventListener("online", online);
    window.removeEventListener("pageshow", restored);
  };
}
