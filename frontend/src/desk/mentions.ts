import { findAt } from "../shared/hangul";
import { composing } from "../shared/keys";
import { el } from "../shared/nodes";
import { announce } from "./announce";
import { colleagues, type Colleague } from "./colleagues";
import { Field } from "./composer/field";
import { onContent } from "./htmx";
import { say } from "./say";

const attached = new WeakSet<HTMLTextAreaElement>();

export interface MentionOptions {
  /** Where to ask who may be called; "" where nobody can be. */
  readonly url: () => string;
  /** Whether calling means something now: in a note, not in words to a customer. */
  readonly enabled: () => boolean;
}

const MOST = 8;
/** An @ at the beginning of a word, and what is typed of a name since. Names may hold one space. */
const CALLING = /(?:^|[^\p{L}\p{N}_])@([^\s@]{0,20}(?: [^\s@]{0,20})?)$/u;

let number = 0;

/**
 * Offers colleagues while one types @ in a text field: arrows choose, Enter or Tab puts the name
 * in, Escape closes. Attached once for each field; gives a function that takes it off again.
 */
export function attachMentions(text: HTMLTextAreaElement, options: MentionOptions): () => void {
  const offer = new Offer(Field.of(text), options);
  return () => offer.close();
}

class Offer {
  private readonly list = el("ul", {
    class: "people",
    role: "listbox",
    id: `people-${(number += 1)}`,
    "aria-label": say("부를 동료"),
    hidden: true,
  });
  private isOff = false;
  private found: readonly Colleague[] = [];
  private at = 0;
  private asked = 0;
  /** Where an @ stands that was closed by Escape: it stays closed while one types on. */
  private refused = -1;

  constructor(
    private readonly field: Field,
    private readonly options: MentionOptions,
  ) {
    field.area.parentElement?.append(this.list);
    field.onPlaced(() => void this.look());
    field.onEntered(() => void this.look());
    field.onLeft(() => this.hide());
    // Before the composer's own keys: Enter puts the name in and sends nothing.
    field.onKey((event) => this.key(event), { list: true });
    // Before the field loses its focus.
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = event.target instanceof Element ? event.target.closest("li") : null;
      if (item) this.take([...this.list.children].indexOf(item));
    });
  }

  close(): void {
    this.isOff = true;
    this.hide();
    this.list.remove();
  }

  private get typed(): { from: number; name: string } | null {
    const before = this.field.beforeCaret;
    const match = before === null ? null : CALLING.exec(before);
    if (match?.[1] === undefined || before === null) return null;
    return { from: before.length - match[1].length - 1, name: match[1] };
  }

  private async look(): Promise<void> {
    const url = this.options.url();
    const typed = !this.isOff && this.options.enabled() && url ? this.typed : null;
    if (typed?.from !== this.refused) this.refused = -1;
    if (!typed || this.refused >= 0) {
      this.hide();
      return;
    }
    const turn = (this.asked += 1);
    const all = await colleagues(url).catch(() => []);
    if (turn !== this.asked) return;
    const named = all.filter(({ name }) => findAt(name, typed.name) >= 0);
    const fitting = named.length ? named : inTeam(all, typed.name);
    // A name that is there in full needs no more help.
    const done =
      fitting.some(({ name }) => typed.name === `${name} `) ||
      (fitting.length === 1 && fitting[0]?.name === typed.name);
    this.show(done ? [] : fitting.slice(0, MOST));
  }

  private show(found: readonly Colleague[]): void {
    if (found.length === 0) {
      this.hide();
      return;
    }
    const before = this.found[this.at]?.id;
    const was = this.isOpen;
    this.found = found;
    this.at = Math.max(
      0,
      found.findIndex(({ id }) => id === before),
    );
    this.list.replaceChildren(
      ...found.map((one, place) =>
        el(
          "li",
          { role: "option", id: `${this.list.id}-${place}` },
          el("span", { class: `av s ${one.tint}`, "aria-hidden": "true" }, one.name.slice(0, 1)),
          el("b", {}, one.name),
          el("span", { class: "dim" }, one.team),
        ),
      ),
    );
    this.list.hidden = false;
    this.field.input.setAttribute("aria-controls", this.list.id);
    this.field.input.setAttribute("aria-autocomplete", "list");
    this.point();
    if (!was)
      announce(say("부를 동료 {n}명. 화살표로 고르고 Enter로 넣어요.", { n: found.length }));
  }

  private hide(): void {
    this.asked += 1;
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.found = [];
    for (const name of ["activedescendant", "autocomplete", "controls"])
      this.field.input.removeAttribute(`aria-${name}`);
  }

  private get isOpen(): boolean {
    return !this.list.hidden;
  }

  private point(): void {
    [...this.list.children].forEach((item, place) => {
      item.setAttribute("aria-selected", String(place === this.at));
      if (place === this.at) item.scrollIntoView({ block: "nearest" });
    });
    this.field.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
  }

  private key(event: KeyboardEvent): boolean {
    if (!this.isOpen) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.point();
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      // The key that ends a syllable belongs to the input method; the next one chooses.
      if (composing(event)) return false;
      this.take(this.at);
    } else if (event.key === "Escape") {
      this.refused = this.typed?.from ?? -1;
      this.hide();
    } else return false;
    return true;
  }

  private take(place: number): void {
    const chosen = this.found[place];
    const typed = this.typed;
    if (!chosen || !typed) return;
    const word = this.field.last(typed.name.length + 1);
    this.hide();
    this.field.focus();
    word.put(`@${chosen.name} `);
    announce(say("{name} 님을 넣었어요", { name: chosen.name }));
  }
}

function inTeam(all: readonly Colleague[], typed: string): readonly Colleague[] {
  return typed.length < 2 ? [] : all.filter(({ team }) => findAt(team, typed) >= 0);
}

/** In every composer, while it is a note. */
export function setUpMentions(): void {
  onContent((root) => {
    for (const text of root.querySelectorAll<HTMLTextAreaElement>("[data-composer] textarea")) {
      if (attached.has(text)) continue;
      attached.add(text);
      attachMentions(text, {
        url: () => document.getElementById("presence")?.dataset.colleagues ?? "",
        enabled: () => text.form?.dataset.mode === "note",
      });
    }
  });
}
