import { Live, type WatchHandle } from "../shared/live/live";
import { parseMarks, type Marks } from "../shared/live/marks";
import { el } from "../shared/nodes";
import { Outbox } from "../shared/outbox";
import type { Store } from "../shared/storage";
import type { Locale } from "../shared/words";
import { Api, Problem, type Message, type Session } from "./api";
import { Composer } from "./composer";
import { Head } from "./head";
import { Home } from "./home";
import type { PageInfo } from "./host";
import { List } from "./list";
import { Parts } from "./parts";
import { Place } from "./place";
import type { Say, Words } from "./say";

/** What the app needs of the page it lives in. */
export interface Surroundings {
  readonly key: string;
  readonly api: string;
  readonly locale: Locale;
  readonly say: Say;
  readonly brand: string;
  /** What to say first instead of the brand's own greeting; "" is that. */
  readonly greeting: string;
  readonly store: Store;
  /** What stands in the head before its last button, and in the line where one writes. */
  readonly tools: { readonly head: readonly HTMLElement[]; readonly line: readonly HTMLElement[] };
  page(): PageInfo;
  watched(): boolean;
  /** The session token to keep; "" forgets it. */
  keep(token: string): void;
  unread(count: number): void;
  /** How many messages wait to be sent. */
  waiting(count: number): void;
  /** Missing where there is nothing to close. */
  close?: () => void;
  ready(signedIn: boolean): void;
  /** One was stored, or came in. */
  message(message: Message, direction: "sent" | "received"): void;
  refused(reason: string): void;
}

/** Well before the server takes a grant no more. */
const GRANT_AGE = 3_600_000;
const WAIT_FIRST = 1000;
const WAIT_MOST = 30_000;
const LIMITS = { text: 5000, file: 20 * 1024 * 1024, files: 5 };

/** The conversations of one visitor: session, history, outbox and the screen. */
export class App {
  readonly element: HTMLElement;
  readonly composer: Composer;
  private readonly say: Say;
  private readonly api: Api;
  private readonly place: Place;
  private readonly list: List;
  private readonly home: Home;
  private readonly parts: Parts;
  private readonly outbox: Outbox<Message>;
  private readonly status = el("p", { class: "status", role: "status", hidden: true });
  private readonly head: Head;
  private session: Session | null = null;
  private grantAt = 0;
  private identity = "";
  private live: Live | null = null;
  private region: WatchHandle | null = null;
  private beginning: Promise<void> | null = null;
  private unreachable = false;
  private closed = false;
  private receipted = { delivered: "", read: "" };

  constructor(private readonly at: Surroundings) {
    this.say = at.say;
    this.api = new Api(at.api, () => this.renew());
    this.place = new Place(
      this.api,
      () => this.outbox,
      () => this.region?.check(true),
    );
    this.list = new List(this.say, at.locale, {
      resend: (key) => this.outbox.resend(key),
      remove: (key) => this.outbox.remove(key),
      older: () => {
        void this.place.older().then((read) => read && this.show());
      },
    });
    this.home = new Home(this.say, at.locale, {
      open: (conversation) => this.go(conversation),
      begin: () => this.go(undefined),
    });
    this.outbox = new Outbox<Message>({
      box: at.key,
      store: at.store,
      send: (entry) => this.send(entry),
      sent: (message, entry) => {
        at.message(message, "sent");
        if (this.place.sent(message, entry)) this.region?.check(true);
      },
      changed: () => {
        this.show();
        if (this.place.isOvertaken) this.region?.check(true);
      },
    });
    const draft = `majung:${at.key}:draft`;
    this.composer = new Composer({
      say: this.say,
      draft: {
        get: () => at.store.get(draft) ?? "",
        set: (text) => (text ? at.store.set(draft, text) : at.store.remove(draft)),
      },
      limits: () => this.session?.limits ?? LIMITS,
      target: async () => {
        if (!this.session) await this.begin();
        return { url: this.api.uploads, headers: this.api.headers };
      },
      send: (text, files) => this.write(text, files),
      typing: () => void this.api.typing().catch(() => undefined),
      tools: at.tools.line,
    });
    this.parts = new Parts({
      ...at,
      api: this.api,
      place: this.place,
      list: this.list,
      composer: this.composer.element,
      say: (text) => this.write(text, []),
      again: () => this.show(),
    });
    const { say, close } = at;
    this.head = new Head({ say, tools: at.tools.head, home: () => this.go(null), close });
    this.element = el(
      "main",
      { class: "app" },
      this.head.element,
      this.status,
      this.home.element,
      this.list.element,
      this.composer.element,
    );
    for (const name of ["online", "offline"]) {
      window.addEventListener(name, () => this.showStatus());
    }
    this.head.name(at.brand);
    this.show();
  }

