import { composing } from "../../shared/keys";
import { onContent } from "../htmx";
import { refetch } from "../regions";
import { say } from "../say";
import { toast } from "../toasts";
import { Uploads } from "../uploads";
import { tellFromAway } from "./away";
import { Bring } from "./bring";
import { CannedList } from "./canned";
import { Draft, isNothing, type Content, type Saved } from "./drafts";
import { Elsewhere, regained, together } from "./elsewhere";
import { enrich } from "./enrich";
import { EnvelopeLine } from "./envelope";
import { Field } from "./field";
import { takeFiles } from "./files";
import { setUpHeld, takeBack, WayBack } from "./held";
import { MessageKey } from "./keys";
import { obstacle } from "./obstacles";
import { hint, meaning } from "./pressing";
import { freeze, seal, type Answer, type Outcome, type Press } from "./sending";
import { Typing } from "./typing";
import { drop, pending, send, setUpWaiting } from "./waiting";
import { WaitLine } from "./waitline";

const KINDS = ["reply", "note"];
const NOTHING: Content = { text: "", files: [] };
const started = new WeakSet<HTMLFormElement>();
let current: Composer | null = null;

/**
 * Where an agent writes. The text leaves the field only when the server has stored it; the client
 * key stays the same until then, so sending again can never make a second message.
 */
class Composer {
  private readonly field: Field;
  private readonly key: MessageKey;
  private readonly error: HTMLElement | null;
  private readonly elsewhere: Elsewhere;
  private readonly typing: Typing;
  private readonly uploads: Uploads | null;
  private readonly bring: Bring;
  private readonly envelope: EnvelopeLine | null;
  private readonly drafts: ReadonlyMap<string, Draft>;
  private readonly line: WaitLine;
  private readonly back = new WayBack();
  private kind: string;
  private sending = false;
  /** What was pressed and stands here still, as nobody knows yet what became of it. */
  private shown: Press | null = null;

  constructor(
    readonly form: HTMLFormElement,
    text: HTMLTextAreaElement,
  ) {
    hint(text);
    this.field = Field.of(text);
    this.key = new MessageKey(form.querySelector("[data-client-key]"), this.conversation);
    this.error = form.querySelector("[data-error]");
    this.elsewhere = new Elsewhere(form, (both) => this.settle(both));
    this.typing = new Typing(form.dataset.typing);
    this.uploads = Uploads.of(form, (problem) => this.complain(problem));
    this.kind = this.chosen?.value ?? "reply";
    this.bring = new Bring(form, () => this.edited());
    this.envelope = EnvelopeLine.of(form, () => this.edited());
    this.line = new WaitLine(form, () => this.stopWaiting());
    this.drafts = this.begin();
    if (form.dataset.canned) new CannedList(form, this.field, form.dataset.canned);
    this.listen();
    this.restore();
    this.adopt();
    enrich(form, this.field, (problem) => this.complain(problem));
  }

  private begin(): ReadonlyMap<string, Draft> {
    const { draft: url = "", agent = "", conversation = "" } = this.form.dataset;
    const place = { url, agent, conversation, key: this.key };
    const told = (draft: Draft): void => {
      if (draft.kind === this.kind) this.showElsewhere();
    };
    return new Map(KINDS.map((kind) => [kind, new Draft(kind, place, told)]));
  }

