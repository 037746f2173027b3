import { newKey } from "../../shared/locks";
import { safeStore, type Store } from "../../shared/storage";
import { csrf } from "../htmx";
import type { FileRef } from "../uploads";
import { carriesNothing, type Brought } from "./bring";
import type { Envelope } from "./envelope";
import { equal, sameWords, type Words } from "./words";

export interface Content extends Words {
  readonly files: readonly FileRef[];
  /** The quick replies and cards that go along. */
  readonly parts?: Brought | undefined;
  /** To whom it goes by mail, if the writer has said. */
  readonly envelope?: Envelope | null | undefined;
}

/** A draft as the server has it; `mark` is its version. */
export interface Saved extends Content {
  readonly kind: string;
  readonly mark: string;
}

interface Kept extends Content {
  readonly mark: string;
  /** When it was saved on leaving: the next page may have been made just before that. */
  readonly savedAt?: number;
}

interface Place {
  readonly url: string;
  /** Whose drafts these are, on a computer that several people use. */
  readonly agent: string;
  readonly conversation: string;
  /**
   * The key of the message that is being written: once it is sent, its text is no draft. When it is
   * pressed, perhaps stored, another text is one all the same.
   */
  readonly key: { readonly value: string; readonly isPressed: boolean };
}

const WAIT = 800;
const AGAIN = 15_000;
const TIMEOUT = 20_000;
const OVERTAKEN_WITHIN = 10_000;
const PREFIX = "majung:draft:";
const NOTHING: Content = { text: "", files: [] };
const store: Store = safeStore();

export function isNothing(content: Content): boolean {
  return !content.text.trim() && !content.files.length && carriesNothing(content.parts);
}

function same(one: Content, other: Content): boolean {
  const ids = (content: Content): string => content.files.map((file) => file.id).join();
  const parts = equal(one.parts ?? {}, other.parts ?? {});
  const whom = equal(one.envelope ?? null, other.envelope ?? null);
  return sameWords(one, other) && ids(one) === ids(other) && parts && whom;
}

/** Whether what was saved on leaving is the server's matter by now, whatever became of it there. */
function isSettled({ savedAt }: Kept, saved: Saved | undefined): boolean {
  return savedAt !== undefined && (!!saved || Date.now() - savedAt > OVERTAKEN_WITHIN);
}

/** One kind of draft of one conversation: in this browser at once, on the server soon after. */
export class Draft {
  content: Content = NOTHING;
  /** What another page has saved and this one has not seen; until it is settled nothing is saved. */
  elsewhere: Saved | null = null;
  private mark = "";
  private turn = 0;
  private unsaved = false;
  private closed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> = Promise.resolve();
  private readonly tab = newKey();

  constructor(
    readonly kind: string,
    private readonly place: Place,
    private readonly told: (draft: Draft) => void,
  ) {}

  /** Begins with what the server has and what this browser could not save the last time. */
  restore(saved: Saved | undefined): void {
    if (saved) this.take(saved);
    const kept = this.kept();
    if (!kept || same(kept, this.content) || isSettled(kept, saved)) {
      this.forget();
      return;
    }
    const moved = saved !== undefined && kept.mark !== saved.mark;
    this.content = kept;
    this.unsaved = true;
    if (moved) this.disagree(saved);
    else this.later(0);
  }

  /** Takes over what the server has, as it is there. */
  take(saved: Saved): void {
    const { text, rich, files, parts, envelope } = saved;
    this.content = { text, rich, files, parts, envelope };
    this.mark = saved.mark;
    this.unsaved = false;
    this.elsewhere = null;
    clearTimeout(this.timer);
  }

  /** What stands in the composer now. */
  put(content: Content): void {
    if (this.closed || same(content, this.content)) return;
    this.content = content;
    this.unsaved = true;
    this.keep();
    this.later(WAIT);
  }

