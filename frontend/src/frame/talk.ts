import type { Message, Page, State } from "./api";

const RANK: Record<State, number> = { sent: 0, delivered: 1, read: 2 };

function newest(known: Message | undefined, read: Message): Message {
  // A state never goes back: an answer may be older than what a quicker one told.
  return known && RANK[known.state] > RANK[read.state] ? { ...read, state: known.state } : read;
}

/** The messages the server has told of, oldest first, without a hole. */
export class Talk {
  messages: readonly Message[] = [];
  /** Whether older ones exist; null until anything was read. */
  more: boolean | null = null;

  clear(): void {
    this.messages = [];
    this.more = null;
  }

  /** Nothing was said here yet. */
  begin(): void {
    this.messages = [];
    this.more = false;
  }

  /** The newest page as it is now. Gives the messages that were not known before. */
  latest(page: Page): readonly Message[] {
    const known = new Map(this.messages.map((message) => [message.id, message]));
    const read = new Set(page.messages.map((message) => message.id));
    const fresh = page.messages.filter((message) => !known.has(message.id));
    const now = page.messages.map((message) => newest(known.get(message.id), message));
    const meets = this.messages.findIndex((message) => read.has(message.id));
    const last = now.at(-1);
    if (meets >= 0 || !page.more) {
      const from = meets < 0 ? 0 : meets;
      // What stands after the meeting point and is not in the page came while it was read.
      const later = this.messages.slice(from).filter((message) => !read.has(message.id));
      if (meets <= 0) this.more = page.more;
      this.messages = [...this.messages.slice(0, from), ...now, ...later];
    } else {
      // More happened than one page holds: begin again here, the rest is read by scrolling up.
      const later = this.messages.filter(
        (message) => last && Date.parse(message.at) > Date.parse(last.at),
      );
      this.more = true;
      this.messages = [...now, ...later];
    }
    return fresh;
  }

  /** A page of older messages. */
  older(page: Page): void {
    const known = new Set(this.messages.map((message) => message.id));
    this.more = page.more;
    this.messages = [
      ...page.messages.filter((message) => !known.has(message.id)),
      ...this.messages,
    ];
  }

  /** One message the server has just answered with. */
  put(message: Message): void {
    const at = this.messages.findIndex((known) => known.id === message.id);
    if (at < 0) this.messages = [...this.messages, message];
    else this.messages = this.messages.with(at, newest(this.messages[at], message));
  }

  /** Marks the agents' messages up to this one as read here. */
  read(id: string): void {
    const until = this.messages.findIndex((message) => message.id === id);
    this.messages = this.messages.map((message, at) =>
      at <= until && message.from !== "customer" ? { ...message, state: "read" } : message,
    );
  }

  /** Agents' messages that were not read yet. */
  unread(): readonly Message[] {
    return this.messages.filter((message) => message.from === "agent" && message.state !== "read");
  }

  /** The name of the agent who spoke last. */
  lastPerson(): string | undefined {
    return this.messages.findLast((message) => message.from === "agent" && !message.automatic)
      ?.author?.name;
  }

  lastFromAgent(): Message | undefined {
    return this.messages.findLast((message) => message.from === "agent");
  }
}
