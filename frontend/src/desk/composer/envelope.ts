import cross from "icon:x";
import { composing } from "../../shared/keys";
import { el, icon } from "../../shared/nodes";
import { say } from "../say";

export interface Person {
  readonly name: string;
  readonly address: string;
}

/** To whom a reply goes by mail, as pages and drafts carry it. */
export interface Envelope {
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly bcc: readonly Person[];
  readonly subject: string;
  readonly sender: string;
}

type Kind = "to" | "cc" | "bcc";
const KINDS: readonly Kind[] = ["to", "cc", "bcc"];
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/;
const NAMED = /^\s*"?([^"<>]*?)"?\s*<([^<>]+)>\s*$/;

/** Reads "김하늘 <haneul@mail.test>" or an address alone; nothing where it is neither. */
export function readPerson(text: string): Person | null {
  const named = NAMED.exec(text);
  const [name, address] = named ? [named[1] ?? "", named[2] ?? ""] : ["", text];
  const bare = address.trim();
  return ADDRESS.test(bare) ? { name: name.trim(), address: bare } : null;
}

/** Takes several at once apart: what one pastes has commas, semicolons or lines between them. */
export function readPeople(text: string): { people: Person[]; rest: string } {
  const people: Person[] = [];
  const rest: string[] = [];
  for (const piece of text.split(/[,;\n]+/).filter((one) => one.trim())) {
    const person = readPerson(piece);
    if (person) people.push(person);
    else rest.push(piece.trim());
  }
  return { people, rest: rest.join(", ") };
}

function called({ name, address }: Person): string {
  return name || address;
}

/** Who gets it, as one line says it: where it is one alone, with the address. */
function told(people: readonly Person[]): string {
  const [first, ...others] = people;
  if (!first) return "—";
  const whole = first.name && first.address ? `${first.name} <${first.address}>` : called(first);
  return others.length ? people.map(called).join(", ") : whole;
}

/** One line of people: a chip each, and a field for the next. */
class Line {
  private people: Person[] = [];
  private readonly chips = el("span", { class: "addressees" });
  private readonly field: HTMLInputElement;

  constructor(
    box: HTMLElement,
    private readonly label: string,
    private readonly changed: () => void,
  ) {
    this.field = el("input", {
      type: "text",
      inputmode: "email",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": say("{line}에 더하기", { line: label }),
    });
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("blur", () => this.take());
    this.field.addEventListener("input", () => this.field.setCustomValidity(""));
    this.field.addEventListener("paste", () => setTimeout(() => this.take(true)));
    this.chips.append(this.field);
    box.append(this.chips);
  }

  get value(): readonly Person[] {
    return this.people;
  }

  set value(people: readonly Person[]) {
    this.people = [...people];
    this.draw();
  }

  /** Whether something stands in the field that is no address. */
  get isWrong(): boolean {
    return this.field.value.trim() !== "";
  }

  focus(): void {
    this.field.focus();
  }

  /** Makes chips of what is typed; what is none stays, and is marked. */
  take(onlyRight = false): void {
    const { people, rest } = readPeople(this.field.value);
    if (people.length) {
      const known = new Set(this.people.map((one) => one.address.toLowerCase()));
      this.people.push(...people.filter((one) => !known.has(one.address.toLowerCase())));
      this.field.value = rest;
      this.draw();
      this.changed();
    }
    this.field.toggleAttribute("data-wrong", !onlyRight && rest !== "");
    this.field.setAttribute("aria-invalid", String(!onlyRight && rest !== ""));
  }

  private pressed(event: KeyboardEvent): void {
    if (composing(event)) return;
    const { key } = event;
    if ((key === "Enter" || key === "," || key === ";") && this.field.value.trim()) {
      event.preventDefault();
      this.take();
    } else if (key === "Enter") event.preventDefault();
    else if (key === "Backspace" && !this.field.value && this.people.length) {
      event.preventDefault();
      this.remove(this.people.length - 1);
    }
  }

  private remove(at: number): void {
    this.people.splice(at, 1);
    this.draw();
    this.changed();
    this.field.focus();
  }

  private draw(): void {
    const chips = this.people.map((person, at) => {
      const out = el("button", {
        type: "button",
        "aria-label": say("{line}에서 {name} 빼기", { line: this.label, name: called(person) }),
      });
      out.append(icon(cross, "i s"));
      out.addEventListener("click", () => this.remove(at));
      return el("span", { class: "addressee", title: person.address }, called(person), out);
    });
    this.chips.replaceChildren(...chips, this.field);
  }
}

function part<T extends HTMLElement>(box: HTMLElement, selector: string, kind: new () => T): T {
  const found = box.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`no such part: ${selector}`);
  return found;
}

/** Says above the text who gets the reply, and lets one change it. */
export class EnvelopeLine {
  private proposed: Envelope;
  private readonly lines: ReadonlyMap<Kind, Line>;
  private readonly input: HTMLInputElement;
  private readonly subject: HTMLInputElement;
  private readonly sender: HTMLSelectElement;
  private readonly button: HTMLButtonElement;
  private readonly whole: HTMLElement;
  private readonly byMail: HTMLInputElement | null;

