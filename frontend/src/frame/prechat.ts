import { el } from "../shared/nodes";
import type { Store } from "../shared/storage";
import type { About, Before } from "./asks";
import type { PartsSay, PartsWords } from "./words";

interface Kept {
  values: Record<string, string>;
  done: boolean;
}

const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const FIELDS = {
  name: { label: "이름", type: "text", complete: "name", most: "80" },
  email: { label: "이메일", type: "email", complete: "email", most: "254" },
  phone: { label: "전화번호", type: "tel", complete: "tel", most: "40" },
} as const;

/** What is asked before the first words. What was typed is kept like a draft, past a reload. */
export class PreChat {
  readonly element = el("form", { class: "prechat", novalidate: true, hidden: true });
  private readonly name: string;
  private kept: Kept;
  private asked: Before | null = null;
  private drawn = "";

  constructor(
    private readonly say: PartsSay,
    private readonly store: Store,
    key: string,
    private readonly done: () => void,
  ) {
    this.name = `majung:${key}:about`;
    this.kept = read(store.get(this.name));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.check()) this.finish();
    });
    this.element.addEventListener("input", () => this.keep());
  }

  /** Whether the answers are awaited before one can write. */
  get waits(): boolean {
    return this.asked !== null && !this.kept.done;
  }

  /** Asks, or not (`null`); not shown where one only chooses among one's talks. */
  show(asked: Before | null, isShown: boolean): void {
    this.asked = asked;
    this.element.hidden = !this.waits || !isShown;
    const sign = JSON.stringify(asked);
    if (!asked || sign === this.drawn) return;
    this.drawn = sign;
    this.draw(asked);
  }

  /** Gives the answers to the message that begins the conversation, and forgets them. */
  take(): About | undefined {
    if (!this.asked || !this.kept.done) return undefined;
    const said = Object.entries(this.kept.values).filter(([, value]) => value);
    this.kept = { values: {}, done: false };
    this.store.remove(this.name);
    this.asked = null;
    this.drawn = "";
    return said.length ? Object.fromEntries(said) : undefined;
  }

  private draw({ fields, topic }: Before): void {
    const { say } = this;
    const optional = [...fields, ...(topic ? [topic] : [])].every((one) => !one.required);
    const skip = el("button", { type: "button", class: "quiet" }, say("건너뛰기"));
    skip.addEventListener("click", () => {
      this.kept.values = {};
      this.finish();
    });
    this.element.replaceChildren(
      el("p", {}, say("상담 전에 알려 주시면 더 빨리 도와드릴 수 있어요.")),
      ...fields.map((field) => this.field(field.name, field.required)),
      ...(topic ? [this.topic(topic)] : []),
      el("div", { class: "go" }, el("button", {}, say("상담 시작하기")), optional && skip),
    );
  }

  private field(name: keyof typeof FIELDS, required: boolean): HTMLElement {
    const { label, type, complete, most } = FIELDS[name];
    const input = el("input", {
      id: `about-${name}`,
      name,
      type,
      autocomplete: complete,
      maxlength: most,
      "aria-required": required ? "true" : undefined,
      "aria-describedby": `about-${name}-wrong`,
    });
    input.value = this.kept.values[name] ?? "";
    return el(
      "div",
      { class: "ask" },
      el("label", { for: input.id }, this.say(label), this.optional(required)),
      input,
      el("p", { class: "wrong", id: `about-${name}-wrong`, role: "alert" }),
    );
  }

  private topic(topic: NonNullable<Before["topic"]>): HTMLElement {
    const options = topic.choices.map((choice) => {
      const radio = el("input", { type: "radio", name: "topic", value: choice });
      radio.checked = this.kept.values.topic === choice;
      return el("label", {}, radio, el("span", {}, choice));
    });
    const question = topic.question || this.say("무엇에 대한 문의인가요?");
    return el(
      "fieldset",
      { class: "ask" },
      el("legend", {}, question, this.optional(topic.required)),
      el("div", { class: "picks" }, ...options),
      el("p", { class: "wrong", id: "about-topic-wrong", role: "alert" }),
    );
  }

  private optional(required: boolean): HTMLElement | false {
    return !required && el("small", {}, ` (${this.say("선택")})`);
  }

  private keep(): void {
    for (const [name, value] of new FormData(this.element)) {
      this.kept.values[name] = typeof value === "string" ? value.trim() : "";
    }
    this.store.set(this.name, JSON.stringify(this.kept));
  }

  private check(): boolean {
    this.keep();
    const { fields = [], topic = null } = this.asked ?? {};
    const wrong = new Map<string, PartsWords>();
    for (const { name, required } of fields) {
      const value = this.kept.values[name] ?? "";
      const digits = value.replace(/\D/g, "").length;
      if (!value && required) wrong.set(name, "꼭 적어 주세요.");
      else if (name === "email" && value && !EMAIL.test(value)) {
        wrong.set(name, "이메일 주소를 다시 확인해 주세요.");
      } else if (name === "phone" && value && (digits < 8 || digits > 15)) {
        wrong.set(name, "전화번호를 다시 확인해 주세요.");
      }
    }
    if (topic?.required && !this.kept.values.topic) wrong.set("topic", "하나를 골라 주세요.");
    for (const place of this.element.querySelectorAll(".wrong")) {
      const name = /-(\w+)-/.exec(place.id)?.[1] ?? "";
      const words = wrong.get(name);
      place.textContent = words ? this.say(words) : "";
    }
    const [first] = wrong.keys();
    if (first) this.element.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    return !first;
  }

  private finish(): void {
    this.kept.done = true;
    this.store.set(this.name, JSON.stringify(this.kept));
    this.done();
  }
}

function read(text: string | null): Kept {
  try {
    const found = JSON.parse(text ?? "{}") as Partial<Kept>;
    return { values: found.values ?? {}, done: found.done === true };
  } catch {
    return { values: {}, done: false };
  }
}
