import { el } from "../shared/nodes";
import type { Card, Parts } from "./asks";

/** The cards of a message. `say` is missing where something newer was said: then they only link. */
export function cards(parts: Parts, say: ((text: string) => void) | null): HTMLElement | null {
  if (!parts.cards?.length) return null;
  const many = parts.cards.length > 1;
  return el(
    "ul",
    // A row of cards is moved through by the keys, too.
    { class: many ? "cards many" : "cards", tabindex: many ? "0" : undefined },
    ...parts.cards.map((card) => el("li", {}, ...drawn(card, say))),
  );
}

function drawn(card: Card, say: ((text: string) => void) | null): HTMLElement[] {
  const { picture, text, buttons = [] } = card;
  const made: HTMLElement[] = [];
  if (picture) {
    const { url, width, height } = picture;
    const size = { width: `${width}`, height: `${height}` };
    made.push(el("img", { src: url, alt: "", loading: "lazy", ...size }));
  }
  made.push(el("b", {}, card.title));
  if (text) made.push(el("p", {}, text));
  for (const button of buttons) {
    if ("link" in button) {
      const rel = "noopener noreferrer nofollow";
      made.push(el("a", { href: safe(button.link), target: "_blank", rel }, button.label));
      continue;
    }
    const press = el("button", { type: "button", disabled: !say }, button.label);
    press.addEventListener("click", () => say?.(button.say));
    made.push(press);
  }
  return made;
}

/** Quick replies under the newest words. */
export function choices(texts: readonly string[], name: string, say: (text: string) => void) {
  const made = el("ul", { class: "choices", "aria-label": name });
  for (const text of texts) {
    const button = el("button", { type: "button" }, text);
    button.addEventListener("click", () => say(text));
    made.append(el("li", {}, button));
  }
  return made;
}

function safe(link: string): string | undefined {
  return /^https?:\/\//i.test(link) ? link : undefined;
}