  private constructor(
    private readonly box: HTMLElement,
    private readonly edited: () => void,
  ) {
    this.proposed = JSON.parse(box.dataset.envelope ?? "{}") as Envelope;
    this.input = part(box, "[name=envelope]", HTMLInputElement);
    this.subject = part(box, "[data-subject]", HTMLInputElement);
    this.sender = part(box, "[data-sender]", HTMLSelectElement);
    this.button = part(box, "[data-whom]", HTMLButtonElement);
    this.whole = part(box, "[data-whole]", HTMLElement);
    this.byMail = box.querySelector<HTMLInputElement>("[data-by-mail]");
    const lines = [...box.querySelectorAll<HTMLElement>("[data-kind]")].map((line) => {
      const label = line.textContent.trim();
      return [line.dataset.kind as Kind, new Line(line, label, () => this.changed())] as const;
    });
    this.lines = new Map(lines);
    this.button.addEventListener("click", () => this.unfold(!!this.whole.hidden));
    this.whole.addEventListener("keydown", (event) => this.keyed(event));
    for (const field of [this.subject, this.sender])
      field.addEventListener("input", () => this.changed());
    this.byMail?.addEventListener("change", () => this.changed());
    this.show(this.proposed);
    this.follow();
  }

  /** Of a form that has one; `edited` is told when the writer changes it. */
  static of(form: HTMLFormElement, edited: () => void): EnvelopeLine | null {
    const box = form.querySelector<HTMLElement>("[data-envelope]");
    return box ? new EnvelopeLine(box, edited) : null;
  }

  /** What the writer made of it; nothing while it is what was proposed. */
  get value(): Envelope | undefined {
    if (this.byMail ? !this.byMail.checked : this.isAsProposed()) return undefined;
    return this.now;
  }

  set value(envelope: Envelope | undefined) {
    if (this.byMail) this.byMail.checked = envelope !== undefined;
    this.show(envelope ?? this.proposed);
  }

  /** Takes in what is typed; says what is wrong, and shows where. */
  problem(): string {
    if (this.input.disabled) return "";
    for (const line of this.lines.values()) line.take();
    const wrong = [...this.lines.values()].find((line) => line.isWrong);
    if (!wrong && this.lines.get("to")?.value.length) return "";
    this.unfold(true);
    (wrong ?? this.lines.get("to"))?.focus();
    return wrong
      ? say("메일 주소가 아닌 것이 있어요. 고치거나 지워 주세요.")
      : say("받는 사람을 적어 주세요.");
  }

  /** A new mail may have others in it: what nobody has changed goes with the thread. */
  private follow(): void {
    let known = this.box.dataset.envelope;
    const look = (): void => {
      if (!this.box.isConnected) document.removeEventListener("htmx:afterSwap", look);
      const found = document.getElementById("proposed")?.dataset.envelope;
      if (!this.box.isConnected || !found || found === known) return;
      known = found;
      const isMine = this.value !== undefined;
      this.proposed = JSON.parse(found) as Envelope;
      if (!isMine) this.show(this.proposed);
    };
    document.addEventListener("htmx:afterSwap", look);
  }

  private get now(): Envelope {
    const people = (kind: Kind): readonly Person[] => this.lines.get(kind)?.value ?? [];
    return {
      to: [...people("to")],
      cc: [...people("cc")],
      bcc: [...people("bcc")],
      subject: this.subject.value,
      sender: this.sender.value,
    };
  }

  private isAsProposed(): boolean {
    return spelled(this.now) === spelled(this.proposed);
  }

  private show(envelope: Envelope): void {
    for (const kind of KINDS) {
      const line = this.lines.get(kind);
      if (line) line.value = envelope[kind];
    }
    this.subject.value = envelope.subject;
    this.sender.value = envelope.sender || this.proposed.sender;
    this.tell();
  }

  private changed(): void {
    this.tell();
    this.edited();
  }

  private tell(): void {
    const { now } = this;
    this.input.disabled = this.byMail?.checked === false;
    this.box.toggleAttribute("data-on", !this.input.disabled);
    this.input.value = JSON.stringify(now);
    const parts = KINDS.filter((kind) => kind === "to" || now[kind].length).map(
      (kind) => `${this.label(kind)} ${told(now[kind])}`,
    );
    parts.push(`${say("보내는 주소")} ${now.sender}`);
    const said = this.button.querySelector("[data-said]");
    if (said) said.textContent = parts.join(" · ");
  }

  private label(kind: Kind): string {
    return this.box.querySelector(`[data-kind=${kind}] > span`)?.textContent.trim() ?? "";
  }

  private unfold(opens: boolean): void {
    this.whole.hidden = !opens;
    this.button.setAttribute("aria-expanded", String(opens));
    if (opens) this.lines.get("to")?.focus();
  }

  private keyed(event: KeyboardEvent): void {
    if (composing(event)) return;
    // A line is no place to send from.
    if (event.key === "Enter" && event.target === this.subject) event.preventDefault();
    if (event.key !== "Escape") return;
    event.stopPropagation();
    this.unfold(false);
    this.button.focus();
  }
}

function spelled(envelope: Envelope): string {
  const people = KINDS.map((kind) => envelope[kind].map((one) => one.address.toLowerCase()));
  return JSON.stringify([people, envelope.subject.trim(), envelope.sender]);
}
