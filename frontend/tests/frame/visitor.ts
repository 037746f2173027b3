import { afterEach, beforeEach, vi } from "vitest";
import type { Message } from "../../src/frame/api";
import { App } from "../../src/frame/app";
import { fill } from "../../src/shared/words";
import { safeStore } from "../../src/shared/storage";
import { browser } from "../browser";

export const GREETING = "안녕하세요, 온담이에요.";

/** A server of one visitor at the other end of fetch. */
export class Server {
  messages: Message[] = [];
  readonly calls: { path: string; body: Record<string, unknown>; token: string }[] = [];
  /** What the next calls to a path get instead. */
  readonly refusals = new Map<string, { status: number; body?: unknown }[]>();
  visitor = "v1";
  signedIn = false;
  reset = false;
  n = 0;
  talks = 1;
  closed = new Set<string>();
  /** What happens between storing a message and answering. */
  slow: () => Promise<void> = () => Promise.resolve();
  /** What the answers ask of the visitor. */
  choices: string[] = [];
  asked: unknown = {};
  before: unknown = null;
  rated: unknown = {};
  opening: unknown = { open: true, until: null, text: "", wait: null };

  async answer(url: string, init: RequestInit = {}): Promise<Response> {
    await Promise.resolve();
    const path = url.replace(/\?.*/, "").split("/").at(-1) ?? "";
    const body = JSON.parse(typeof init.body === "string" ? init.body : "{}") as Record<
      string,
      string
    >;
    const token = new Headers(init.headers).get("Authorization") ?? "";
    this.calls.push({ path, body, token });
    const refusal = this.refusals.get(path)?.shift();
    if (refusal?.status === 0) throw new TypeError("offline");
    if (refusal) return Response.json(refusal.body ?? {}, { status: refusal.status });
    if (path === "session") return Response.json(this.session());
    if (path === "home") return Response.json(this.home());
    if (path === "ratings") {
      this.asked = this.rated;
      return Response.json(this.rated, { status: 201 });
    }
    if (path !== "messages") return new Response(null, { status: 204 });
    if (init.method !== "POST") {
      const asked = new URL(url).searchParams.get("conversation");
      const messages = this.messages.filter((one) => one.conversation === asked);
      const more = this.asked as object;
      return Response.json({ messages, more: false, unread: this.unread(), ...more });
    }
    if (body.conversation === "new") this.talks += 1;
    const known = this.messages.find((one) => one.key === body.key);
    const message = known ?? this.put("customer", body.text ?? "", body.key);
    await this.slow();
    return Response.json({ message }, { status: known ? 200 : 201 });
  }

  unread(): number {
    return this.messages.filter((one) => one.from === "agent" && one.state !== "read").length;
  }

  home(): unknown {
    const last = new Map(this.messages.map((one) => [one.conversation, one]));
    const conversations = [...last.values()].reverse().map((one) => ({
      id: one.conversation,
      text: one.text,
      from: one.from,
      at: one.at,
      unread: 0,
      closed: this.closed.has(one.conversation),
    }));
    const { opening, before } = this;
    return { opening, before, conversations, unread: this.unread() };
  }

  put(from: "customer" | "agent", text: string, key = "", talk = `c${this.talks}`): Message {
    this.n += 1;
    const at = new Date(Date.UTC(2026, 10, 20, 7, this.n)).toISOString();
    const author = from === "agent" ? { name: "한지우" } : null;
    const rest = { conversation: talk, cursor: `${this.n}`, files: [], state: "sent" as const };
    const message: Message = { id: `m${this.n}`, key, from, author, text, at, ...rest };
    this.messages.push(message);
    return message;
  }

  paths(path: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.path === path).map((call) => call.body);
  }

  private session(): unknown {
    return {
      token: `token-${this.visitor}`,
      visitor: this.visitor,
      signed_in: this.signedIn,
      brand: { name: "온담", greeting: GREETING, choices: this.choices },
      live: {
        url: "/live",
        grant: "g",
        marks: {
          epoch: "e",
          marks: { [`visitor:${this.visitor}`]: 0, ...(this.signedIn ? { "visitor:u1": 0 } : {}) },
        },
      },
      limits: { text: 5000, file: 1000, files: 5 },
      ...(this.reset ? { reset: true } : {}),
    };
  }
}

export const settle = (ms = 200): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

export function app(watched = true) {
  const kept: string[] = [];
  const waiting: number[] = [];
  const unread: number[] = [];
  const refused: string[] = [];
  const messages: string[] = [];
  const made = new App({
    key: "k",
    api: "http://majung.example/widget/k",
    locale: "ko",
    say: fill,
    brand: "",
    greeting: "",
    tools: { head: [], line: [] },
    store: safeStore(),
    page: () => ({ url: "https://shop.example/", title: "가게" }),
    watched: () => watched,
    keep: (token) => kept.push(token),
    waiting: (count) => waiting.push(count),
    unread: (count) => unread.push(count),
    ready: () => undefined,
    message: ({ id }, direction) => messages.push(`${direction} ${id}`),
    refused: (reason) => refused.push(reason),
  });
  document.body.append(made.element);
  const field = made.element.querySelector("textarea")!;
  const write = (text: string): void => {
    field.value = text;
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true }));
  };
  const bubbles = (): string[] =>
    [...made.element.querySelectorAll(".m .b")].map((element) => element.textContent);
  const status = (): string => made.element.querySelector(".status")?.textContent ?? "";
  return { made, kept, waiting, unread, refused, messages, write, bubbles, status };
}

/** Gives every test of the file a server of its own; call it at the top. */
export function stage(take: (server: Server) => void): void {
  beforeEach(() => {
    vi.useFakeTimers();
    browser();

    localStorage.clear();
    const server = new Server();
    take(server);
    vi.stubGlobal("fetch", (url: string, init?: RequestInit) => server.answer(url, init));
  });

  afterEach(() => {
    document.body.replaceChildren();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}
