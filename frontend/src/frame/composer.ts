import clip from "icon:paperclip";
import up from "icon:arrow-up";
import { composing } from "../shared/keys";
import { el, icon } from "../shared/nodes";
import type { Uploaded } from "../shared/files";
import { Attachments, type UploadLimits } from "./attachments";
import type { Say } from "./say";

export interface ComposerOptions {
  readonly say: Say;
  readonly draft: { get(): string; set(text: string): void };
  readonly limits: () => UploadLimits & { readonly text: number };
  readonly target: () => Promise<{ url: string; headers: Record<string, string> }>;
  readonly send: (text: string, files: readonly Uploaded[]) => void;
  readonly typing: () => void;
}

const TYPING_EVERY = 3000;
const TALLEST = 140;

/** Where the customer writes. */
export class Composer {
  readonly element: HTMLFormElement;
  private readonly text: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;
  private readonly error = el("p", { class: "wrong", role: "alert", hidden: true });
  private readonly files: Attachments;
  private typedAt = 0;

  constructor(private readonly options: ComposerOptions) {
    const { say, draft } = options;
    this.text = el("textarea", {
      rows: "1",
      placeholder: say("메시지를 입력하세요"),
      "aria-label": say("메시지를 입력하세요"),
      enterkeyhint: "send",
    });
    this.button = el("button", { class: "send", "aria-label": say("보내기") }, icon(up));
    this.files = new Attachments(
      say,
      options.limits,
      options.target,
      () => this.update(),
      (text) => this.complain(text),
    );
    const picker = el("input", { type: "file", class: "vh", multiple: true });
    picker.setAttribute("aria-label", say("파일 붙이기"));
    picker.addEventListener("change", () => {
      this.attach(picker.files ?? []);
      picker.value = "";
    });
    const attach = el("label", { class: "icon", title: say("파일 붙이기") }, icon(clip), picker);
    const line = el("div", { class: "line" }, attach, this.text, this.button);
    this.element = el("form", { class: "composer" }, this.files.element, this.error, line);
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
    this.files.clear();
    this.update();
  }

  focus(): void {
    this.text.focus({ preventScroll: true });
  }

  attach(files: Iterable<File>): void {
    this.complain("");
    this.files.add(files);
    this.focus();
  }

  private listen(): void {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
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
      this.attach(files);
    });
  }

  private submit(): void {
    const text = this.text.value.trim();
    const { ready, busy } = this.files;
    const { text: longest } = this.options.limits();
    if ((!text && !ready.length) || busy) return;
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
    const { ready, busy } = this.files;
    this.button.disabled = busy || (!this.text.value.trim() && !ready.length);
    this.text.style.setProperty("height", "auto");
    const height = Math.min(TALLEST, this.text.scrollHeight);
    if (height) this.text.style.setProperty("height", `${height}px`);
  }
}
