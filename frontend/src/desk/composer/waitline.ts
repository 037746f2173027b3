import { el } from "../../shared/nodes";
import { announce } from "../announce";
import { say } from "../say";

/** The line that says that a message waits for the network, with a way to stop that. */
export class WaitLine {
  private readonly words = el("span");
  private readonly button = el(
    "button",
    { type: "button", class: "btn s quiet", hidden: true },
    say("지금은 보내지 않기"),
  );

  constructor(form: HTMLFormElement, stop: () => void) {
    const line = el("div", { class: "waits" }, this.words, this.button);
    const error = form.querySelector("[data-error]");
    if (error) error.after(line);
    else form.append(line);
    this.button.addEventListener("click", stop);
  }

  get isWaiting(): boolean {
    return !this.button.hidden;
  }

  waits(): void {
    this.say(say("연결되면 보낼게요"), true);
  }

  /** Something was changed: what was pressed is not what stands there now. */
  halts(): void {
    if (this.isWaiting)
      this.say(say("글이 바뀌어 보내지 않았어요. 다 쓰면 다시 보내 주세요."), false);
  }

  clear(): void {
    this.say("", false);
  }

  private say(text: string, isWaiting: boolean): void {
    if (this.words.textContent !== text) announce(text);
    this.words.textContent = text;
    this.button.hidden = !isWaiting;
  }
}
