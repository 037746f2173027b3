import { el } from "../shared/nodes";

/** How long what was said stays: long enough to be heard, and gone when it is said again. */
const STAYS = 1000;

/** The place of the page from which things are said; there from the start, so that it is known. */
export function announcer(): HTMLElement {
  const known = document.getElementById("announcer");
  if (known) return known;
  const made = el("div", { id: "announcer", class: "vh", role: "status", "aria-atomic": "false" });
  document.body.append(made);
  return made;
}

/**
 * Says something to those who listen to the page rather than look at it. Two things at once are
 * both said; the same is said once while it stands there.
 */
export function announce(text: string): void {
  const place = announcer();
  if (!text || [...place.children].some((line) => line.textContent === text)) return;
  const line = el("p", {}, text);
  place.append(line);
  setTimeout(() => line.remove(), STAYS);
}
