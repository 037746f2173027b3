import clip from "icon:paperclip";
import up from "icon:arrow-up";
import { composing } from "../shared/keys";
import { el, icon } from "../shared/nodes";
import type { Uploaded } from "../shared/files";
import { isTouch } from "../shared/touch";
import type { Attachments, UploadLimits } from "./attachments";
import { late } from "./late";
import type { Say } from "./say";

export interface ComposerOptions {
  readonly say: Say;
  readonly draft: { get(): string; set(text: string): void };
  readonly limits: () => UploadLimits & { readonly text: number };
  readonly target: () => Promise<{ url: string; headers: Record<string, string> }>;
  readonly send: (text: string, files: readonly Uploaded[]) => void;
  readonly typing: () => void;
  /** Buttons before the one that sends. */
  readonly tools?: readonly HTMLElement[];
}

const TYPING_EVERY = 3000;
const TALLEST = 140;
const NO_FILES = { ready: [] as Uploaded[], busy: false };

/** Where the customer writes. */
export class Composer {
  readonly element: HTMLFormElement;
  private readonly text: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;
  private readonly error = el("p", { class: "wrong", role: "alert", hidden: true });
  private readonly chosen = el("div", { class: "files", hidden: true });
  private files: Attachments | null = null;
  private typedAt = 0;
  /** How many choices of files wait for the part that puts them up. */
  private bringing = 0;

  constructor(private readonly options: ComposerOptions) {
    const { say, draft } = options;
    this.text = el("textarea", {
      rows: "1",
      dir: "auto",
      placeholder: say("메시지를 입력하세요"),
      "aria-label": say("메시지를 입력하세요"),
      enterkeyhint: isTouch() ? "enter" : "send",
    });
    this.button = el("button", { class: "send", "aria-label": say("보내기") }, icon(up));
    const picker = el("input", { type: "file", class: "vh", multiple: true });
    picker.setAttribute("aria-label", say("파일 붙이기"));
    picker.addEventListener("change", () => {
      void this.attach(picker.files ?? []);
      picker.value = "";
    });
    const attach = el("label", { class: "icon", title: say("파일 붙이기") }, icon(clip), picker);
    const { tools = [] } = options;
    const line = el("div", { class: "line" }, attach, this.text, ...tools, this.button);
    this.element = el("form", { class: "composer" }, this.chosen, this.error, line);
    this.text.value = draft.get();
    this.listen();
    this.update();
  }

  /** Shows what was being written before the page was left, unless something is written here. */
  restore(): void {
    this.text.value ||= this.options.draft.get();
    this.update();
  }

  clear(): void {
    this.text.value = "";
    this.options.draft.set("");
    this.typedAt = 0;
    this.files?.clear();
    this.update();
  }

  focus(): void {
    this.text.focus({ preventScroll: true });
  }

  async attach(files: Iterable<File>): Promise<void> {
    // The field that gave them is emptied before the part is here.
    const list = [...files];
    this.complain("");
    this.focus();
    const { say, limits, target } = this.options;
    this.bringing += 1;
    this.update();
    try {
      const { Attachments } = await late("attachments");
      this.files ??= new Attachments(
        this.chosen,
        say,
        limits,
        target,
        () => this.update(),
        (text) => this.complain(text),
      );
      this.files.add(list);
    } catch {
      this.sorry();
    }
    this.bringing -= 1;
    this.update();
  }

  /** What was pressed cannot be had now. */
  sorry(): void {
    this.complain(this.options.say("지금은 열 수 없어요. 연결을 확인하고 다시 눌러 주세요."));
  }

  /** Puts text where the cursor stands. */
  insert(text: string): void {
    const { selectionStart, selectionEnd } = this.text;
    this.text.setRangeText(text, selectionStart, selectionEnd, "end");
    this.text.dispatchEvent(new Event("input"));
  }

  private listen(): void {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
      if (isTouch() && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("input", () => {
      this.options.draft.set(this.text.value);
      this.complain("");
      this.update();
      if (this.text.value.trim() && Date.now() - this.typedAt > TYPING_EVERY) {
        this.typedAt = Date.now();
        this.options.typing();
      }
    });
    this.text.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (!files?.length) return;
      event.preventDefault();
      void this.attach(files);
    });
  }

  private submit(): void {
    const text = this.text.value.trim();
    const { ready, busy } = this.files ?? NO_FILES;
    const { text: longest } = this.options.limits();
    if ((!text && !ready.length) || busy || this.bringing) return;
    if (text.length > longest) {
      this.complain(
        this.options.say("글이 너무 길어요. {n}자까지 보낼 수 있어요.", { n: longest }),
      );
      return;
    }
    this.options.send(text, ready);
    this.clear();
    this.focus();
  }

  private complain(text: string): void {
    this.error.textContent = text;
    this.error.hidden = !text;
  }

  private update(): void {
    const { ready, busy } = this.files ?? NO_FILES;
    this.button.disabled = busy || this.bringing > 0 || (!this.text.value.trim() && !ready.length);
    this.text.style.setProperty("height", "auto");
    const height = Math.min(TALLEST, this.text.scrollHeight);
    if (height) this.text.style.setProperty("height", `${height}px`);
  }
}
