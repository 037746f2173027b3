import { channelTo, newKey, webLocks } from "../locks";
import { parseMarks, type Marks } from "./marks";
import { Stream, type Signal, type StreamListener } from "./stream";

/** What a tab wants to hear: topics with the grant that allows them. */
export interface Want {
  readonly topics: readonly string[];
  readonly grant: string;
  readonly at: number;
}

type PlainMarks = Record<string, string>;
type Note =
  | { type: "lead"; from: string }
  | { type: "want"; from: string; wants: Want[] }
  | { type: "bye"; from: string }
  | { type: "ping"; from: string }
  | { type: "again"; from: string }
  | { type: "hello"; from: string; marks: PlainMarks; up: boolean }
  | { type: "signal"; from: string; signal: Signal }
  | { type: "up"; from: string; up: boolean }
  | { type: "refused"; from: string };

const PING_EVERY = 15_000;
const PONG_WITHIN = 3000;
const GATHER = 60;

function plain(marks: Marks): PlainMarks {
  return Object.fromEntries([...marks].map(([topic, mark]) => [topic, `${mark.epoch}:${mark.n}`]));
}

/** The fewest grants that cover all wanted topics, the newest first, so that none expires unseen. */
export function coveringGrants(wants: readonly Want[]): string[] {
  const covered = new Set<string>();
  const grants: string[] = [];
  for (const want of [...wants].sort((a, b) => b.at - a.at)) {
    if (want.topics.every((topic) => covered.has(topic))) continue;
    want.topics.forEach((topic) => covered.add(topic));
    grants.push(want.grant);
  }
  return grants.sort();
}

/**
 * The tabs of one browser sharing one stream. The tab that holds the Web Lock leads: it listens for
 * all and tells the others by BroadcastChannel. A leader that answers no ping (a frozen tab) has
 * its lock taken. Where Web Locks or BroadcastChannel are missing or
 * forbidden, every tab has a stream of its own.
 */
export class Party {
  private readonly me = newKey();
  private locks = webLocks();
  private channel: BroadcastChannel | null;
  private readonly stream: Stream;
  private readonly wants = new Map<string, readonly Want[]>();
  private seen: Marks = new Map();
  private up = false;
  private leading = false;
  private joined = false;
  private present = false;
  private release: (() => void) | null = null;
  private queued: AbortController | null = null;
  private gathering: ReturnType<typeof setTimeout> | undefined;
  private pong: ReturnType<typeof setTimeout> | undefined;
  private pings: ReturnType<typeof setInterval> | undefined;

  constructor(
    url: string,
    private readonly name: string,
    private readonly listener: StreamListener,
  ) {
    this.channel = this.locks ? channelTo(`majung-live:${name}`) : null;
    if (this.channel) {
      this.channel.onmessage = (event: MessageEvent<Note>) => this.hear(event.data);
    }
    this.stream = new Stream(url, {
      hello: (marks) => {
        this.seen = new Map([...this.seen, ...marks]);
        this.tell({ type: "hello", from: this.me, marks: plain(marks), up: true });
        this.listener.hello(marks);
      },
      signal: (signal) => {
        if (signal.n) this.seen.set(signal.topic, { epoch: signal.epoch, n: signal.n });
        this.tell({ type: "signal", from: this.me, signal });
        this.listener.signal(signal);
      },
      connected: (up) => {
        this.tell({ type: "up", from: this.me, up });
        this.setUp(up);
      },
      refused: () => {
        this.tell({ type: "refused", from: this.me });
        this.listener.refused();
      },
    });
  }

  get isLeading(): boolean {
    return this.leading;
  }

  join(): void {
    if (this.joined) return;
    this.joined = true;
    if (!this.channel || !this.locks) {
      this.lead();
      return;
    }
    // Held as long as this tab lives, so that a leader knows whose wants still count.
    if (!this.present) {
      this.present = true;
      const forever = (): Promise<void> => new Promise(() => undefined);
      this.locks.request(`majung-tab:${this.me}`, forever).catch(() => undefined);
    }
    this.queue();
    this.pings = setInterval(() => this.ping(), PING_EVERY);
    this.ping();
  }

  /** What this tab wants to hear from now on. */
  want(wants: readonly Want[]): void {
    this.wants.set(this.me, wants);
    if (this.leading) this.gather();
    else this.tell({ type: "want", from: this.me, wants: [...wants] });
  }