  /** How many messages are written and not known to be stored. */
  get waiting(): number {
    return this.outbox.waiting;
  }

  /** Starts or continues the session; keeps trying while the server cannot be reached. */
  begin(token?: string, identity?: string): Promise<void> {
    if (token !== undefined) this.api.token = token;
    if (identity !== undefined) this.identity = identity;
    this.beginning ??= this.trySession().finally(() => (this.beginning = null));
    return this.beginning;
  }

  /** The host page says who is here now. */
  async identify(identity: string): Promise<void> {
    await this.beginning;
    await this.begin(undefined, identity);
  }

  /** Somebody left: what they wrote and did not send is not for whoever comes now. */
  forget(): void {
    for (const name of ["visitor", "about", "contact"]) {
      this.at.store.remove(`majung:${this.at.key}:${name}`);
    }
    this.outbox.disown();
    this.composer.clear();
  }

  /** Something about who looks changed: perhaps messages are read now. */
  looked(): void {
    void this.receipt();
  }

  /** The window was closed: perhaps on words that nobody has answered. */
  left(): void {
    this.parts.leave();
    this.show();
    this.looked();
  }

  opened(focus: boolean): void {
    if (!this.session) void this.begin();
    this.list.toEnd();
    if (focus) this.composer.focus();
    this.looked();
  }

  private async renew(): Promise<void> {
    await this.begin();
    if (!this.session) throw new Problem(401, "session_unknown", "", 0);
  }

  private async trySession(): Promise<void> {
    for (let tries = 0; !this.closed; tries += 1) {
      try {
        const session = await this.api.session({
          locale: this.at.locale,
          page: this.at.page(),
          timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          ...(this.identity ? { identity: this.identity } : {}),
        });
        this.unreachable = false;
        this.take(session);
        return;
      } catch (error) {
        const problem = error instanceof Problem ? error : new Problem(0, "", String(error), 0);
        if (problem.status === 401 && this.yield(problem.code)) continue;
        if (!problem.passes) this.closed = true;
        this.unreachable = true;
        this.showStatus();
        if (!this.closed) await rest(problem.after, tries);
      }
    }
  }

  /** Gives up what the server refused, token or identity; false when there is nothing left. */
  private yield(code: string): boolean {
    const dropsToken = code === "session_unknown" || code === "identity_other_user";
    if (dropsToken && this.api.token) {
      this.api.token = "";
      this.at.keep("");
      if (code === "identity_other_user") this.place.leave();
      return true;
    }
    if (!this.identity) return false;
    this.at.refused(code);
    this.identity = "";
    return true;
  }

  private take(session: Session): void {
    const before = this.lastVisitor();
    const isOther = session.reset === true || (before.signedIn && before.id !== session.visitor);
    const changed = this.session?.visitor !== session.visitor;
    // Who has just signed in may read what they wrote elsewhere, too.
    const joined = this.session?.signed_in === false && session.signed_in;
    this.session = session;
    this.grantAt = Date.now();
    this.api.token = session.token;
    this.at.keep(session.token);
    this.rememberVisitor(session);
    // A token is shown once; from now on the session stands for it.
    this.identity = "";
    if (isOther || changed) this.place.leave();
    this.head.name(session.brand.name);
    this.at.ready(session.signed_in);
    this.watch(session);
    this.outbox.claim(session.visitor, isOther ? null : before.id);
    this.show();
    if (isOther || changed || joined) this.region?.check(true);
  }

  private watch(session: Session): void {
    const { url, grant, marks } = session.live;
    const parsed = parseMarks(marks);
    // A member has a topic of their own beside the browser's: replies go there after signing in.
    const topics = new Set([`visitor:${session.visitor}`, ...parsed.keys()]);
    const now = { topics: [...topics], grant, marks: parsed };
    if (!this.live) {
      this.live = new Live(url, `widget:${this.at.key}`);
      this.live.onState(() => this.showStatus());
      this.live.start();
    }
    if (this.region) {
      this.region.renew(now);
      return;
    }
    this.region = this.live.watch({
      ...now,
      refetch: (refused) => this.refetch(refused),
      signal: (signal) => {
        if (signal.kind === "typing" && signal.ids[1] === this.place.stored) {
          this.list.showTyping(true, this.place.talk.lastFromAgent()?.author?.name);
        }
      },
    });
  }

