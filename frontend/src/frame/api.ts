import type { Entry, Outcome } from "../shared/outbox";
import type { Doc } from "../shared/rich";
import type { Asked, Before, Parts } from "./asks";

export interface SharedFile {
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly url: string;
  readonly thumb?: string;
}

export type State = "sent" | "delivered" | "read";

export interface Message {
  readonly id: string;
  readonly cursor: string;
  /** The key its writer's browser gave it; "" for messages that came another way. */
  readonly key: string;
  readonly conversation: string;
  readonly from: "customer" | "agent" | "system";
  readonly author: { readonly name: string } | null;
  /** Nobody wrote it: the brand says it by itself. */
  readonly automatic?: boolean;
  readonly text: string;
  /** The same words with their formatting, where they have any. */
  readonly rich?: Doc;
  readonly files: readonly SharedFile[];
  /** Quick replies and cards. */
  readonly parts?: Parts;
  readonly at: string;
  readonly state: State;
}

export interface Page extends Asked {
  readonly messages: readonly Message[];
  /** Whether there are older ones. */
  readonly more: boolean;
  /** Replies that were not read, in all conversations. */
  readonly unread?: number;
  readonly marks?: unknown;
}

/** One of the person's own conversations, by the last thing said in it. */
export interface Recent {
  readonly id: string;
  readonly text: string;
  readonly from: "customer" | "agent";
  readonly at: string;
  readonly unread: number;
  readonly closed: boolean;
  readonly rating?: { readonly score: number | null; readonly open: boolean } | null;
}

export interface HomePage {
  readonly opening: {
    readonly open: boolean;
    /** When that changes. */
    readonly until: string | null;
    readonly text: string;
    readonly wait: { readonly text: string } | null;
  };
  /** What to ask before a new conversation. */
  readonly before?: Before | null;
  readonly conversations: readonly Recent[];
  readonly unread: number;
  readonly marks?: unknown;
}

export interface Session {
  readonly token: string;
  readonly visitor: string;
  readonly signed_in: boolean;
  readonly brand: {
    readonly name: string;
    readonly greeting: string;
    /** Quick replies under the greeting. */
    readonly choices?: readonly string[];
  };
  readonly live: { readonly url: string; readonly grant: string; readonly marks: unknown };
  readonly limits: { readonly text: number; readonly file: number; readonly files: number };
  readonly reset?: boolean;
}

export interface SessionRequest {
  readonly locale: string;
  readonly page?: Record<string, unknown>;
  readonly identity?: string;
  readonly timezone?: string;
}

/** An answer that is not what was asked for; status 0 when there was no answer at all. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    /** Milliseconds to wait before asking again; 0 when the server did not say. */
    readonly after: number,
  ) {
    super(`${status} ${code} ${detail}`);
  }

  /** Whether asking the same again later can help. */
  get passes(): boolean {
    return this.status === 0 || this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

interface Ask {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

const TIMEOUT = 20_000;
/** How a conversation is called here that the server does not know yet. */
export const NEW = "new:";

async function problemOf(response: Response): Promise<Problem> {
  const seconds = Number(response.headers.get("Retry-After") ?? "");
  const after = Number.isFinite(seconds) ? seconds * 1000 : 0;
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  const text = (name: string): string => (typeof body?.[name] === "string" ? body[name] : "");
  return new Problem(response.status, text("code"), text("detail") || text("title"), after);
}

/** The widget's HTTP interface. Every call carries the session token; a lost session is renewed. */
export class Api {
  token = "";

  constructor(
    private readonly base: string,
    /** Gets a new session when the server does not know the old one. */
    private readonly renew: () => Promise<void>,
  ) {}

  session(request: SessionRequest): Promise<Session> {
    return this.ask<Session>("/session", { method: "POST", ...json(request) });
  }

  home(): Promise<HomePage> {
    return this.known("/home");
  }

  messages(where: { conversation: string; before?: string }): Promise<Page> {
    const query = new URLSearchParams({ limit: "50", ...where });
    return this.known(`/messages?${query.toString()}`);
  }

  receipts(receipts: { delivered?: string; read?: string }): Promise<unknown> {
    return this.known("/receipts", { method: "POST", ...json(receipts) });
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.known<T>(path, { method: "POST", ...json(body) });
  }

  typing(): Promise<unknown> {
    return this.known("/typing", { method: "POST" });
  }

  get uploads(): string {
    return `${this.base}/files`;
  }

  get headers(): Record<string, string> {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }

  /** Sends one message of the outbox and says what is to become of it. */
  async send(entry: Entry, fallback: string): Promise<Outcome<Message>> {
    const { key, text, sent_at, page, about } = entry;
    const files = entry.files.map((file) => file.id);
    const conversation = entry.conversation?.startsWith(NEW) ? "new" : entry.conversation;
    const more = { ...(page ? { page } : {}), ...(about ? { about } : {}) };
    const body = { key, text, files, sent_at, conversation, ...more };
    try {
      const answer = await this.known<{ message: Message }>("/messages", {
        method: "POST",
        ...json(body),
      });
      return { kind: "sent", message: answer.message };
    } catch (error) {
      if (!(error instanceof Problem) || error.passes || error.status === 401) {
        return { kind: "later", after: error instanceof Problem ? error.after : 0 };
      }
      return { kind: "refused", reason: error.detail || fallback };
    }
  }

  private async known<T>(path: string, init: Ask = {}): Promise<T> {
    const token = this.token;
    try {
      return await this.ask<T>(path, init);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      // Another call may have renewed it meanwhile.
      if (this.token === token) await this.renew();
      return await this.ask<T>(path, init);
    }
  }

  private async ask<T>(path: string, init: Ask): Promise<T> {
    let response: Response;
    try {
      response = await fetch(this.base + path, {
        ...init,
        headers: { ...this.headers, ...init.headers },
        credentials: "omit",
        cache: "no-store",
        signal: AbortSignal.timeout(TIMEOUT),
      });
      if (response.ok) return (response.status === 204 ? null : await response.json()) as T;
    } catch {
      throw new Problem(0, "", "", 0);
    }
    throw await problemOf(response);
  }
}

function json(body: unknown): Ask {
  return { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}
