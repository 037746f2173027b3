import { el } from "../shared/nodes";
import type { Rating } from "./asks";
import type { PartsAt } from "./parts";
import type { PartsSay } from "./words";

const SCORES = ["아쉬워요", "조금 아쉬워요", "무난해요", "좋아요", "아주 좋아요"] as const;

/** How content one was, asked once a conversation is closed; changeable for a while. */
export class RatingForm {
  readonly element = el("form", { class: "rating", novalidate: true, hidden: true });
  private thread: string | null = null;
  private drawn = "";
  private changes = false;

  constructor(
    private readonly say: PartsSay,
    private readonly at: PartsAt,
  ) {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    this.element.addEventListener("change", () => this.opened());
  }

  show(thread: string | null, asked: Rating | null): void {
    if (thread !== this.thread) this.changes = false;
    this.thread = thread;
    this.element.hidden = !asked || (!asked.open && asked.score === null);
    const sign = JSON.stringify([thread, asked, this.changes]);
    if (!asked || sign === this.drawn) return;
    this.drawn = sign;
    const isDone = asked.score !== null && !this.changes;
    this.element.replaceChildren(...(isDone ? this.thanks(asked) : this.form(asked)));
    if (!isDone) this.opened();
  }

  private thanks({ score, open }: Rating): (HTMLElement | string)[] {
    const words = this.say(SCORES[(score ?? 1) - 1] ?? "무난해요");
    const change = el("button", { type: "button", class: "quiet" }, this.say("바꾸기"));
    change.addEventListener("click", () => this.turn(true));
    const said = el(
      "p",
      { role: "status" },
      this.say("고마워요. ‘{words}’로 남겼어요.", { words }),
    );
    return open ? [said, change] : [said];
  }

  private form({ question, score, comment }: Rating): HTMLElement[] {
    const { say } = this;
    const options = SCORES.map((words, at) => {
      const radio = el("input", { type: "radio", name: "score", value: `${at + 1}` });
      radio.checked = score === at + 1;
      return el("label", {}, radio, el("span", {}, say(words)));
    });
    const field = el("textarea", {
      name: "comment",
      rows: "2",
      maxlength: "500",
      placeholder: say("더 들려주실 말씀이 있나요? (선택)"),
      "aria-label": say("더 들려주실 말씀이 있나요? (선택)"),
    });
    field.value = comment;
    const cancel = el("button", { type: "button", class: "quiet" }, say("그만두기"));
    cancel.addEventListener("click", () => this.turn(false));
    return [
      el(
        "fieldset",
        {},
        el("legend", {}, question || say("상담은 어떠셨어요?")),
        el("div", { class: "scores" }, ...options),
      ),
      el(
        "div",
        { class: "more", hidden: true },
        field,
        el("div", { class: "go" }, el("button", {}, say("보내기")), this.changes && cancel),
      ),
      el("p", { class: "wrong", role: "alert" }),
    ];
  }

  /** Once one is chosen there is room for words. */
  private opened(): void {
    const more = this.element.querySelector<HTMLElement>(".more");
    if (!more?.hidden || !this.element.querySelector("input:checked")) return;
    more.hidden = false;
    this.at.list.keepEnd();
  }

  private turn(changes: boolean): void {
    this.changes = changes;
    this.at.again();
    const focus = changes ? "input:checked" : "button";
    this.element.querySelector<HTMLElement>(focus)?.focus();
  }

  private async send(): Promise<void> {
    const data = new FormData(this.element);
    const score = Number(data.get("score") ?? 0);
    const comment = data.get("comment");
    const { thread } = this;
    if (!score || !thread) return;
    const body = { conversation: thread, score, comment };
    try {
      const told = await this.at.api.post<{ rating: Rating }>("/ratings", body);
      this.at.place.rated(thread, told.rating);
      this.turn(false);
    } catch (error) {
      // No class of ours is the same in two scripts.
      const { detail = "" } = error as { detail?: string };
      const wrong = this.element.querySelector(".wrong");
      const failed = this.say("보내지 못했어요. 잠시 뒤에 다시 눌러 주세요.");
      if (wrong) wrong.textContent = detail || failed;
    }
  }
}
