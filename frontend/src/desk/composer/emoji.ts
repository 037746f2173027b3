/* All emoji to choose from: a script of its own, fetched when somebody wants one. */
import table from "emoji:table";
import { findAt } from "../../shared/hangul";
import { composing } from "../../shared/keys";
import { el } from "../../shared/nodes";
import { safeStore } from "../../shared/storage";

interface One {
  readonly emoji: string;
  readonly names: readonly [string, string];
  readonly words: string;
}

/** What the panel says; the page's own script has the words. */
export interface EmojiWords {
  readonly title: string;
  readonly find: string;
  readonly lately: string;
  readonly none: string;
}

const MOST_LATELY = 16;
const MOST_FOUND = 80;
const LATELY = "majung:emoji";
const store = safeStore();
const all: readonly One[] = table.flatMap(([, group]) =>
  group.map(([emoji, names, words]) => ({ emoji, names, words })),
);

/** Emoji by what they are called in Korean or English, names that begin so first. */
export function findEmoji(query: string): One[] {
  const wanted = query.trim().toLowerCase();
  const rank = ({ names, words }: One): number => {
    const places = names.map((name) => findAt(name, wanted)).filter((place) => place >= 0);
    if (places.length) return Math.min(...places) ? 1 : 0;
    const at = words.toLowerCase().indexOf(wanted);
    if (at < 0) return 9;
    return at === 0 || words[at - 1] === " " ? 2 : 3;
  };
  return all
    .map((one) => ({ one, at: rank(one) }))
    .filter(({ at }) => at < 9)
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_FOUND)
    .map(({ one }) => one);
}

function lately(): One[] {
  const known = (store.get(LATELY) ?? "").split(" ").filter(Boolean);
  return known.flatMap((emoji) => all.find((one) => one.emoji === emoji) ?? []);
}

function keep(emoji: string): void {
  const known = (store.get(LATELY) ?? "").split(" ").filter((one) => one && one !== emoji);
  store.set(LATELY, [emoji, ...known].slice(0, MOST_LATELY).join(" "));
}

/** A panel with all emoji: found by typing, walked through by arrows. */
export class EmojiPanel {
  private readonly find: HTMLInputElement;
  private readonly list = el("div", { class: "all" });
  readonly element: HTMLElement;

  constructor(
    private readonly words: EmojiWords,
    private readonly locale: "ko" | "en",
    private readonly take: (emoji: string) => void,
    private readonly leave: () => void,
  ) {
    this.find = el("input", {
      type: "search",
      class: "in",
      placeholder: words.find,
      "aria-label": words.find,
      autocomplete: "off",
    });
    this.element = el(
      "div",
      { class: "emoji", role: "dialog", "aria-label": words.title },
      this.find,
      this.list,
    );
    this.find.addEventListener("input", () => this.show());
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => {
      const { target } = event;
      if (target instanceof HTMLElement && target.dataset.emoji) this.choose(target.dataset.emoji);
    });
    this.show();
  }

  begin(): void {
    this.find.focus();
  }

  private show(): void {
    const query = this.find.value;
    if (query.trim()) {
      const found = findEmoji(query);
      const none = el("p", { class: "dim", role: "status" }, this.words.none);
      this.list.replaceChildren(found.length ? this.group("", found) : none);
    } else {
      const before = lately();
      this.list.replaceChildren(
        ...(before.length ? [this.group(this.words.lately, before)] : []),
        ...table.map(([names, group]) =>
          this.group(
            this.named(names),
            group.map(([emoji, own, words]) => ({ emoji, names: own, words })),
          ),
        ),
      );
    }
    this.list.scrollTop = 0;
    this.stops()[0]?.setAttribute("tabindex", "0");
  }

  private named(names: readonly [string, string]): string {
    return names[this.locale === "ko" ? 0 : 1];
  }

  private group(title: string, group: readonly One[]): HTMLElement {
    const made = el("section", title ? { "aria-label": title } : {});
    const row = el("div", { class: "row-of" });
    for (const { emoji, names } of group) {
      const name = this.named(names);
      row.append(
        el(
          "button",
          { type: "button", tabindex: "-1", "data-emoji": emoji, "aria-label": name, title: name },
          emoji,
        ),
      );
    }
    if (title) made.append(el("p", { class: "of", "aria-hidden": "true" }, title));
    made.append(row);
    return made;
  }

  private choose(emoji: string): void {
    keep(emoji);
    this.take(emoji);
  }

  private stops(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("button")];
  }

  private key(event: KeyboardEvent): void {
    if (composing(event)) return;
    const { target } = event;
    const first = this.stops()[0];
    if (event.key === "Escape") this.leave();
    else if (target === this.find) {
      if (event.key === "ArrowDown") first?.focus();
      else if (event.key === "Enter") first?.click();
      else return;
    } else if (!this.walk(event.key, target as HTMLElement)) {
      // A letter is looked for, and presses nothing elsewhere on the page.
      if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
        this.find.focus();
        event.stopPropagation();
      }
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private walk(key: string, from: HTMLElement): boolean {
    const stops = this.stops();
    const at = stops.indexOf(from);
    if (at < 0) return false;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    let next: HTMLElement | undefined;
    if (step) next = stops[at + step];
    else if (key === "Home") [next] = stops;
    else if (key === "End") next = stops[stops.length - 1];
    else if (key === "ArrowDown") next = below(from, stops.slice(at + 1), 1);
    else if (key === "ArrowUp") next = below(from, stops.slice(0, at).reverse(), -1) ?? this.find;
    else return false;
    next?.focus();
    return true;
  }
}

/** The one nearest to straight below (or above) in the next row. */
function below(
  from: HTMLElement,
  others: readonly HTMLElement[],
  way: 1 | -1,
): HTMLElement | undefined {
  const here = from.getBoundingClientRect();
  const isFurther = (one: HTMLElement): boolean =>
    (one.getBoundingClientRect().top - here.top) * way > here.height / 2;
  const begin = others.find(isFurther);
  if (!begin) return undefined;
  const { top } = begin.getBoundingClientRect();
  let best = begin;
  const off = (one: HTMLElement): number => Math.abs(one.getBoundingClientRect().left - here.left);
  for (const one of others.slice(others.indexOf(begin))) {
    if (Math.abs(one.getBoundingClientRect().top - top) > here.height / 2) break;
    if (off(one) < off(best)) best = one;
  }
  return best;
}
