import { newKey, oneAtATime } from "./locks";
import type { Store } from "./storage";

/** A message that was written and is not yet known to be stored by the server. */
export interface Entry {
  /** Made here, kept through every retry: the server stores one message for it. */
  readonly key: string;
  /** Whose message it is; "" until the server has said who is writing. */
  readonly owner: string;
  readonly seq: number;
  /** Which conversation it goes to; the newest if nothing was said. */
  readonly conversation?: string | undefined;
  readonly text: string;
  readonly files: readonly { readonly id: string; readonly name: string; readonly size: number }[];
  readonly sent_at: string;
  readonly page: { readonly url: string; readonly title: string } | null;
  /** What its writer was asked before the first words. */
  readonly about?: Readonly<Record<string, string>> | undefined;
  /** The server's words when it will not take the message as it is. */
  readonly refused: string | null;
}

export type Outcome<M> =
  | { readonly kind: "sent"; readonly message: M }
  /** Try again, not before `after` milliseconds if the server said so. */
  | { readonly kind: "later"; readonly after?: number }
  | { readonly kind: "refused"; readonly reason: string };

export interface OutboxOptions<M> {
  /** Name of the box: one for each widget. */
  readonly box: string;
  readonly store: Store;
  readonly send: (entry: Entry) => Promise<Outcome<M>>;
  /** Shown from now on as the server's message; called before the entry is removed. */
  readonly sent: (message: M, entry: Entry) => void;
  readonly changed: () => void;
}

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60_000;

/**
 * Messages on their way, kept in the browser's storage so that reload, sleep, offline and a second
 * tab neither lose nor double one. Order is kept, one tab sends at a time, and an entry is removed
 * only when the server has answered with its message (or history shows it).
 */
export class Outbox<M> {
  private readonly prefix: string;
  private owner: string | null = null;
  private running = false;
  private again = false;
  private waits = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stop = new AbortController();

  constructor(private readonly options: OutboxOptions<M>) {
    this.prefix = `majung:${options.box}:out:`;
    const { signal } = this.stop;
    const changed = (event: StorageEvent): void => {
      if (event.key === null || event.key.startsWith(this.prefix)) this.options.changed();
    };
    window.addEventListener("storage", changed, { signal });
    window.addEventListener("online", () => this.flush(), { signal });
    window.addEventListener("pageshow", () => this.flush(), { signal });
    document.addEventListener("visibilitychange", () => this.flush(), { signal });
  }

  close(): void {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  /**
   * Sends for this person from now on. What was written before anyone was known becomes theirs, and
   * so does what `before` wrote when it is the same person (who signed in meanwhile).
   */
  claim(owner: string, before: string | null = null): void {
    this.owner = owner;
    for (const entry of this.all()) {
      if (entry.owner === "" || entry.owner === before) this.write({ ...entry, owner });
    }
    this.flush();
  }

  /** Drops what nobody was known to have written: the next one here may be somebody else. */
  disown(): void {
    for (const entry of this.all()) {
      if (entry.owner === "") this.options.store.remove(this.prefix + entry.key);
    }
    this.options.changed();
  }

  /** What this person has on the way, oldest first. */
  entries(): Entry[] {
    return this.all().filter((entry) => entry.owner === "" || entry.owner === this.owner);
  }

  /** How many wait: anybody's, as long as nobody knows who is here. */
  get waiting(): number {
    return (this.owner === null ? this.all() : this.entries()).length;
  }

  /** Keeps a message and sends it as soon as possible. */
  add(message: Pick<Entry, "text" | "files" | "page" | "conversation" | "about">): Entry {
    const last = this.all().at(-1)?.seq ?? 0;
    const entry: Entry = {
      ...message,
      key: newKey(),
      owner: this.owner ?? "",
      // Later than everything waiting even if the clock was set back.
      seq: Math.max(Date.now(), last + 1),
      sent_at: new Date().toISOString(),
      refused: null,
    };
    this.write(entry);
    this.options.changed();
    this.flush();
    return entry;
  }

  /** What was to go to one conversation goes to another: it has its real name now. */
  move(from: string, to: string): void {
    for (const entry of this.all()) {
      if (entry.conversation === from) this.write({ ...entry, conversation: to });
    }
  }

  /** Tries a refused message again, with the same key. */
  resend(key: string): void {
    const entry = this.find(key);
    if (entry) this.write({ ...entry, refused: null });
    this.options.changed();
    this.flush();
  }

  remove(key: string): void {
    this.options.store.remove(this.prefix + key);
    this.options.changed();
  }

  /** History shows these client keys: what carries them is stored and no longer on its way. */
  seen(keys: Iterable<string>): void {
    for (const key of keys) {
      if (key && this.find(key)) this.options.store.remove(this.prefix + key);
    }
  }

  /** Sends what is waiting now; does nothing while another tab is at it. */
  flush(): void {
    if (this.owner === null || this.stop.signal.aborted) return;
    if (this.running) {
      this.again = true;
      return;
    }
    if (!this.next()) return;
    clearTimeout(this.timer);
    this.running = true;
    const done = (): void => {
      this.running = false;
      if (!this.again) return;
      this.again = false;
      this.flush();
    };
    oneAtATime(`majung-outbox:${this.options.box}`, () => this.run()).then(done, done);
  }

  private async run(): Promise<void> {
    for (let entry = this.next(); entry; entry = this.next()) {
      const outcome = await this.options.send(entry).catch((): Outcome<M> => ({ kind: "later" }));
      if (outcome.kind === "sent") {
        this.waits = 0;
        this.options.sent(outcome.message, entry);
        this.options.store.remove(this.prefix + entry.key);
      } else if (outcome.kind === "refused") {
        if (this.find(entry.key)) this.write({ ...entry, refused: outcome.reason });
      } else {
        this.wait(outcome.after);
        return;
      }
      this.options.changed();
    }
  }

  private wait(after = 0): void {
    this.waits += 1;
    const backoff = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.waits - 1));
    clearTimeout(this.timer);
    this.again = false;
    this.timer = setTimeout(() => this.flush(), Math.max(after, backoff * (0.5 + Math.random())));
  }

  private next(): Entry | undefined {
    return this.entries().find((entry) => entry.refused === null);
  }

  private find(key: string): Entry | null {
    const raw = this.options.store.get(this.prefix + key);
    return raw === null ? null : (JSON.parse(raw) as Entry);
  }

  private all(): Entry[] {
    return this.options.store
      .keys()
      .filter((name) => name.startsWith(this.prefix))
      .map((name) => this.find(name.slice(this.prefix.length)))
      .filter((entry) => entry !== null)
      .sort((a, b) => a.seq - b.seq || (a.key < b.key ? -1 : 1));
  }

  private write(entry: Entry): void {
    this.options.store.set(this.prefix + entry.key, JSON.stringify(entry));
  }
}
