import arrowDown from "icon:arrow-down";
import alert from "icon:circle-alert";
import file from "icon:file";
import { sizeText } from "../shared/files";
import { el, icon, linked } from "../shared/nodes";
import type { Entry } from "../shared/outbox";
import { clock, dayKey, dayText, exact } from "../shared/times";
import type { Locale } from "../shared/words";
import type { Message, SharedFile } from "./api";
import type { Parts } from "./asks";
import { late } from "./late";
import type { formatted } from "./rich";
import type { Say } from "./say";
import type { Talk } from "./talk";

export interface ListActions {
  resend(key: string): void;
  remove(key: string): void;
  older(): void;
}

interface Item {
  readonly key: string;
  /** Drawn anew only when this changes. */
  readonly sign: string;
  readonly draw: () => HTMLElement;
}

const NEAR = 60;
const GROUP = 5 * 60_000;

function safeUrl(url: string): string | undefined {
  if (!URL.canParse(url, location.href)) return undefined;
  const { protocol, href } = new URL(url, location.href);
  return protocol === "https:" || protocol === "http:" ? href : undefined;
}

/** The conversation on screen. Only what changed is drawn again; whoever reads is not moved. */
export class List {
  readonly element: HTMLElement;
  private readonly scroller: HTMLElement;
  private readonly items = el("ol", { class: "items" });
  private readonly typing = el("p", { class: "typing", hidden: true });
  private readonly news: HTMLButtonElement;
  private readonly announcer = el("p", { class: "vh", role: "status", "aria-live": "polite" });
  private hasWaiting = false;
  private drawn = new Map<string, { sign: string; element: HTMLElement }>();
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private isTypingTold = false;

