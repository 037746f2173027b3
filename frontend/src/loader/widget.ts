/*
 * The loader: one button and, once it is needed, an iframe of Majung's own origin. It holds the
 * session token (first-party storage, which browsers do not partition away). What is said stays
 * inside the iframe, except where the browser forbids it a storage of its own: then what it has to
 * keep past a reload, such as a message that waits for the network, is kept here.
 */
import down from "icon:chevron-down";
import talk from "icon:message-circle";
import { icon } from "../shared/nodes";
import { pickLocale, speaker } from "../shared/words";
import css from "./launcher.css?inline";
import { remember } from "./memory";

interface Config {
  identity?: string;
  locale?: string;
  page?: Record<string, unknown>;
}
type Call = [name: string, value?: unknown];
interface Api {
  (...call: Call): void;
  q?: ArrayLike<unknown>[];
  key?: string;
}
declare global {
  interface Window {
    majung?: Config;
    Majung?: Api;
  }
}

/** Characters of one thing kept for the frame; the longest message is far below. */
const KEPT_MOST = 50_000;
const PHONE = "(max-width: 480px)";

export function ownScript(): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement && current.dataset.key) return current;
  return document.querySelector<HTMLScriptElement>("script[data-key][src*='widget.js']");
}

/** Reads its script tag and puts the launcher on the page; a second tag changes nothing. */
export function start(script: HTMLScriptElement | null = ownScript()): void {
  const key = script?.dataset.key;
  if (!script || !key || window.Majung?.key) return;
  const waiting = window.Majung?.q ?? [];
  const widget = new Widget(key, new URL(script.src), script.dataset.locale);
  const api: Api = (...call) => widget.call(...call);
  api.key = key;
  window.Majung = api;
  const put = (): void => {
    widget.mount();
    for (const call of Array.from(waiting)) widget.call(...(Array.from(call) as Call));
  };
  if (document.body as HTMLElement | null) put();
  else document.addEventListener("DOMContentLoaded", put);
}

class Widget {
  private readonly locale;
  private readonly say;
  private readonly local = remember(() => window.localStorage);
  private readonly tab = remember(() => window.sessionStorage);
  private readonly host = document.createElement("div");
  private readonly button = document.createElement("button");
  private readonly badge = document.createElement("span");
  private readonly root = this.host.attachShadow({ mode: "open" });
  private frame: HTMLIFrameElement | null = null;
  private ready = false;
  private isOpen = false;
  private byHand = false;
  private identity = window.majung?.identity ?? "";
  private overflow = "";

  constructor(
    private readonly key: string,
    private readonly source: URL,
    locale: string | undefined,
  ) {
    const page = document.documentElement.lang;
    this.locale = pickLocale(window.majung?.locale, locale, page, navigator.language);
    this.say = speaker(this.locale, {
      "상담 열기": "Open chat",
      "상담 닫기": "Close chat",
      "상담 창": "Chat",
      "새 메시지 {n}개": "{n} new",
    });
  }