  /** Connect anew at once; a follower asks its leader, and takes over if that one is asleep. */
  again(): void {
    if (this.leading) this.stream.again();
    else {
      this.tell({ type: "again", from: this.me });
      this.ping();
    }
  }

  leave(): void {
    if (!this.joined) return;
    this.joined = false;
    clearInterval(this.pings);
    clearTimeout(this.pong);
    clearTimeout(this.gathering);
    this.queued?.abort();
    this.tell({ type: "bye", from: this.me });
    this.stepDown();
    this.setUp(false);
  }

  private queue(steal = false): void {
    this.queued?.abort();
    let granted = false;
    const held = (): Promise<void> =>
      new Promise((resolve) => {
        granted = true;
        this.release = resolve;
        this.lead();
      });
    const name = `majung-live:${this.name}`;
    const queued = steal ? null : new AbortController();
    this.queued = queued;
    const options: LockOptions = queued ? { signal: queued.signal } : { steal: true };
    this.locks?.request(name, options, held).catch(() => {
      // Aborted by ourselves, or stolen by a tab that did not hear from us.
      if (queued?.signal.aborted) return;
      if (!granted) {
        this.goAlone();
        return;
      }
      this.stepDown();
      if (this.joined) this.queue();
    });
  }

  /** Locks are there but forbidden, as in another site's frame where its storage is blocked. */
  private goAlone(): void {
    this.locks = null;
    this.channel?.close();
    this.channel = null;
    clearInterval(this.pings);
    const mine = this.wants.get(this.me) ?? [];
    this.wants.clear();
    this.want(mine);
    if (this.joined) this.lead();
  }

  private lead(): void {
    if (!this.joined) {
      this.release?.();
      return;
    }
    this.leading = true;
    clearTimeout(this.pong);
    this.tell({ type: "lead", from: this.me });
    this.gather();
  }

  private stepDown(): void {
    if (!this.leading) return;
    this.leading = false;
    this.stream.close();
    this.release?.();
    this.release = null;
  }

  private gather(): void {
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => void this.listen(), GATHER);
  }

  private async listen(): Promise<void> {
    if (this.locks && this.channel && this.wants.size > 1) {
      const { held = [] } = await this.locks.query();
      const alive = new Set(held.map((lock) => lock.name));
      for (const tab of this.wants.keys()) {
        if (tab !== this.me && !alive.has(`majung-tab:${tab}`)) this.wants.delete(tab);
      }
    }
    if (this.leading) this.stream.listen(coveringGrants([...this.wants.values()].flat()));
  }

  private ping(): void {
    if (this.leading || !this.channel || document.visibilityState === "hidden") return;
    this.tell({ type: "ping", from: this.me });
    clearTimeout(this.pong);
    this.pong = setTimeout(() => {
      if (this.leading || !this.joined) return;
      this.setUp(false);
      this.queue(true);
    }, PONG_WITHIN);
  }

  private hear(note: Note): void {
    if (!this.joined) return;
    if (this.leading) this.hearAsLeader(note);
    else this.hearAsFollower(note);
  }

  private hearAsLeader(note: Note): void {
    if (note.type === "want") {
      this.wants.set(note.from, note.wants);
      this.gather();
      this.answer();
    } else if (note.type === "bye") {
      // What it wanted is dropped at the next change; not worth a new connection now.
      this.wants.delete(note.from);
    } else if (note.type === "ping") this.answer();
    else if (note.type === "again") this.stream.again();
  }

  private answer(): void {
    this.tell({ type: "hello", from: this.me, marks: plain(this.seen), up: this.up });
  }

  private hearAsFollower(note: Note): void {
    switch (note.type) {
      case "lead":
        this.tell({ type: "want", from: this.me, wants: [...(this.wants.get(this.me) ?? [])] });
        break;
      case "hello":
        clearTimeout(this.pong);
        this.listener.hello(parseMarks(note.marks));
        this.setUp(note.up);
        break;
      case "signal":
        this.listener.signal(note.signal);
        break;
      case "up":
        this.setUp(note.up);
        break;
      case "refused":
        this.listener.refused();
        break;
      default:
    }
  }

  private tell(note: Note): void {
    this.channel?.postMessage(note);
  }

  private setUp(up: boolean): void {
    if (up === this.up) return;
    this.up = up;
    this.listener.connected(up);
  }
}
