import { composing } from "../../shared/keys";
import { newKey } from "../../shared/locks";
import { csrf, onContent, problemText } from "../htmx";
import { refetch } from "../regions";
import { say } from "../say";
import { toast } from "../toasts";
import { Uploads } from "../uploads";
import { bring, setUpBring } from "./bring";
import { CannedList } from "./canned";
import { Draft, isNothing, type Content, type Saved } from "./drafts";
import { enrich } from "./enrich";
import { Field } from "./field";
import { takeFiles } from "./files";
import { setUpHeld, takeBack, type Held } from "./held";
import { keepKey, keptKey } from "./keys";
import { joined } from "./words";

interface Answer {
  readonly held?: number;
  readonly undo?: string;
  readonly closed?: boolean;
}

const TYPING_EVERY = 3000;
const TIMEOUT = 30_000;
const KINDS = ["reply", "note"];
const started = new WeakSet<HTMLFormElement>();
let current: Composer | null = null;

/**
 * Where an agent writes. The text leaves the field only when the server has stored it; the client
 * key stays the same until then, so sending again can never make a second message.
 */
class Composer {
  private readonly field: Field;
  private readonly buttons: readonly HTMLButtonElement[];
  private readonly key: HTMLInputElement | null;
  private readonly error: HTMLElement | null;
  private readonly elsewhere: HTMLElement | null;
  private readonly uploads: Uploads | null;
  private readonly drafts: ReadonlyMap<string, Draft>;
  private held: (Held & { readonly unsay: () => void }) | null = null;
  private kind: string;
  private sending = false;
  private typedAt = 0;

  constructor(
    readonly form: HTMLFormElement,
    text: HTMLTextAreaElement,
  ) {
    this.field = Field.of(text);
    this.buttons = [...form.querySelectorAll<HTMLButtonElement>("button[type=submit]")];
    this.key = form.querySelector("[data-client-key]");
    this.error = form.querySelector("[data-error]");
    this.elsewhere = form.querySelector("[data-elsewhere]");
    const input = form.querySelector<HTMLInputElement>("[data-upload]");
    const place = form.querySelector<HTMLElement>("[data-files]");
    this.uploads =
      input && place ? new Uploads(input, place, (problem) => this.complain(problem)) : null;
    this.kind = this.chosen?.value ?? "reply";
    this.drafts = this.begin();
    if (form.dataset.canned) new CannedList(form, this.field, form.dataset.canned);
    this.listen();
    this.restore();
    setUpBring(form);
    enrich(form, this.field, (problem) => this.complain(problem));
  }

  private begin(): ReadonlyMap<string, Draft> {
    const { draft: url = "", agent = "", conversation = "" } = this.form.dataset;
    const place = { url, agent, conversation, key: () => this.key?.value ?? "" };
    const told = (draft: Draft): void => {
      if (draft.kind === this.kind) this.showElsewhere();
    };
    return new Map(KINDS.map((kind) => [kind, new Draft(kind, place, told)]));
  }

