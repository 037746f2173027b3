/* Public pages work without this: it colours, tells times, and keeps a form from going twice. */
import { applyTokens } from "../shared/accent";
import { ago, exact } from "../shared/times";
import { pickLocale } from "../shared/words";

function tellTimes(): void {
  const { lang, dataset } = document.documentElement;
  const locale = pickLocale(lang);
  for (const element of document.querySelectorAll<HTMLTimeElement>("time[datetime]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    element.title = exact(at, locale, dataset.zone);
    if (element.dataset.time !== "clock") {
      element.textContent = ago(at, new Date(), locale, dataset.zone);
    }
  }
}

function start(): void {
  applyTokens(document.body.dataset.tokens);
  tellTimes();
  setInterval(tellTimes, 30_000);
  document.addEventListener("submit", (event) => {
    for (const button of (event.target as HTMLFormElement).querySelectorAll("button")) {
      setTimeout(() => (button.disabled = true));
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted)
      document.querySelectorAll("button").forEach((button) => (button.disabled = false));
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
