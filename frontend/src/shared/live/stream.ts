import { parseMarks, type Marks } from "./marks";

/**
 * One signal: something of the topic changed (`first..n` of `epoch`), or a passing thing such as
 * typing happened, which has no number (`n` 0).
 */
export interface Signal {
  readonly topic: string;
  readonly epoch: string;
  readonly first: number;
  readonly n: number;
  readonly ids: readonly string[];
  readonly kind: string;
}

export interface StreamListener {
  /** The server is connected and has told where every topic stands. */
  hello(marks: Marks): void;
  signal(signal: Signal): void;
  connected(yes: boolean): void;
  /** The server would not open the stream several times: grants may be too old. */
  refused(): void;
}

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
const REFUSED_AFTER = 2;
/** The server's heartbeat comes every ten seconds; two missed ones mean that nobody is there. */
const SILENCE = 25_000;
/** A new connection that says nothing for so long leads nowhere. */
const HELLO_WITHIN = 10_000;

function readSignal(text: string): Signal | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const raw = value as Partial<Record<keyof Signal, unknown>>;
  if (typeof raw.topic !== "string") return null;
  const n = typeof raw.n === "number" ? raw.n : 0;
  return {
    topic: raw.topic,
    epoch: typeof raw.epoch === "string" ? raw.epoch : "",
    n,
    first: typeof raw.first === "number" ? raw.first : n,
    ids: Array.isArray(raw.ids) ? raw.ids.filter((id) => typeof id === "string") : [],
    kind: typeof raw.kind === "string" ? raw.kind : "changed",
  };
}

/** One EventSource that comes back by itself, with jitter, and at once when told to. */
export class Stream {
  private source: EventSource | null = null;
  private grants: readonly string[] = [];
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private up = false;

  constructor(
    private readonly url: string,
    private readonly listener: StreamListener,
  ) {}

  /** The grants to listen with from now on; the same ones again change nothing. */
  listen(grants: readonly string[]): void {
    if (this.source && grants.join() === this.grants.join()) return;
    this.grants = grants;
    this.failures = 0;
    this.open();
  }

  /** Connects anew at once (the machine woke, the network is back). */
  again(): void {
    this.failures = 0;
    this.open();
  }

  close(): void {
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.source?.close();
    this.source = null;
    this.setUp(false);
  }

  private open(): void {
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.source?.close();
    this.source = null;
    if (this.grants.length === 0) return;
    const query = this.grants.map((grant) => `grant=${encodeURIComponent(grant)}`).join("&");
    const source = new EventSource(`${this.url}?${query}`);
    this.source = source;
    const on = (name: string, act: (data: string) => void): void =>
      source.addEventListener(name, (event: MessageEvent<string>) => {
        if (this.source !== source) return;
        this.expect(source, SILENCE);
        act(event.data);
      });
    on("hello", (data) => this.hello(data));
    on("signal", (data) => {
      const signal = readSignal(data);
      if (signal) this.listener.signal(signal);
    });
    on("beat", () => undefined);
    on("stale", () => this.setUp(false));
    on("bye", () => this.lost(source));
    source.onerror = () => this.lost(source);
    this.expect(source, HELLO_WITHIN);
  }

  private hello(data: string): void {
    this.failures = 0;
    this.listener.hello(parseMarks(data));
    this.setUp(true);
  }

  private lost(source: EventSource): void {
    if (this.source !== source) return;
    source.close();
    this.source = null;
    const hadBeenUp = this.up;
    this.setUp(false);
    this.failures += 1;
    if (!hadBeenUp && this.failures >= REFUSED_AFTER) this.listener.refused();
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.failures - 1));
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.retry = setTimeout(() => this.open(), wait * (0.5 + Math.random()));
  }

  /** Gives the connection up if it stays silent: it may be dead although nobody closed it. */
  private expect(source: EventSource, within: number): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(source), within);
  }

  private setUp(up: boolean): void {
    if (up === this.up) return;
    this.up = up;
    this.listener.connected(up);
  }
}