  private listen(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter as HTMLButtonElement | null;
      void this.submit(button?.value === "close");
    });
    this.form.addEventListener("change", (event) => {
      if ((event.target as HTMLInputElement).name === "kind") this.switchKind();
    });
    this.field.onKey((event) => this.pressed(event));
    this.field.onWritten(() => {
      this.save();
      this.tellTyping();
    });
    this.form.addEventListener("files", () => this.save());
    if (this.uploads) takeFiles(this.form, this.uploads);
    this.elsewhere?.addEventListener("click", (event) => {
      const choice = (event.target as Element).closest<HTMLElement>("[data-keep]");
      if (choice) this.settle(choice.dataset.keep === "both");
    });
  }

  private pressed(event: KeyboardEvent): boolean {
    if (composing(event)) return false;
    const held = event.ctrlKey || event.metaKey;
    if (event.key === "Escape") this.field.input.blur();
    if (held && !event.shiftKey && event.code === "KeyZ" && this.field.text === "" && this.held) {
      void this.takeBack(this.held.url);
      return true;
    }
    if (event.key !== "Enter") return false;
    const closes = held && event.shiftKey && this.kind !== "note";
    const writes = event.shiftKey || this.form.dataset.enter === "ctrl" || this.field.needsEnter;
    if (!held && writes) return false;
    void this.submit(closes);
    return true;
  }

  private async submit(closes: boolean): Promise<void> {
    if (this.sending) return;
    if (this.uploads?.busy) {
      this.complain(say("파일을 올리는 중이에요. 다 올라가면 보내주세요."));
      return;
    }
    if (isNothing(this.content)) {
      this.field.focus();
      return;
    }
    this.complain("");
    this.busy(true);
    this.save();
    const answer = await this.post(closes && this.kind !== "note");
    this.busy(false);
    if (typeof answer === "string") this.complain(answer);
    else this.stored(answer);
  }

  /** Gives what the server says of the stored message, or in words what went wrong. */
  private async post(closes: boolean): Promise<Answer | string> {
    const failed = say("보내지 못했어요. 쓴 글은 그대로 있으니 다시 보내주세요.");
    const body = new FormData(this.form);
    body.set("tab", this.draft.name);
    body.set("text", this.field.text);
    const { rich } = this.field.words;
    if (rich) body.set("rich", JSON.stringify(rich));
    if (closes) body.set("then", "close");
    else body.delete("then");
    try {
      const response = await fetch(this.form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-Requested-With": "fetch", ...csrf() },
        signal: AbortSignal.timeout(TIMEOUT),
      });
      const text = await response.text();
      if (response.redirected) return failed;
      return response.ok ? (JSON.parse(text || "{}") as Answer) : problemText(text, failed);
    } catch {
      return failed;
    }
  }

  private stored(answer: Answer): void {
    this.draft.sent();
    if (this.kind !== "note") bring(this.form, {});
    this.fill({ text: "", files: [] });
    for (const used of this.form.querySelectorAll("[data-canned-used]")) used.remove();
    if (this.key) this.key.value = newKey();
    this.keepKey();
    this.typedAt = 0;
    this.showElsewhere();
    this.field.focus();
    this.offerWayBack(answer);
    if (this.form.dataset.refetch) refetch(this.form.dataset.refetch);
  }

  private offerWayBack({ held = 0, undo, closed }: Answer): void {
    if (!undo || !held) {
      if (closed) toast(say("답을 보내고 상담을 마쳤어요"));
      return;
    }
    const text = closed ? say("답을 보내고 상담을 마쳐요") : say("답을 보내는 중이에요");
    const unsay = toast(text, {
      act: () => void this.living.takeBack(undo),
      undo_text: say("취소"),
      stays: held * 1000,
    });
    const mine = { url: undo, left: held, unsay };
    this.held = mine;
    setTimeout(() => {
      if (this.held === mine) this.held = null;
    }, held * 1000);
  }

  /** This one, or the one that stands in its place since the conversation was opened again. */
  private get living(): Composer {
    const { conversation } = this.form.dataset;
    return current?.form.dataset.conversation === conversation ? (current ?? this) : this;
  }

  /** Takes a held reply out of the thread and puts its text and files back here. */
  async takeBack(url: string): Promise<void> {
    if (this.sending) return;
    this.busy(true);
    const reply = this.drafts.get("reply");
    // What was typed since goes to the server first: it puts the two together.
    await reply?.flush();
    const typed = this.kind === "reply" ? this.field.text.trim() : "";
    const saved = await takeBack(url);
    this.busy(false);
    if (!saved || !reply) return;
    if (this.held?.url === url) {
      this.held.unsay();
      this.held = null;
    }
    const missing = typed && !saved.text.includes(typed) ? this.field.words : { text: "" };
    if (this.kind !== "reply") this.draft.put(this.content);
    reply.take(saved);
    bring(this.form, saved.parts);
    this.choose("reply");
    this.fill({ ...joined(saved, missing), files: saved.files });
    this.save();
    this.field.focus();
    toast(say("보내기를 취소했어요"));
    refetch(this.form.dataset.refetch);
  }

  private busy(sending: boolean): void {
    this.sending = sending;
    this.field.lock(sending);
    this.form.toggleAttribute("data-sending", sending);
    for (const button of this.buttons) {
      button.setAttribute("aria-busy", String(sending));
      button.disabled = sending;
    }
  }

  private complain(text: string): void {
    if (!this.error) return;
    this.error.textContent = text;
    this.error.hidden = !text;
  }

  private get chosen(): HTMLInputElement | null {
    return this.form.querySelector("input[name=kind]:checked");
  }

  private get draft(): Draft {
    const found = this.drafts.get(this.kind);
    if (!found) throw new Error(`no such kind: ${this.kind}`);
    return found;
  }

  private get content(): Content {
    return { ...this.field.words, files: this.uploads?.refs ?? [] };
  }

  private fill(content: Content): void {
    this.field.words = { text: content.text, rich: content.rich };
    this.uploads?.restore(content.files);
  }

  /** Each kind has its own text; what has none takes over the one on screen. */
  private switchKind(): void {
    const next = this.chosen?.value ?? "reply";
    if (next !== this.kind) {
      const before = this.content;
      const kept = this.drafts.get(next)?.content;
      if (kept && !isNothing(kept)) {
        this.draft.put(before);
        this.fill(kept);
      } else if (!isNothing(before)) this.draft.put({ text: "", files: [] });
      this.kind = next;
      this.save();
    }
    this.showKind();
  }

  private choose(kind: string): void {
    const radio = this.form.querySelector<HTMLInputElement>(
      `input[name=kind][value="${CSS.escape(kind)}"]`,
    );
    if (radio) radio.checked = true;
    this.kind = kind;
    this.showKind();
  }

  private showKind(): void {
    const { chosen } = this;
    this.form.dataset.mode = this.kind;
    if (chosen?.dataset.action) this.form.action = chosen.dataset.action;
    const label = chosen?.closest("label")?.textContent.trim();
    if (label) this.field.input.setAttribute("aria-label", label);
    this.showElsewhere();
  }

  private save(): void {
    this.draft.put(this.content);
    this.keepKey();
  }

  private keepKey(): void {
    const key = isNothing(this.content) ? "" : (this.key?.value ?? "");
    keepKey(this.form.dataset.conversation ?? "", key);
  }

  private restore(): void {
    const saved = JSON.parse(this.form.dataset.drafts ?? "[]") as Saved[];
    const refused = !this.error?.hidden && this.field.text ? this.content : null;
    for (const [kind, draft] of this.drafts) draft.restore(saved.find((one) => one.kind === kind));
    if (isNothing(this.draft.content)) {
      const other = KINDS.find(
        (kind) => !isNothing(this.drafts.get(kind)?.content ?? this.content),
      );
      if (other && !refused) this.choose(other);
    }
    // A page that comes with a text was refused without a script: that text counts.
    if (refused) this.draft.put(refused);
    else this.fill(this.draft.content);
    this.showKind();
    const key = keptKey(this.form.dataset.conversation ?? "");
    if (key && this.key && !isNothing(this.content)) this.key.value = key;
  }

  private showElsewhere(): void {
    if (!this.elsewhere) return;
    const other = this.draft.elsewhere;
    this.elsewhere.hidden = !other;
    const quote = this.elsewhere.querySelector("[data-other]");
    if (quote) quote.textContent = other?.text ?? "";
  }

  private settle(both: boolean): void {
    const { draft, content } = this;
    const other = draft.elsewhere;
    if (!other) return;
    const together: Content = {
      ...joined(content, other),
      files: [
        ...content.files,
        ...other.files.filter((file) => !content.files.some((own) => own.id === file.id)),
      ],
    };
    draft.settle(both ? together : content);
    if (both) this.fill(together);
    this.showElsewhere();
    this.field.focus();
  }

  /** Saves what is not saved yet before the page, or this part of it, goes away. */
  leave(): void {
    for (const draft of this.drafts.values()) void draft.flush({ leaving: true });
  }

  /** Another conversation stands in its place. */
  close(): void {
    this.leave();
    this.field.leave();
  }

  /** The network is back, or the page is looked at again. */
  comeBack(): void {
    for (const draft of this.drafts.values()) void draft.flush();
  }

  private tellTyping(): void {
    const url = this.form.dataset.typing;
    if (!url || this.kind === "note" || this.field.isEmpty) return;
    if (Date.now() - this.typedAt < TYPING_EVERY) return;
    this.typedAt = Date.now();
    void fetch(url, { method: "POST", headers: csrf() }).catch(() => undefined);
  }
}

export function setUpComposers(): void {
  onContent((root) => {
    if (current && !current.form.isConnected) {
      current.close();
      current = null;
    }
    for (const form of root.querySelectorAll<HTMLFormElement>("form[data-composer]")) {
      const text = form.querySelector("textarea");
      if (started.has(form) || !text) continue;
      started.add(form);
      current = new Composer(form, text);
    }
  });
  setUpHeld((url) => void current?.takeBack(url));
  window.addEventListener("pagehide", () => current?.leave());
  window.addEventListener("online", () => current?.comeBack());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") current?.leave();
  });
}
