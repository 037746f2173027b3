import { ago, exact } from "../shared/times";
import { onContent } from "./htmx";
import { locale, zone } from "./say";

const EVERY = 30_000;

/** Makes times speak: 방금, 4분, and the exact time when pointed at. */
export function tell(root: ParentNode, now = new Date()): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    element.title = exact(at, locale, zone);
    if (element.dataset.time === "clock") continue;
    const text = ago(at, now, locale, zone);
    if (element.textContent !== text) element.textContent = text;
  }
}

export function setUpClocks(): void {
  onContent(tell);
  setInterval(() => tell(document), EVERY);
  document.addEventListener("visibilitychange", () => tell(document));
}