  private listen(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter as HTMLButtonElement | null;
      this.submit(button?.value === "close");
    });
    this.form.addEventListener("change", (event) => {
      if ((event.target as HTMLInputElement).name === "kind") this.switchKind();
    });
    this.field.onKey((event) => this.pressed(event));
    this.field.onWritten(() => {
      this.edited();
      if (this.kind !== "note" && !this.field.isEmpty) this.typing.tell();
    });
    this.form.addEventListener("files", () => this.edited());
    if (this.uploads) takeFiles(this.form, this.uploads);
  }

  private pressed(event: KeyboardEvent): boolean {
    if (composing(event)) return false;
    if (event.key === "Escape") this.field.input.blur();
    const means = meaning(event, this.field.needsEnter);
    if (means === "unsend") {
      const { url } = this.back;
      if (this.field.text !== "" || !url) return false;
      void this.takeBack(url);
    }
    // A key that is held down has chosen something, or sent what was there.
    else if (means && !event.repeat) this.submit(means === "close");
    return !!means;
  }

  private submit(closes: boolean): void {
    if (this.sending) return;
    const reason = obstacle(this.form, this.uploads, this.kind === "note" ? null : this.envelope);
    this.complain(reason);
    if (reason) return;
    const { content, kind } = this;
    if (isNothing(content)) {
      this.field.focus();
      return;
    }
    this.line.clear();
    this.key.press();
    this.save();
    const about = { kind, content, key: this.key.value, tab: this.draft.name };
    const press = freeze(this.form, { ...about, closes: closes && kind !== "note" });
    this.shown = press;
    this.busy(true);
    send(press, (outcome, waited) => this.heard(press, outcome, waited));
  }

  /** What became of a message: for the composer that is on screen by now, or else for a notice. */
  private heard(press: Press, outcome: Outcome, waited: boolean): void {
    const { living } = this;
    const isAway = !living.form.isConnected;
    if (this.sending) this.busy(false);
    if (outcome.is === "unclear") {
      if (living.shown === press) living.line.waits();
      return;
    }
    living.line.clear();
    if (outcome.is === "refused") {
      if (isAway) tellFromAway(this.form, outcome.text);
      else living.refused(press, outcome);
      return;
    }
    for (const each of new Set([this, living])) each.stored(press);
    if (isAway && waited) tellFromAway(this.form, say("기다리던 글을 보냈어요"));
    else living.told(outcome.answer, waited);
  }

  private refused(press: Press, { text, code }: { text: string; code: string }): void {
    this.complain(text);
    this.key.release();
    if (code === "sent_otherwise") this.key.renew(press.key);
    this.save();
    if (code) refetch("#thread");
  }

  /** Takes away what was stored, and nothing that came since. */
  private stored(press: Press): void {
    const { content } = this;
    const isMine = this.shown === press;
    this.drafts.get(press.kind)?.sent();
    if (isMine) {
      const known = new Set(press.content.files.map((file) => file.id));
      this.fill({ ...NOTHING, files: content.files.filter((file) => !known.has(file.id)) });
      for (const used of this.form.querySelectorAll("[data-canned-used]")) used.remove();
    }
    this.key.renew(press.key);
    this.save();
    this.typing.ends();
    this.showElsewhere();
  }

  private told(answer: Answer, waited: boolean): void {
    // Whoever has gone on to something else on the page is not called back.
    if (!waited) this.field.focus();
    this.back.offer(answer, (url) => void this.living.takeBack(url));
    if (this.form.dataset.refetch) refetch(this.form.dataset.refetch);
  }

  /** This one, or the one that stands in its place since the conversation was opened again. */
  private get living(): Composer {
    const there = current;
    return there?.conversation === this.conversation ? there : this;
  }

  private get conversation(): string {
    return this.form.dataset.conversation ?? "";
  }

  /** A message that was pressed before this page of the conversation was there waits in it. */
  private adopt(): void {
    const press = pending(this.conversation);
    const draft = press && this.drafts.get(press.kind);
    if (!press || !draft) return;
    const text = draft.content.text.trim();
    if (!isNothing(draft.content) && text !== press.content.text.trim()) return;
    this.choose(press.kind);
    this.fill(isNothing(draft.content) ? press.content : draft.content);
    this.key.press(press.key);
    this.shown = press;
    this.save();
    this.line.waits();
  }

  /** What stands there is not what was pressed any more. */
  private edited(): void {
    // What is put up while a message is being sent is the next one's.
    if (this.sending) return;
    if (this.shown) drop(this.conversation);
    this.shown = null;
    this.line.halts();
    this.save();
  }

  private stopWaiting(): void {
    drop(this.conversation);
    this.line.clear();
    this.field.focus();
  }

  /** Takes a held reply out of the thread and puts its text and files back here. */
  async takeBack(url: string): Promise<void> {
    if (this.sending) return;
    drop(this.conversation);
    this.line.clear();
    this.busy(true);
    // What was typed since goes to the server first: it puts the two together.
    await this.drafts.get("reply")?.flush();
    const saved = await takeBack(url);
    this.busy(false);
    if (!saved) return;
    this.back.taken(url);
    this.living.putBack(saved);
  }

  private putBack(saved: Saved): void {
    const typed = this.kind === "reply" ? this.field.text.trim() : "";
    const missing = typed && !saved.text.includes(typed) ? this.content : NOTHING;
    if (this.kind !== "reply") this.draft.put(this.content);
    this.drafts.get("reply")?.take(saved);
    if (!this.form.isConnected) {
      tellFromAway(this.form, say("보내기를 취소했어요"));
      return;
    }
    this.choose("reply");
    this.fill(regained(saved, missing));
    this.save();
    this.field.focus();
    toast(say("보내기를 취소했어요"));
    refetch(this.form.dataset.refetch);
  }

  private busy(sending: boolean): void {
    this.sending = sending;
    this.field.lock(sending);
    seal(this.form, sending);
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
    const files = this.uploads?.refs ?? [];
    const envelope = this.kind === "note" ? undefined : this.envelope?.value;
    return { ...this.field.words, files, parts: this.bring.parts, envelope };
  }

  private fill(content: Content): void {
    this.field.words = { text: content.text, rich: content.rich };
    this.uploads?.restore(content.files);
    this.bring.parts = content.parts ?? {};
    if (this.envelope && this.kind !== "note") this.envelope.value = content.envelope ?? undefined;
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
      } else if (!isNothing(before)) this.draft.put(NOTHING);
      this.kind = next;
      this.edited();
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
    const { content } = this;
    this.draft.put(content);
    this.key.keep(!isNothing(content));
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
    if (!isNothing(this.content)) this.key.restore();
  }

  private showElsewhere(): void {
    this.elsewhere.show(this.draft.elsewhere);
  }

  private settle(both: boolean): void {
    const other = this.draft.elsewhere;
    if (!other) return;
    const content = both ? together(this.content, other) : this.content;
    this.edited();
    this.draft.settle(content);
    if (both) this.fill(content);
    this.showElsewhere();
    this.field.focus();
  }

  /** Saves what is not saved yet: the network is back, or the page, or this part of it, goes. */
  flush(options?: { leaving: boolean }): void {
    for (const draft of this.drafts.values()) void draft.flush(options);
  }

  /** Another conversation stands in its place. */
  close(): void {
    this.flush({ leaving: true });
    for (const draft of this.drafts.values()) draft.close();
    this.field.leave();
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
  setUpWaiting();
  window.addEventListener("pagehide", () => current?.flush({ leaving: true }));
  window.addEventListener("online", () => current?.flush());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") current?.flush({ leaving: true });
  });
}