  mount(): void {
    this.style();
    this.host.id = "majung";
    const { button, badge } = this;
    button.type = "button";
    button.setAttribute("aria-haspopup", "dialog");
    button.append(icon(talk, "talk"), icon(down, "down"), badge);
    badge.className = "badge";
    badge.setAttribute("aria-hidden", "true");
    this.look(this.local.get(this.name("look")));
    this.unread(0);
    button.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    button.addEventListener("pointerenter", () => this.load());
    button.addEventListener("focus", () => this.load());
    this.root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape" && this.isOpen) this.close();
    });
    this.root.append(button);
    document.body.append(this.host);
    window.addEventListener("message", (event: MessageEvent<unknown>) => this.hear(event));
    for (const name of ["focus", "blur"]) window.addEventListener(name, () => this.tellFocus());
    this.restore();
  }

  call(name: string, value?: unknown): void {
    if (name === "open") this.open();
    else if (name === "close") this.close();
    else if (name === "shutdown") this.shutdown();
    else if (name === "identify" && typeof value === "string") {
      this.identity = value;
      if (this.ready) this.tell("identify", { identity: value });
      else this.load();
    }
  }

  private restore(): void {
    if (this.tab.get(this.name("open")) && !matchMedia(PHONE).matches) this.open(false);
    // Someone who has talked before is told of answers, and what they wrote is sent.
    else if (
      this.local.get(this.name("session")) ||
      this.local.get(this.name("waiting")) ||
      this.identity
    ) {
      setTimeout(() => this.load(), 300);
    }
  }

  private open(byHand = true): void {
    this.load();
    this.isOpen = true;
    this.byHand = byHand;
    this.tab.set(this.name("open"), "1");
    if (byHand && matchMedia(PHONE).matches) {
      this.overflow = document.documentElement.style.overflow;
      document.documentElement.style.overflow = "hidden";
    }
    this.show();
    if (byHand) this.frame?.focus();
    this.tell("open", { focus: byHand, page: this.page() });
  }

  private close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.tab.set(this.name("open"), "");
    document.documentElement.style.overflow = this.overflow;
    this.show();
    this.button.focus();
    this.tell("close");
  }

  private shutdown(): void {
    this.close();
    this.identity = "";
    this.local.set(this.name("session"), "");
    // The frame goes before it could forget anything, or is not there: the next one will.
    this.local.set(this.name("forget"), "1");
    this.frame?.remove();
    this.frame = null;
    this.ready = false;
    this.unread(0);
  }

  private load(): void {
    if (this.frame) return;
    const frame = document.createElement("iframe");
    frame.title = this.say("상담 창");
    frame.src = `${this.source.origin}/widget/${this.key}/frame?locale=${this.locale}`;
    frame.allow = "clipboard-write";
    frame.hidden = !this.isOpen;
    this.frame = frame;
    this.root.prepend(frame);
  }

  private show(): void {
    if (this.frame) this.frame.hidden = !this.isOpen;
    this.button.setAttribute("aria-expanded", String(this.isOpen));
    this.label();
  }

  private hear(event: MessageEvent<unknown>): void {
    if (!event.source || event.source !== this.frame?.contentWindow) return;
    if (event.origin !== this.source.origin) return;
    const note = event.data as Record<string, unknown> | null;
    if (note?.majung !== 1) return;
    if (note.type === "hello") this.init();
    else if (note.type === "session") this.local.set(this.name("session"), String(note.token));
    else if (note.type === "keep") this.keep(String(note.name), String(note.value));
    else if (note.type === "waiting")
      this.local.set(this.name("waiting"), Number(note.count) ? "1" : "");
    else if (note.type === "ready") this.look(String(note.look));
    else if (note.type === "open") this.open();
    else if (note.type === "close") this.close();
    else if (note.type === "unread") this.unread(Number(note.count));
    else if (note.type === "refused") console.warn(`Majung: ${String(note.reason)}`);
  }

  private keep(name: string, value: string): void {
    if (name.length + value.length <= KEPT_MOST) this.local.set(this.name(`kept:${name}`), value);
  }

  private init(): void {
    this.ready = true;
    this.tell("init", {
      token: this.local.get(this.name("session")),
      kept: this.local.all(this.name("kept:")),
      forget: this.local.get(this.name("forget")) === "1",
      identity: this.identity,
      locale: this.locale,
      page: this.page(),
      open: this.isOpen,
      focus: this.isOpen && this.byHand,
    });
    this.local.set(this.name("forget"), "");
    if (this.isOpen && this.byHand) this.frame?.focus();
    this.tellFocus();
  }

  private tellFocus(): void {
    this.tell("focus", { focused: document.hasFocus(), page: this.page() });
  }

  private page(): Record<string, unknown> {
    const { title, referrer } = document;
    return { url: location.href, title, referrer, ...window.majung?.page };
  }

  private tell(type: string, values: Record<string, unknown> = {}): void {
    if (this.ready) {
      this.frame?.contentWindow?.postMessage({ majung: 1, type, ...values }, this.source.origin);
    }
  }

  private look(saved: string): void {
    const [accent, ink] = saved.split("|");
    if (!accent || !ink) return;
    this.host.style.setProperty("--accent", accent);
    this.host.style.setProperty("--ink", ink);
    this.local.set(this.name("look"), saved);
  }

  private unread(count: number): void {
    this.badge.hidden = !count;
    this.badge.textContent = count > 99 ? "99+" : String(count);
    this.show();
  }

  private label(): void {
    const news = this.badge.hidden
      ? ""
      : `, ${this.say("새 메시지 {n}개", { n: this.badge.textContent })}`;
    this.button.setAttribute(
      "aria-label",
      this.say(this.isOpen ? "상담 닫기" : "상담 열기") + news,
    );
  }

  private name(what: string): string {
    return `majung:${this.key}:${what}`;
  }

  private style(): void {
    // Constructed sheets are not inline styles, so a strict policy of the host page allows them.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.root.adoptedStyleSheets = [sheet];
  }
}
