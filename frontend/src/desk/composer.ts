import { composing } from "../shared/keys";
import { newKey } from "../shared/locks";
import { csrf, onContent, problemText } from "./htmx";
import { refetch } from "./regions";
import { say } from "./say";
import { Uploads } from "./uploads";

interface Draft {
  text: string;
  kind: string;
  key: string;
}

const TYPING_EVERY = 3000;
const TIMEOUT = 30_000;
const started = new WeakSet<HTMLFormElement>();

/**
 * Where an agent writes. The text leaves the field only when the server has stored it; the client
 * key stays the same until then, so sending again can never make a second message.
 */
class Composer {
  private readonly text: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement | null;
  private readonly key: HTMLInputElement | null;
  private readonly error: HTMLElement | null;
  private readonly uploads: Uploads | null;
  private sending = false;
  private typedAt = 0;

  constructor(
    private readonly form: HTMLFormElement,
    text: HTMLTextAreaElement,
  ) {
    this.text = text;
    this.button = form.querySelector("button[type=submit]");
    this.key = form.querySelector("[data-client-key]");
    this.error = form.querySelector("[data-error]");
    const input = form.querySelector<HTMLInputElement>("[data-upload]");
    const place = form.querySelector<HTMLElement>("[data-files]");
    this.uploads =
      input && place ? new Uploads(input, place, (problem) => this.complain(problem)) : null;
    this.restore();
    this.listen();
    this.switchKind();
    this.grow();
  }

  private listen(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.form.addEventListener("change", () => {
      this.switchKind();
      this.save();
    });
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.text.blur();
      if (event.key !== "Enter" || composing(event)) return;
      const held = event.ctrlKey || event.metaKey;
      if (!held && (event.shiftKey || this.form.dataset.enter === "ctrl")) return;
      event.preventDefault();
      void this.submit();
    });
    this.text.addEventListener("input", () => {
      this.save();
      this.grow();
      this.tellTyping();
    });
    this.text.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (!files?.length || !this.uploads) return;
      event.preventDefault();
      this.uploads.add(files);
    });
    this.form.addEventListener("dragover", (event) => event.preventDefault());
    this.form.addEventListener("drop", (event) => {
      event.preventDefault();
      this.uploads?.add(event.dataTransfer?.files ?? []);
    });
  }

  private async submit(): Promise<void> {
    if (this.sending) return;
    if (this.uploads?.busy) {
      this.complain(say("파일을 올리는 중이에요. 다 올라가면 보내주세요."));
      return;
    }
    if (!this.text.value.trim() && !this.uploads?.count) {
      this.text.focus();
      return;
    }
    this.complain("");
    this.busy(true);
    this.save();
    const problem = await this.post();
    this.busy(false);
    if (problem) this.complain(problem);
    else this.stored();
  }

  /** Gives what went wrong, "" when the message is stored. */
  private async post(): Promise<string> {
    const failed = say("보내지 못했어요. 쓴 글은 그대로 있으니 다시 보내주세요.");
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body: new FormData(this.form),
        headers: { Accept: "application/json", "X-Requested-With": "fetch", ...csrf() },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (response.ok && !response.redirected) return "";
      return response.ok ? failed : problemText(await response.text(), failed);
    } catch {
      return failed;
    }
  }

  private stored(): void {
    this.text.value = "";
    this.uploads?.clear();
    if (this.key) this.key.value = newKey();
    this.typedAt = 0;
    this.save();
    this.grow();
    this.text.focus();
    if (this.form.dataset.refetch) refetch(this.form.dataset.refetch);
  }

  private busy(sending: boolean): void {
    this.sending = sending;
    // Read-only rather than disabled: a disabled field would lose the focus and its value.
    this.text.readOnly = sending;
    this.form.toggleAttribute("data-sending", sending);
    this.button?.setAttribute("aria-busy", String(sending));
    if (this.button) this.button.disabled = sending;
  }

  private complain(text: string): void {
    if (!this.error) return;
    this.error.textContent = text;
    this.error.hidden = !text;
  }

  private get kind(): HTMLInputElement | null {
    return this.form.querySelector("input[name=kind]:checked");
  }

  private switchKind(): void {
    const kind = this.kind;
    this.form.dataset.mode = kind?.value ?? "reply";
    if (kind?.dataset.action) this.form.action = kind.dataset.action;
    const label = kind?.closest("label")?.textContent.trim();
    if (label) this.text.setAttribute("aria-label", label);
  }

  private get name(): string {
    return `majung:draft:${this.form.dataset.draft ?? ""}`;
  }

  private save(): void {
    const draft: Draft = {
      text: this.text.value,
      kind: this.kind?.value ?? "",
      key: this.key?.value ?? "",
    };
    try {
      if (draft.text) sessionStorage.setItem(this.name, JSON.stringify(draft));
      else sessionStorage.removeItem(this.name);
    } catch {
      // No storage: the text is still in the field.
    }
  }

  private restore(): void {
    const draft = this.saved();
    if (!draft || this.text.value) return;
    this.text.value = draft.text;
    if (this.key && draft.key) this.key.value = draft.key;
    const kind = this.form.querySelector<HTMLInputElement>(
      `input[name=kind][value="${CSS.escape(draft.kind)}"]`,
    );
    if (kind) kind.checked = true;
  }

  private saved(): Draft | null {
    try {
      return JSON.parse(sessionStorage.getItem(this.name) ?? "null") as Draft | null;
    } catch {
      return null;
    }
  }

  private tellTyping(): void {
    const url = this.form.dataset.typing;
    if (!url || this.form.dataset.mode === "note" || !this.text.value.trim()) return;
    if (Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    void fetch(url, { method: "POST", headers: csrf() }).catch(() => undefined);
  }

  private grow(): void {
    this.text.style.setProperty("height", "auto");
    const height = Math.min(this.text.scrollHeight, window.innerHeight * 0.4);
    if (height) this.text.style.setProperty("height", `${height}px`);
  }
}

export function setUpComposers(): void {
  onContent((root) => {
    for (const form of root.querySelectorAll<HTMLFormElement>("form[data-composer]")) {
      const text = form.querySelector("textarea");
      if (started.has(form) || !text) continue;
      started.add(form);
      new Composer(form, text);
    }
  });
}
