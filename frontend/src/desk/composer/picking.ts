import { fetched } from "../../shared/fetched";
import type * as Picker from "./emoji";
import { locale, say } from "../say";
import { toast } from "../toasts";
import type { Field } from "./field";

/** The button that opens the emoji above the composer, and closes them. */
export class Emoji {
  private panel: Picker.EmojiPanel | null = null;
  private isComing = false;
  private away = new AbortController();

  constructor(
    private readonly form: HTMLFormElement,
    private readonly field: Field,
  ) {
    const button = form.querySelector<HTMLButtonElement>("[data-emoji-open]");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      if (this.panel) this.close();
      else if (!this.isComing) void this.open(button);
    });
  }

  private async open(button: HTMLButtonElement): Promise<void> {
    this.isComing = true;
    try {
      const { EmojiPanel } = await fetched<typeof Picker>(this.form.dataset.emoji ?? "");
      // Another conversation may have been opened meanwhile.
      if (!this.form.isConnected) return;
      const words = {
        title: say("이모지"),
        find: say("이모지 찾기"),
        lately: say("최근에 쓴 것"),
        none: say("찾은 것이 없어요"),
      };
      const take = (emoji: string): void => {
        this.field.insert(emoji);
        this.close();
      };
      this.panel = new EmojiPanel(words, locale, take, () => this.close());
    } catch {
      toast(say("서버에 닿지 않아요. 연결을 확인하고 다시 해주세요."));
      return;
    } finally {
      this.isComing = false;
    }
    button.setAttribute("aria-expanded", "true");
    this.form.append(this.panel.element);
    this.panel.begin();
    this.away = new AbortController();
    const { signal } = this.away;
    const { element } = this.panel;
    const elsewhere = (to: EventTarget | null): void => {
      if (to instanceof Node && !element.contains(to) && !button.contains(to)) this.hide();
    };
    document.addEventListener("pointerdown", (event) => elsewhere(event.target), { signal });
    document.addEventListener("focusin", (event) => elsewhere(event.target), { signal });
  }

  private close(): void {
    this.hide();
    this.field.focus();
  }

  private hide(): void {
    this.away.abort();
    this.panel?.element.remove();
    this.panel = null;
    this.form.querySelector("[data-emoji-open]")?.setAttribute("aria-expanded", "false");
  }
}
