import { el } from "../../shared/nodes";
import { say } from "../say";

/** What a canned reply brings beside its words; the server has made it and checks it again. */
export interface Brought {
  readonly choices?: readonly string[];
  readonly cards?: readonly { readonly title: string }[];
}

/** Says to the form what goes along with the text, from now on; `{}` is nothing. */
export function bring(form: HTMLFormElement, parts: Brought): void {
  form.dispatchEvent(new CustomEvent("bring", { detail: parts }));
}

export function carriesNothing(parts: Brought | undefined): boolean {
  return !parts?.cards?.length && !parts?.choices?.length;
}

/** Says which cards and how many quick replies; nothing of nothing. */
export function inWords({ cards = [], choices = [] }: Brought): string {
  const words = cards.map(({ title }) => say("카드 ‘{title}’", { title }));
  if (choices.length) words.push(say("빠른 답장 {n}개", { n: choices.length }));
  return words.join(" · ");
}

/** Shows above the buttons which quick replies and cards go along, with a way to leave them out. */
export class Bring {
  private now: Brought = {};
  private readonly input = el("input", { type: "hidden", name: "parts", disabled: true });
  private readonly words = el("span");
  private readonly line: HTMLElement;

  /** `changed` is told when the agent puts something in or leaves it out. */
  constructor(form: HTMLFormElement, changed: () => void) {
    const out = el("button", { type: "button", class: "btn s quiet" }, say("빼기"));
    this.line = el(
      "div",
      { class: "bring", role: "status", hidden: true },
      this.words,
      out,
      this.input,
    );
    form.querySelector(".bar")?.before(this.line);
    form.addEventListener("bring", (event) => {
      this.parts = (event as CustomEvent<Brought>).detail;
      changed();
    });
    out.addEventListener("click", () => {
      this.parts = {};
      changed();
      form.querySelector<HTMLElement>("[contenteditable=true], textarea:not([hidden])")?.focus();
    });
    this.takeOver(form);
  }

  get parts(): Brought {
    return this.now;
  }

  set parts(parts: Brought) {
    const none = carriesNothing(parts);
    this.now = none ? {} : parts;
    this.line.hidden = this.input.disabled = none;
    this.input.value = none ? "" : JSON.stringify(parts);
    this.words.textContent = inWords(this.now);
  }

  /** Stands in for the box that is there for those without a script. */
  private takeOver(form: HTMLFormElement): void {
    const given = form.querySelector("[data-brought]");
    const box = given?.querySelector("input");
    if (box?.checked) this.parts = JSON.parse(box.value) as Brought;
    given?.remove();
  }
}