  private async refetch(refused: boolean): Promise<Marks> {
    if (refused || Date.now() - this.grantAt > GRANT_AGE) await this.begin();
    const { marks, fresh, first } = await this.place.refetch();
    this.unreachable = false;
    this.show();
    if (first) this.list.toEnd();
    else {
      this.list.announce(fresh);
      for (const message of fresh) this.at.message(message, "received");
    }
    void this.receipt();
    return marks;
  }

  /** Shows a conversation, one that begins, or home; the keyboard comes along. */
  private go(thread: string | null | undefined): void {
    if (thread === undefined) this.place.begin();
    else this.place.go(thread);
    this.show();
    if (thread === null) this.home.element.focus();
    else if (thread) this.list.focus();
    else this.composer.focus();
    this.region?.check(true);
  }

  private write(text: string, files: readonly { id: string; name: string; size: number }[]): void {
    const { url, title } = this.at.page();
    const page =
      typeof url === "string" ? { url, title: typeof title === "string" ? title : "" } : null;
    this.outbox.add({
      text,
      files: files.map(({ id, name, size }) => ({ id, name, size })),
      page,
      conversation: this.place.writing(),
      about: this.parts.about(),
    });
    this.list.toEnd();
    if (!this.session) void this.begin();
  }

  private async send(entry: Parameters<Api["send"]>[0]): ReturnType<Api["send"]> {
    const outcome = await this.api.send(
      entry,
      this.say("보내지 못했어요. 잠시 뒤에 다시 보내주세요."),
    );
    this.unreachable = outcome.kind === "later";
    this.showStatus();
    return outcome;
  }

  private async receipt(): Promise<void> {
    const newest = this.place.talk.lastFromAgent();
    const unread = this.place.talk.unread();
    if (this.session && newest && unread.length) {
      const read = this.at.watched() ? newest.id : "";
      const before = this.receipted;
      if (before.delivered !== newest.id || (read && before.read !== read)) {
        this.receipted = { delivered: newest.id, read: read || before.read };
        const told = { delivered: newest.id, ...(read ? { read } : {}) };
        await this.api.receipts(told).catch(() => (this.receipted = before));
      }
      if (read) this.place.talk.read(read);
    }
    this.at.unread(this.place.unread);
  }

  private show(): void {
    const greeting = this.session
      ? this.at.greeting || this.session.brand.greeting || this.say("무엇이든 편하게 물어보세요.")
      : "";
    const { isHome, isKnown, talk } = this.place;
    this.home.element.hidden = !isHome;
    this.list.element.hidden = isHome;
    this.home.show(isHome ? this.place.home : null, isHome ? greeting : "");
    this.list.show(talk, this.place.entries(), isHome ? "" : greeting);
    this.parts.show(this.session);
    this.at.waiting(this.waiting);
    this.head.show(talk.lastPerson() ?? "", isKnown && !isHome);
    this.showStatus();
  }

  private showStatus(): void {
    let text: Words | null = null;
    if (this.closed) text = "지금은 이 상담 창을 쓸 수 없어요.";
    else if (!navigator.onLine) {
      text = "인터넷 연결이 끊겼어요. 쓰신 글은 보관하고 있다가 이어지면 보낼게요.";
    } else if (this.unreachable) {
      text = "지금 서버에 닿지 않아요. 쓰신 글은 보관하고 있다가 이어지면 보낼게요.";
    } else if (this.live?.state === "off") text = "실시간 연결을 다시 잇고 있어요.";
    const words = text ? this.say(text) : "";
    if (this.status.textContent !== words) this.status.textContent = words;
    this.status.hidden = !words;
  }

  private lastVisitor(): { id: string; signedIn: boolean } {
    const [id = "", signedIn] = (this.at.store.get(`majung:${this.at.key}:visitor`) ?? "").split(
      " ",
    );
    return { id, signedIn: signedIn === "1" };
  }

  private rememberVisitor({ visitor, signed_in: signedIn }: Session): void {
    this.at.store.set(`majung:${this.at.key}:visitor`, `${visitor} ${signedIn ? "1" : "0"}`);
  }
}

/** Waits before the next try: longer each time, with jitter, but not past the network's return. */
function rest(least: number, tries: number): Promise<void> {
  const backoff = Math.min(WAIT_MOST, WAIT_FIRST * 2 ** tries) * (0.5 + Math.random());
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(least, backoff));
    window.addEventListener("online", () => resolve(), { once: true });
  });
}
