import { advance, behind, type Marks } from "./marks";
import { Party } from "./party";
import type { Signal } from "./stream";
import { onWake } from "./wake";

export type LiveState = "connecting" | "live" | "off";

/** Something on the page that is read again when one of its topics has moved on. */
export interface Watch {
  readonly topics: readonly string[];
  readonly grant: string;
  /** Where the topics stood before the content on the page was read. */
  readonly marks: Marks;
  /**
   * Reads the content again; gives the marks it was read at; rejects when it could not. `refused`
   * says that the server would not open the stream: the grant may have to be asked for anew.
   */
  readonly refetch: (refused: boolean) => Promise<Marks>;
  /** Told of every signal of its topics. */
  readonly signal?: (signal: Signal) => void;
  /** Asked before reading again; `true` puts it off until a forced check of the handle. */
  readonly hold?: () => boolean;
}

export interface WatchHandle {
  /** The region was read again by other means, possibly with a new grant and other topics. */
  renew(now: Pick<Watch, "topics" | "grant" | "marks">): void;
  /** Reads the content again if it is behind, or in any case with `force`. */
  check(force?: boolean): void;
  stop(): void;
}

const OFF_AFTER = 3000;
const RETRY_FIRST = 1500;
const RETRY_MOST = 30_000;

class Region implements WatchHandle {
  private have: Marks;
  private busy = false;
  private wanted = false;
  private stopped = false;
  private refused = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  failures = 0;

  constructor(
    private readonly live: Live,
    public now: Watch,
    public at: number,
  ) {
    this.have = new Map(now.marks);
  }

  renew(now: Pick<Watch, "topics" | "grant" | "marks">): void {
    const moved = now.grant !== this.now.grant || now.topics.join() !== this.now.topics.join();
    this.now = { ...this.now, ...now };
    for (const [topic, mark] of now.marks) advance(this.have, topic, mark);
    if (moved) {
      this.at = Date.now();
      this.live.wantsChanged();
    }
    if (!this.busy) this.check();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    this.live.forget(this);
  }

  hears(signal: Signal): void {
    if (this.now.topics.includes(signal.topic)) this.now.signal?.(signal);
  }

  get isBehind(): boolean {
    return this.now.topics.some((topic) => behind(this.have.get(topic), this.live.seen.get(topic)));
  }

  refuse(): void {
    this.refused = true;
    this.check(true);
  }

  check(force = false): void {
    if (force) this.wanted = true;
    if (this.stopped || this.busy || !(this.wanted || this.isBehind)) return;
    if (this.wanted || !this.now.hold?.()) void this.read();
  }

  private async read(): Promise<void> {
    this.busy = true;
    this.wanted = false;
    clearTimeout(this.retry);
    const before = new Map(this.live.seen);
    try {
      const marks = await this.now.refetch(this.refused);
      this.refused = false;
      this.failures = 0;
      // What was known before the request is certainly in the answer. Marks of the answer count
      // only within the same epoch: a newer epoch is learnt from the stream.
      for (const topic of this.now.topics) {
        const known = before.get(topic);
        const read = marks.get(topic);
        if (known) this.have.set(topic, known);
        if (read && (!known || read.epoch === known.epoch)) advance(this.have, topic, read);
      }
    } catch {
      this.failures += 1;
      this.wanted = true;
      const wait = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** (this.failures - 1));
      this.retry = setTimeout(() => this.check(), wait * (0.5 + Math.random()));
    }
    this.busy = false;
    this.live.settle();
    if (this.failures === 0) this.check();
  }
}

/**
 * Keeps what is on the page as new as the server. It compares where each topic stands (`seen`, from
 * the stream) with where the content was read (`have`): any difference, be it a signal, a gap, a
 * new epoch or hours of sleep, is answered by reading again, never by guessing.
 */
export class Live {
  readonly seen: Marks = new Map();
  private readonly regions = new Set<Region>();
  private readonly listeners = new Set<(state: LiveState) => void>();
  private readonly party: Party;
  private current: LiveState = "connecting";
  private up = false;
  private offTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly unwatch: (() => void)[] = [];

  constructor(url: string, name: string) {
    this.party = new Party(url, name, {
      hello: (marks) => {
        for (const [topic, mark] of marks) advance(this.seen, topic, mark);
        this.checkAll();
      },
      signal: (signal) => {
        if (signal.n) advance(this.seen, signal.topic, { epoch: signal.epoch, n: signal.n });
        this.regions.forEach((region) => region.hears(signal));
        this.checkAll();
      },
      connected: (up) => {
        this.up = up;
        this.settle();
      },
      // Grants may have expired: reading again brings new ones.
      refused: () => this.regions.forEach((region) => region.refuse()),
    });
  }

  start(): void {
    const leave = (): void => this.party.leave();
    const back = (event: PageTransitionEvent): void => {
      if (event.persisted) this.party.join();
    };
    window.addEventListener("pagehide", leave);
    window.addEventListener("pageshow", back);
    this.unwatch.push(
      () => window.removeEventListener("pagehide", leave),
      () => window.removeEventListener("pageshow", back),
      onWake(() => this.party.again()),
    );
    this.party.join();
    this.settle();
  }

  close(): void {
    this.unwatch.splice(0).forEach((stop) => stop());
    clearTimeout(this.offTimer);
    [...this.regions].forEach((region) => region.stop());
    this.party.leave();
  }

  get state(): LiveState {
    return this.current;
  }

  /** Told of every change of state, and of the present one at once. */
  onState(listener: (state: LiveState) => void): void {
    this.listeners.add(listener);
    listener(this.current);
  }

  watch(watch: Watch): WatchHandle {
    const region = new Region(this, watch, Date.now());
    this.regions.add(region);
    this.wantsChanged();
    region.check();
    return region;
  }

  forget(region: Region): void {
    if (this.regions.delete(region)) this.wantsChanged();
  }

  wantsChanged(): void {
    this.party.want(
      [...this.regions].map(({ now, at }) => ({ topics: now.topics, grant: now.grant, at })),
    );
  }

  /** Works out the state: live only if connected and nothing on the page failed to be read. */
  settle(): void {
    const fine = this.up && [...this.regions].every((region) => region.failures === 0);
    if (fine) {
      clearTimeout(this.offTimer);
      this.offTimer = undefined;
      this.setState("live");
    } else if (this.current !== "off") {
      this.offTimer ??= setTimeout(() => this.setState("off"), OFF_AFTER);
    }
  }

  private checkAll(): void {
    this.regions.forEach((region) => region.check());
  }

  private setState(state: LiveState): void {
    if (state === "off") this.offTimer = undefined;
    if (state === this.current) return;
    this.current = state;
    this.listeners.forEach((listener) => listener(state));
  }
}
