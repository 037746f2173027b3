import { el } from "../shared/nodes";
import css from "./launcher.css?inline";

/** Gives the widget its sheet, in a way that a strict policy of the page allows. */
export function dress(root: ShadowRoot, host: HTMLElement, origin: string): void {
  try {
    // A constructed sheet is not an inline style.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Old browsers have none; until the sheet is here nothing is shown.
    const link = el("link", { rel: "stylesheet", href: `${origin}/widget.css` });
    host.hidden = true;
    link.onload = () => (host.hidden = false);
    root.append(link);
  }
}

/** Says that what one sees is a draft, and lets one leave it. */
export function previewBar(words: string, button: string, end: () => void): HTMLElement {
  const leave = el("button", { type: "button" }, button);
  leave.addEventListener("click", () => {
    end();
    location.assign(location.href.replace(/majung_preview=[^&#]*&?/, ""));
  });
  return el("div", { class: "preview", role: "status" }, words, leave);
}
