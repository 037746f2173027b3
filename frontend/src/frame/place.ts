import { parseMarks, type Marks } from "../shared/live/marks";
import { newKey } from "../shared/locks";
import type { Entry, Outbox } from "../shared/outbox";
import { NEW, type Api, type HomePage, type Message, type Recent } from "./api";
import type { Asked, Rating } from "./asks";
import { Talk } from "./talk";

const LONGEST_WATCH = 3_600_000;

/** What reading anew has brought. */
export interface News {
  readonly marks: Marks;
  /** Agents' messages of the conversation on screen that were not known before. */
  readonly fresh: readonly Message[];
  /** Whether the conversation was read for the first time. */
  readonly first: boolean;
}

function isStored(thread: string | null | undefined): thread is string {
  return !!thread && !thread.startsWith(NEW);
}

/** Where the visitor is: at home or in one of their conversations, and what is known of it. */
export class Place {
  readonly talk = new Talk();
  home: HomePage | null = null;
  /** What is asked of the visitor in the conversation on screen. */
  asked: Asked = {};
  /** A conversation, one that begins here (`new:…`), home (null), or not known yet. */
  private thread: string | null | undefined;
  /** Whether the visitor went there; else it follows what happens. */
  private chosen = false;
  /** Where something was written last in this tab. */
  private written: string | null | undefined;
  /** Unread replies in other conversations. */
  private elsewhere = 0;
  private readingOlder = false;
  /** Raised when somebody else is here: what was asked for the one before is not shown. */
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    private readonly outbox: () => Outbox<Message>,
    /** What home says of the opening times is old now. */
    private readonly again: () => void,
  ) {}

  get isHome(): boolean {
    return this.thread === null;
  }

  get isKnown(): boolean {
    return this.thread !== undefined;
  }

  /** The id of the conversation on screen; null while it has none, or there is none. */
  get stored(): string | null {
    return isStored(this.thread) ? this.thread : null;
  }

  /** What was answered about a conversation just now. */
  rated(thread: string, rating: Rating): void {
    if (thread === this.thread) this.asked = { ...this.asked, rating };
    if (this.home) {
      const told = (one: Recent): Recent => (one.id === thread ? { ...one, rating } : one);
      this.home = { ...this.home, conversations: this.home.conversations.map(told) };
    }
  }

  get unread(): number {
    return this.elsewhere + this.talk.unread().length;
  }

  /** What is on its way to this conversation. */
  entries(): Entry[] {
    if (this.isHome) return [];
    const all = this.outbox().entries();
    return all.filter(({ conversation }) => (conversation ?? this.thread) === this.thread);
  }

  /** Whether another tab has sent what began the conversation here, so that it is stored by now. */
  get isOvertaken(): boolean {
    if (!this.thread?.startsWith(NEW)) return false;
    const isFollowed = this.written === this.thread || !this.chosen;
    return isFollowed && !this.entries().length;
  }

  /** Goes to a conversation, or home. */
  go(thread: string | null): void {
    this.thread = thread;
    this.chosen = true;
    this.asked = {};
    if (isStored(thread)) this.talk.clear();
    else this.talk.begin();
  }

  /** Goes where a new conversation begins. */
  begin(): void {
    this.go(NEW + newKey());
  }

  /** Somebody else is here: nothing of the one before stays. */
  leave(): void {
    this.turn += 1;
    this.talk.clear();
    this.asked = {};
    this.thread = undefined;
    this.chosen = false;
    this.home = null;
    this.elsewhere = 0;
  }

  /** Where what is written now goes: from home into a new conversation. */
  writing(): string | undefined {
    if (this.isHome) this.begin();
    this.written = this.thread;
    return this.thread ?? undefined;
  }

  /**
   * Puts what was stored into its conversation. True when one began here with it: an answer may
   * have come before we knew its name, so it is to be read.
   */
  sent(message: Message, entry: Entry): boolean {
    const { conversation } = message;
    const meant = entry.conversation;
    if (meant?.startsWith(NEW)) this.outbox().move(meant, conversation);
    if (meant !== undefined && meant !== this.thread && conversation !== this.thread) return false;
    const begins = this.thread !== conversation;
    // What ended long ago goes on as another conversation.
    if (isStored(this.thread) && this.thread !== conversation) this.talk.begin();
    this.thread = conversation;
    this.talk.put(message);
    return begins;
  }

  /** Reads what is on screen, and decides where to be on the first time. */
  async refetch(): Promise<News> {
    let marks: Marks | null = null;
    const { isHome } = this;
    if (!isStored(this.thread)) {
      marks = await this.refetchHome();
      if (!isStored(this.thread) || this.talk.more !== null) {
        return { marks, fresh: [], first: false };
      }
    }
    const news = await this.refetchTalk(this.thread, marks);
    // Whoever was at home when a conversation began elsewhere is told of it.
    return isHome ? { ...news, first: false } : news;
  }

  /** Reads what stands above; false when there is nothing, or it is being read. */
  async older(): Promise<boolean> {
    const [first] = this.talk.messages;
    const { thread } = this;
    if (this.readingOlder || !this.talk.more || !first || !isStored(thread)) return false;
    this.readingOlder = true;
    try {
      const page = await this.api.messages({ conversation: thread, before: first.cursor });
      if (thread === this.thread) this.talk.older(page);
    } catch {
      // Scrolling up again asks again.
    }
    this.readingOlder = false;
    return true;
  }

  private async refetchHome(): Promise<Marks> {
    const { turn } = this;
    const page = await this.api.home();
    if (turn !== this.turn) return new Map();
    this.home = page;
    this.elsewhere = page.unread;
    const [newest] = page.conversations;
    const waiting = this.outbox().entries();
    if (this.thread === undefined || (this.isHome && !this.chosen)) {
      const going = newest && !newest.closed ? newest.id : null;
      this.thread = waiting.at(-1)?.conversation ?? going;
      if (isStored(this.thread)) this.talk.clear();
      else this.talk.begin();
    } else if (newest && this.isOvertaken) {
      this.thread = newest.id;
      this.talk.clear();
    }
    this.watch(page.opening.until);
    return parseMarks(page.marks);
  }

  private async refetchTalk(thread: string, before: Marks | null): Promise<News> {
    const first = this.talk.more === null;
    const page = await this.api.messages({ conversation: thread });
    const marks = before ?? parseMarks(page.marks);
    this.outbox().seen(page.messages.map((message) => message.key));
    const nothing = { marks, fresh: [], first: false };
    // Somebody went elsewhere meanwhile.
    if (thread !== this.thread) return nothing;
    // Nothing was ever said there: it is not this visitor's.
    if (!page.messages.length && !this.entries().length) {
      this.go(null);
      return { ...nothing, marks: await this.refetchHome() };
    }
    this.asked = page;
    const fresh = this.talk.latest(page).filter((message) => message.from === "agent");
    this.elsewhere = Math.max(0, (page.unread ?? 0) - this.talk.unread().length);
    return { marks, fresh, first };
  }

  private watch(until: string | null): void {
    clearTimeout(this.timer);
    const left = until ? Date.parse(until) - Date.now() : 0;
    if (left > 0) this.timer = setTimeout(this.again, Math.min(left + 1000, LONGEST_WATCH));
  }
}