  constructor(
    private readonly say: Say,
    private readonly locale: Locale,
    private readonly actions: ListActions,
  ) {
    this.news = el(
      "button",
      { class: "news", type: "button", hidden: true },
      say("새 메시지 보기"),
    );
    this.news.prepend(icon(arrowDown, "i s"));
    this.scroller = el(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": say("대화") },
      this.items,
      this.typing,
    );
    this.element = el("div", { class: "talk" }, this.scroller, this.news, this.announcer);
    this.news.addEventListener("click", () => this.toEnd());
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => {
      if (this.pinned) this.toEnd();
    }).observe(this.scroller);
  }

  private pinned = true;
  /** Draws the cards of a message; `live` while nothing newer was said. Missing until fetched. */
  cards: ((parts: Parts, live: boolean) => HTMLElement | null) | null = null;

  /** Draws formatted words; they stand plain until it is fetched. */
  private formatted: typeof formatted | null = null;
  private again: () => void = () => undefined;

  /** Puts something at the end of the talk, below the words. */
  append(element: HTMLElement): void {
    if (element.parentNode !== this.scroller) this.scroller.append(element);
  }

  /** Whoever looks at the end goes on looking at it. */
  keepEnd(): void {
    if (this.pinned) this.toEnd();
  }

  focus(): void {
    this.scroller.focus();
  }

  toEnd(): void {
    this.pinned = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.news.hidden = true;
  }

  show(talk: Talk, waiting: readonly Entry[], greeting: string): void {
    this.again = () => this.show(talk, waiting, greeting);
    const top = this.scroller.scrollTop;
    const anchor = [...this.items.querySelectorAll<HTMLElement>("[data-id]")].find(
      (element) => element.offsetTop >= top,
    );
    const was = anchor?.offsetTop ?? 0;
    this.draw(this.plan(talk, waiting, greeting));
    if (this.pinned) this.toEnd();
    // Older ones may have come in above: what is being read stays where it is.
    else if (anchor?.isConnected) this.scroller.scrollTop = top + anchor.offsetTop - was;
  }

  /** Tells of new messages of others: to screen readers, and by a button if one reads further up. */
  announce(messages: readonly Message[]): void {
    const last = messages.at(-1);
    if (!last) return;
    this.showTyping(false);
    if (!this.pinned) this.news.hidden = false;
    this.isTypingTold = false;
    const name = last.author?.name ?? this.say("상담원");
    const said =
      last.text || this.say(isImage(last.files[0]) ? "사진을 보냈어요" : "파일을 보냈어요");
    this.announcer.textContent = `${name}: ${said}`;
  }

  showTyping(yes: boolean, name = ""): void {
    clearTimeout(this.typingTimer);
    const text = name
      ? this.say("{name} 님이 입력하고 있어요…", { name })
      : this.say("상담원이 입력하고 있어요…");
    this.typing.textContent = text;
    this.typing.hidden = !yes;
    // Said aloud once, however often one pauses before the answer comes.
    if (yes && !this.isTypingTold) this.announcer.textContent = text;
    this.isTypingTold ||= yes;
    if (yes) this.typingTimer = setTimeout(() => this.showTyping(false), 6000);
    if (this.pinned) this.toEnd();
  }

  private scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    this.pinned = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.pinned) this.news.hidden = true;
    if (scrollTop < NEAR && scrollHeight > clientHeight) this.actions.older();
  }

  private draw(plan: readonly Item[]): void {
    const next = new Map<string, { sign: string; element: HTMLElement }>();
    let after: Element | null = null;
    for (const item of plan) {
      const known = this.drawn.get(item.key);
      const element = known?.sign === item.sign ? known.element : item.draw();
      if (known && known.element !== element) known.element.replaceWith(element);
      next.set(item.key, { sign: item.sign, element });
      const place: Element | null = after ? after.nextElementSibling : this.items.firstElementChild;
      if (place !== element) this.items.insertBefore(element, place);
      after = element;
    }
    for (const [key, { element }] of this.drawn) if (!next.has(key)) element.remove();
    this.drawn = next;
  }

  private plan(talk: Talk, waiting: readonly Entry[], greeting: string): Item[] {
    this.hasWaiting = waiting.length > 0;
    const items: Item[] = [];
    if (talk.more) items.push(this.line("older", this.say("이전 메시지를 불러오는 중")));
    else if (talk.more === null && !waiting.length) {
      items.push(this.line("loading", this.say("대화를 불러오는 중")));
    } else if (greeting) items.push(this.greeting(greeting));
    const lastMine = waiting.length
      ? undefined
      : talk.messages.findLast((m) => m.from === "customer");
    let day = "";
    talk.messages.forEach((message, at) => {
      const date = new Date(message.at);
      if (dayKey(date) !== day) {
        day = dayKey(date);
        items.push(this.line(`day:${day}`, dayText(date, new Date(), this.locale)));
      }
      const [before, next] = [talk.messages[at - 1], talk.messages[at + 1]];
      items.push(this.message(message, before, next, message === lastMine));
    });
    const known = new Set(talk.messages.map((message) => message.key));
    for (const entry of waiting) if (!known.has(entry.key)) items.push(this.entry(entry));
    return items;
  }

  private line(key: string, text: string): Item {
    return { key, sign: text, draw: () => el("li", { class: "day" }, text) };
  }

  private greeting(text: string): Item {
    const draw = (): HTMLElement =>
      el("li", { class: "m" }, el("div", { class: "b", dir: "auto" }, linked(text)));
    return { key: "greeting", sign: text, draw };
  }

  private message(
    message: Message,
    before: Message | undefined,
    next: Message | undefined,
    isLastMine: boolean,
  ): Item {
    const mine = message.from === "customer";
    const named = message.from === "agent" && !together(before, message);
    const ends = !together(message, next);
    const state = isLastMine ? this.stateText(message) : "";
    const isLive = !next && !this.hasWaiting;
    const drawn = !!message.parts && !!this.cards;
    const { rich } = message;
    if (rich) this.format();
    const draws = !!rich && !!this.formatted;
    const sign = JSON.stringify([message, named, ends, state, drawn && isLive, drawn, draws]);
    const draw = (): HTMLElement => {
      if (message.from === "system") return el("li", { class: "day" }, linked(message.text));
      const date = new Date(message.at);
      const time = el(
        "time",
        { datetime: message.at, title: exact(date, this.locale) },
        clock(date, this.locale),
      );
      return el(
        "li",
        { class: mine ? "m me" : "m", "data-id": message.id },
        // Who does not see on which side it stands hears whose words they are.
        mine && el("span", { class: "vh" }, this.say("나")),
        named &&
          el(
            "b",
            { class: "name", dir: "auto" },
            message.author?.name ?? this.say("상담원"),
            message.automatic && ` · ${this.say("자동 안내")}`,
          ),
        rich && this.formatted
          ? el("div", { class: "b rich", dir: "auto" }, ...this.formatted(rich))
          : message.text && el("div", { class: "b", dir: "auto" }, linked(message.text)),
        ...message.files.map((shared) => this.file(shared)),
        message.parts && this.cards?.(message.parts, isLive),
        (ends || isLastMine) && el("span", { class: "r" }, time, state && ` · ${state}`),
      );
    };
    return { key: message.key ? `k:${message.key}` : `m:${message.id}`, sign, draw };
  }

  private format(): void {
    if (this.formatted) return;
    late("rich").then(
      (part) => {
        this.formatted ??= part.formatted;
        this.again();
      },
      () => undefined,
    );
  }

  private stateText(message: Message): string {
    if (message.state === "read") return this.say("읽음");
    return this.say(message.state === "delivered" ? "전달됨" : "보냄");
  }

  private entry(entry: Entry): Item {
    const draw = (): HTMLElement =>
      el(
        "li",
        { class: entry.refused ? "m me failed" : "m me waiting" },
        el("span", { class: "vh" }, this.say("나")),
        entry.text && el("div", { class: "b", dir: "auto" }, linked(entry.text)),
        ...entry.files.map((one) => this.chip(one.name, one.size)),
        entry.refused
          ? this.failed(entry.key, entry.refused)
          : el("span", { class: "r" }, this.say("보내는 중")),
      );
    return { key: `k:${entry.key}`, sign: JSON.stringify(entry), draw };
  }

  private failed(key: string, reason: string): HTMLElement {
    const button = (text: string, act: () => void): HTMLElement => {
      const made = el("button", { type: "button", class: "link" }, text);
      made.addEventListener("click", act);
      return made;
    };
    return el(
      "span",
      { class: "r", role: "alert" },
      icon(alert, "i s"),
      `${this.say("못 보냈어요")}. ${reason} `,
      button(this.say("다시 보내기"), () => this.actions.resend(key)),
      button(this.say("지우기"), () => this.actions.remove(key)),
    );
  }

  private file(shared: SharedFile): HTMLElement {
    const href = safeUrl(shared.url);
    const link = { href, target: "_blank", rel: "noopener" };
    const thumb = shared.thumb && isImage(shared) ? safeUrl(shared.thumb) : undefined;
    if (thumb) {
      const picture = el("img", { src: thumb, alt: shared.name, loading: "lazy" });
      picture.addEventListener("load", () => {
        if (this.pinned) this.toEnd();
      });
      return el("a", { class: "picture", ...link }, picture);
    }
    const box = el("a", { class: "file", ...link });
    box.append(...this.chip(shared.name, shared.size).childNodes);
    return box;
  }

  private chip(name: string, size: number): HTMLElement {
    return el(
      "span",
      { class: "file" },
      icon(file),
      el("span", { class: "label" }, name),
      el("small", {}, sizeText(size)),
    );
  }
}

function isImage(shared: SharedFile | undefined): boolean {
  return shared?.type.startsWith("image/") ?? false;
}

function together(one: Message | undefined, other: Message | undefined): boolean {
  if (one?.from !== other?.from || one?.author?.name !== other?.author?.name) return false;
  if (one?.automatic !== other?.automatic) return false;
  const [a, b] = [Date.parse(one?.at ?? ""), Date.parse(other?.at ?? "")];
  return b - a < GROUP && dayKey(new Date(a)) === dayKey(new Date(b));
}