  /** Settles what another page has: its text goes behind this one, or away. */
  settle(content: Content): void {
    if (!this.elsewhere) return;
    this.mark = this.elsewhere.mark;
    this.elsewhere = null;
    this.content = content;
    this.unsaved = true;
    this.keep();
    this.later(0);
  }

  /** Its place is gone from the page: what it has is still saved, and nothing else comes in. */
  close(): void {
    this.closed = true;
  }

  /** It was sent: nothing of it is a draft any more. */
  sent(): void {
    clearTimeout(this.timer);
    this.content = NOTHING;
    this.mark = "";
    this.unsaved = false;
    this.elsewhere = null;
    this.forget();
  }

  /** Saves what is not saved yet; `leaving` lets it arrive although the page goes away. */
  async flush({ leaving = false } = {}): Promise<void> {
    clearTimeout(this.timer);
    // Not behind what is still under way: there may be no time. Turns tell which is the later one.
    if (leaving) await this.save(true);
    else await (this.saving = this.saving.then(() => this.save()));
  }

  private later(wait: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  private async save(leaving = false): Promise<void> {
    if (!this.isUnsaved() || this.elsewhere) return;
    const { content } = this;
    const answer = await this.post(leaving);
    // It was sent, or taken over, while we asked.
    if (!this.isUnsaved()) return;
    if (answer === null || answer.status >= 500) {
      this.later(AGAIN);
      return;
    }
    const told = (await answer.json().catch(() => ({}))) as { mark?: string; draft?: Saved };
    if (answer.status === 409 && told.draft) {
      this.disagree(told.draft);
      return;
    }
    // Anything else will not be better by itself; the text stays in this browser.
    if (!answer.ok || answer.redirected) return;
    this.mark = told.mark ?? "";
    if (same(content, this.content)) {
      this.unsaved = false;
      if (leaving) this.keep(Date.now());
      else this.forget();
    } else this.later(WAIT);
  }

  private isUnsaved(): boolean {
    return this.unsaved;
  }

  private disagree(saved: Saved): void {
    if (same(saved, this.content)) {
      this.take(saved);
      this.forget();
      return;
    }
    this.elsewhere = saved;
    this.told(this);
  }

  private async post(leaving: boolean): Promise<Response | null> {
    const body = new FormData();
    this.turn += 1;
    const { text, rich, parts, envelope } = this.content;
    const values: Record<string, string> = {
      kind: this.kind,
      text,
      tab: this.tab,
      turn: String(this.turn),
      seen: this.mark,
      key: this.place.key.value,
      ...(this.place.key.isPressed && { pressed: "1" }),
      ...(rich && { rich: JSON.stringify(rich) }),
      ...(!carriesNothing(parts) && { parts: JSON.stringify(parts) }),
      ...(envelope && { envelope: JSON.stringify(envelope) }),
    };
    for (const [name, value] of Object.entries(values)) body.append(name, value);
    for (const file of this.content.files) body.append("files", file.id);
    try {
      return await fetch(this.place.url, {
        method: "POST",
        body,
        keepalive: leaving,
        headers: { Accept: "application/json", "X-Requested-With": "fetch", ...csrf() },
        signal: AbortSignal.timeout(TIMEOUT),
      });
    } catch {
      return null;
    }
  }

  /** The name under which the page that types is known; the message that is sent says it, too. */
  get name(): string {
    return this.tab;
  }

  private get item(): string {
    return `${PREFIX}${this.place.agent}:${this.place.conversation}:${this.kind}`;
  }

  private keep(savedAt?: number): void {
    const kept: Kept = { ...this.content, mark: this.mark, ...(savedAt ? { savedAt } : {}) };
    if (isNothing(kept) && !this.mark) this.forget();
    else store.set(this.item, JSON.stringify(kept));
  }

  private kept(): Kept | null {
    try {
      return JSON.parse(store.get(this.item) ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }

  private forget(): void {
    store.remove(this.item);
  }
}
