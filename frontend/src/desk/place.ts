/** From the edge of the words, in pixels. */
const GAP = 8;

/**
 * Puts what is said at the top of the words of the conversation on screen: below it the last of them,
 * the way to write and the buttons stay free. Elsewhere the sheet says where it stands.
 */
export function placeToasts(toasts: HTMLElement): void {
  const words = document.getElementById("thread")?.getBoundingClientRect();
  const isOver = !!words?.width;
  toasts.toggleAttribute("data-over", isOver);
  if (!isOver) return;
  toasts.style.setProperty("--top", `${words.top + GAP}px`);
  toasts.style.setProperty("--middle", `${words.left + words.width / 2}px`);
  toasts.style.setProperty("--most", `${words.width - 2 * GAP}px`);
}
