import { el } from "../shared/nodes";
import type { Scene } from "./beside";
import type { PartsAt } from "./parts";
import type { PartsSay } from "./words";

const LONGEST_TIMER = 3_600_000;

/** One quiet field for an address, once, when nobody is expected to answer soon. */
export class Contact {
  readonly element = el("form", { class: "contact", novalidate: true, hidden: true });
  private readonly input: HTMLInputElement;
  private readonly wrong = el("p", { class: "wrong", role: "alert" });
  private readonly name: string;
  private thread: string | null = null;
  /** When nobody is expected any more, by this browser's clock. */
  private due = Infinity;
  private heard: unknown;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private thanked = false;

  constructor(
    private readonly say: PartsSay,
    private readonly at: PartsAt,
  ) {
    this.name = `majung:${at.key}:contact`;
    const label = say("이메일 또는 휴대폰 번호");
    this.input = el("input", {
      type: "text",
      inputmode: "email",
      autocomplete: "email",
      maxlength: "254",
      placeholder: label,
      "aria-label": label,
    });
    const skip = el("button", { type: "button", class: "quiet" }, say("괜찮아요"));
    skip.addEventListener("click", () => this.finish());
    this.element.append(
      el(
        "div",
        { class: "head" },
        el("p", {}, say("답장을 놓치지 않게 연락처를 남겨 주세요.")),
        skip,
      ),
      el("div", { class: "go" }, this.input, el("button", {}, say("남기기"))),
      this.wrong,
    );
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
  }

  show({ thread, asked: { contact }, last, left }: Scene): void {
    if (contact && contact !== this.heard) {
      this.heard = contact;
      this.due = Date.now() + contact.after * 1000;
    }
    if (thread !== this.thread) this.thanked = false;
    this.thread = thread;
    const waits = !!thread && (last?.from === "customer" || last?.automatic === true);
    const may = !!contact && waits && !this.at.store.get(this.name);
    const isNow = left || Date.now() >= this.due;
    this.element.hidden = !this.thanked && !(may && isNow);
    clearTimeout(this.timer);
    if (may && !isNow) {
      const wait = Math.min(this.due - Date.now() + 500, LONGEST_TIMER);
      this.timer = setTimeout(() => this.at.again(), wait);
    }
  }

  private async send(): Promise<void> {
    const contact = this.input.value.trim();
    if (!contact || !this.thread) {
      this.input.focus();
      return;
    }
    try {
      await this.at.api.post("/contacts", { conversation: this.thread, contact });
    } catch (error) {
      // No class of ours is the same in two scripts.
      const { detail = "" } = error as { detail?: string };
      this.wrong.textContent = detail || this.say("보내지 못했어요. 잠시 뒤에 다시 눌러 주세요.");
      this.input.focus();
      return;
    }
    this.thanked = true;
    const thanks = this.say("고마워요. 상담원이 볼 수 있게 적어 두었어요.");
    this.element.replaceChildren(el("p", { role: "status" }, thanks));
    this.finish();
  }

  private finish(): void {
    this.at.store.set(this.name, "1");
    this.at.composer.querySelector("textarea")?.focus();
    this.at.again();
  }
}
