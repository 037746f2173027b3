/* The browser's parts that happy-dom does not have, shared by all tabs of a test. */
import { vi } from "vitest";

export class Source extends EventTarget {
  static all: Source[] = [];
  closed = false;
  onerror: (() => void) | null = null;

  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }

  static get open(): Source[] {
    return Source.all.filter((source) => !source.closed);
  }

  get grants(): string[] {
    return new URL(this.url, "http://majung.example").searchParams.getAll("grant");
  }

  say(name: string, data: unknown = {}): void {
    if (!this.closed) this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }

  hello(epoch: string, marks: Record<string, number>): void {
    this.say("hello", { epoch, marks });
  }

  signal(topic: string, epoch: string, n: number, ids: string[] = []): void {
    this.say("signal", { topic, epoch, first: n, n, ids, kind: "changed" });
  }

  fail(): void {
    this.onerror?.();
  }

  close(): void {
    this.closed = true;
  }
}

interface Waiting {
  run: () => unknown;
  granted: () => void;
}

/** Web Locks with queue, abort and steal, as https://w3c.github.io/web-locks/ has them. */
export class Locks {
  private readonly held = new Map<string, { lost: (error: Error) => void }>();
  private readonly queues = new Map<string, Waiting[]>();

  request(name: string, ...rest: unknown[]): Promise<unknown> {
    const options = (rest.length > 1 ? rest[0] : {}) as { steal?: boolean; signal?: AbortSignal };
    const run = rest.at(-1) as () => unknown;
    return new Promise((resolve, reject) => {
      const hold = (): void => {
        const mine = { lost: reject };
        this.held.set(name, mine);
        const done = (): void => {
          if (this.held.get(name) !== mine) return;
          this.held.delete(name);
          this.queues.get(name)?.shift()?.granted();
        };
        void Promise.resolve(run()).then(resolve, reject).finally(done);
      };
      const holder = this.held.get(name);
      if (options.steal && holder) {
        this.held.delete(name);
        holder.lost(new DOMException("stolen", "AbortError"));
        hold();
      } else if (holder) {
        const waiting = { run, granted: hold };
        const queue = this.queues.get(name) ?? [];
        this.queues.set(name, [...queue, waiting]);
        options.signal?.addEventListener("abort", () => {
          const rest = (this.queues.get(name) ?? []).filter((one) => one !== waiting);
          this.queues.set(name, rest);
          reject(new DOMException("aborted", "AbortError"));
        });
      } else hold();
    });
  }

  query(): Promise<{ held: { name: string }[] }> {
    return Promise.resolve({ held: [...this.held.keys()].map((name) => ({ name })) });
  }
}

export class Channel {
  static all = new Set<Channel>();
  onmessage: ((event: MessageEvent) => void) | null = null;
  /** A tab that the browser has frozen hears nothing. */
  frozen = false;

  constructor(readonly name: string) {
    Channel.all.add(this);
  }

  postMessage(data: unknown): void {
    const copy: unknown = structuredClone(data);
    for (const other of Channel.all) {
      if (other === this || other.name !== this.name || this.frozen) continue;
      queueMicrotask(() => {
        if (!other.frozen && Channel.all.has(other))
          other.onmessage?.(new MessageEvent("message", { data: copy }));
      });
    }
  }

  close(): void {
    Channel.all.delete(this);
  }
}

/** Web Locks as another site's frame finds them where its storage is blocked. */
const forbidden = {
  request: () => Promise.reject(new DOMException("denied", "SecurityError")),
  query: () => Promise.reject(new DOMException("denied", "SecurityError")),
};

/** Gives the test a browser; `locks: false` is one without Web Locks. */
export function browser({ locks = true }: { locks?: boolean | "forbidden" } = {}): void {
  Source.all = [];
  Channel.all.clear();
  // Waits without their jitter.
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  vi.stubGlobal("EventSource", Source);
  vi.stubGlobal("BroadcastChannel", Channel);
  Object.defineProperty(navigator, "locks", {
    configurable: true,
    value: locks === "forbidden" ? forbidden : locks ? new Locks() : undefined,
  });
}
