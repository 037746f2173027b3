/*
 * The loader: one button and, once it is needed, an iframe of Majung's own origin. It holds the
 * session token (first-party storage, which browsers do not partition away). What is said stays
 * inside the iframe, except where the browser forbids it a storage of its own: then what it has to
 * keep past a reload, such as a message that waits for the network, is kept here.
 *
 * It stands on every page of a shop, so it is one closure: its names are shortened when it is built.
 */
import down from "icon:chevron-down";
import talk from "icon:message-circle";
import { el, icon } from "../shared/nodes";
import { speaker, type Locale } from "../shared/words";
import { listeners } from "./listeners";
import { dress, previewBar } from "./looks";
import { remember } from "./memory";
import { offered, type Settings } from "./settings";
import { countedTitle } from "./title";

type Note = Record<string, unknown>;

/** Characters of one thing kept for the frame; the longest message is far below. */
const KEPT_MOST = 50_000;
const PHONE = "(max-width: 480px)";
/** Of an element for the conversation that the page gave no height. */
const INLINE_HEIGHT = "560px";
const ENGLISH = {
  "상담 열기": "Open chat",
  "상담 닫기": "Close chat",
  "상담 창": "Chat",
  "새 메시지 {n}개": "{n} new",
  "초안 미리보기예요. 나만 보여요.": "A draft. Only you see it.",
  끝내기: "End",
};

/** Puts the widget on the page, and gives what answers the page's calls. */
export function putWidget(
  key: string,
  origin: string,
  settings: Settings,
  tag: string | undefined,
  preview: string,
): (name: string, ...rest: unknown[]) => void {
  const local = remember(() => window.localStorage);
  const tab = remember(() => window.sessionStorage);
  const config = window.majung || {};
  const place = document.querySelector<HTMLElement>(config.inline || "[data-majung-inline]");
  const host = el("div", { id: "majung", "data-at": settings.position || "right" });
  const root = host.attachShadow({ mode: "open" });
  const words = el("span", { class: "label", dir: "auto" });
  const badge = el("span", { class: "badge", "aria-hidden": "true" });
  const button = el(
    "button",
    { type: "button", class: "launcher", "aria-haspopup": "dialog" },
    el("span", { class: "in" }, icon(talk, "talk"), icon(down, "down"), words),
    badge,
  );
  const heard = listeners();
  const title = countedTitle();
  let locale = offered(settings.locales, local.get(name("locale")), config.locale, tag);
  let say = speaker(locale, ENGLISH);
  let frame: HTMLIFrameElement | null = null;
  let ready = false;
  let isOpen = false;
  let byHand = false;
  /** Whether the conversation in the page is in view. */
  let inView = false;
  let isSigned = false;
  let news = 0;
  let opener: HTMLElement | null = null;
  let identity = config.identity || "";
  let overflow = "";
  let behind: HTMLElement[] = [];

  function name(what: string): string {
    return `majung:${key}:${what}`;
  }

  function page(): Note {
    const { referrer } = document;
    return { url: location.href, title: title.text(), referrer, ...config.page };
  }

  function tell(type: string, values: Note = {}): void {
    if (ready && frame && frame.contentWindow) {
      frame.contentWindow.postMessage({ majung: 1, type, ...values }, origin);
    }
  }

  function tellFocus(): void {
    const seen = place ? { seen: inView } : {};
    tell("focus", { focused: document.hasFocus(), page: page(), ...seen });
  }

  function load(): void {
    if (frame) return;
    const more = (place ? "&inline=1" : "") + (preview && `&preview=${preview}`);
    frame = el("iframe", {
      title: say("상담 창"),
      src: `${origin}/widget/${key}/frame?locale=${locale}${more}`,
      allow: "clipboard-write; autoplay",
      hidden: !isOpen,
    });
    // Else a frame of another scheme than its page's has a ground of its own.
    frame.style.setProperty("color-scheme", "light dark");
    root.prepend(frame);
  }

  function drop(): void {
    if (frame) frame.remove();
    frame = null;
    ready = false;
  }

  function show(): void {
    if (frame) frame.hidden = !isOpen;
    const text = (settings.label && settings.label[locale]) || "";
    words.textContent = text;
    words.hidden = !text;
    badge.hidden = !news;
    badge.textContent = news > 99 ? "99+" : `${news}`;
    const told = news ? `, ${say("새 메시지 {n}개", { n: badge.textContent })}` : "";
    button.setAttribute("aria-expanded", `${isOpen}`);
    button.setAttribute(
      "aria-label",
      (isOpen ? say("상담 닫기") : text || say("상담 열기")) + told,
    );
  }

  function launch(shown: boolean): void {
    button.hidden = !shown;
    host.setAttribute("data-button", shown ? "on" : "off");
  }

  /** On a phone it covers the page: what lies behind it cannot be reached meanwhile. */
  function cover(yes: boolean): void {
    for (const one of behind) one.inert = false;
    const all = yes ? ([...document.body.children] as HTMLElement[]) : [];
    behind = all.filter((one) => one !== host && !one.inert);
    for (const one of behind) one.inert = true;
  }

  function open(hand = true, from = document.activeElement as HTMLElement | null): void {
    const was = isOpen;
    load();
    isOpen = true;
    byHand = hand;
    if (place) place.scrollIntoView({ block: "nearest" });
    else {
      tab.set(name("open"), "1");
      if (!was) {
        opener = from === host ? button : from;
        overflow = document.documentElement.style.overflow;
      }
      if (hand && matchMedia(PHONE).matches) {
        document.documentElement.style.overflow = "hidden";
        cover(true);
      }
    }
    show();
    if (hand && frame) frame.focus();
    tell("open", { focus: hand, page: page() });
    if (!was) heard.tell("open", undefined);
  }

  function close(): void {
    if (!isOpen || place) return;
    isOpen = false;
    tab.set(name("open"), "");
    document.documentElement.style.overflow = overflow;
    cover(false);
    if (frame) frame.classList.remove("wide");
    show();
    const isThere = opener && opener !== document.body && opener.isConnected;
    ((isThere && opener) || button).focus();
    tell("close");
    heard.tell("close", undefined);
  }

  function toggle(): void {
    if (isOpen && !place) close();
    else open();
  }

  function shutdown(): void {
    close();
    identity = "";
    isSigned = false;
    local.set(name("session"), "");
    // The frame goes before it could forget anything, or is not there: the next one will.
    local.set(name("forget"), "1");
    drop();
    unread(0);
    if (place) load();
  }

  function unread(count: number): void {
    const before = news;
    news = count;
    if (settings.title !== false && config.title !== false) title.count(count);
    show();
    if (count !== before) heard.tell("unread", { count });
  }

  function init(): void {
    ready = true;
    tell("init", {
      token: local.get(name("session")),
      kept: local.all(name("kept:")),
      forget: local.get(name("forget")) === "1",
      identity,
      locale,
      page: page(),
      open: isOpen,
      focus: isOpen && byHand,
    });
    local.set(name("forget"), "");
    if (isOpen && byHand && frame) frame.focus();
    tellFocus();
  }

  function hear(event: MessageEvent<unknown>): void {
    if (!frame || !event.source || event.source !== frame.contentWindow) return;
    const note = event.data as Note | null;
    if (event.origin !== origin || !note || note.majung !== 1) return;
    const text = (what: string): string => note[what] as string;
    const type = note.type;
    if (type === "hello") init();
    else if (type === "session") local.set(name("session"), text("token"));
    else if (type === "waiting") local.set(name("waiting"), Number(note.count) ? "1" : "");
    else if (type === "open") open();
    else if (type === "close") close();
    else if (type === "unread") unread(Number(note.count));
    else if (type === "wide") frame.classList.toggle("wide", note.on === true);
    else if (type === "keep") {
      const [what, value] = [text("name"), text("value")];
      if (what.length + value.length <= KEPT_MOST) local.set(name(`kept:${what}`), value);
    } else if (type === "ready") {
      if (note.signed && !isSigned) heard.tell("signed-in", undefined);
      isSigned = note.signed === true;
    } else if (type === "locale") {
      locale = text("locale") as Locale;
      local.set(name("locale"), locale);
      say = speaker(locale, ENGLISH);
      drop();
      load();
      show();
    } else if (type === "message") {
      const direction = note.direction === "sent" ? "sent" : "received";
      const conversation = text("conversation");
      heard.tell("message", { id: text("id"), conversation, direction });
    } else if (type === "refused") {
      console.warn(`Majung: ${text("reason")}`);
      heard.tell("refused", { reason: text("reason") });
    }
  }

  function listen(): void {
    button.addEventListener("click", toggle);
    button.addEventListener("pointerenter", load);
    button.addEventListener("focus", load);
    root.addEventListener("keydown", (event) => {
      if ((event as KeyboardEvent).key === "Escape") close();
    });
    document.addEventListener("click", (event) => {
      const own = (event.target as Element).closest<HTMLElement>("[data-majung-open]");
      if (!own) return;
      event.preventDefault();
      open(true, own);
    });
    window.addEventListener("message", hear);
    window.addEventListener("focus", tellFocus);
    window.addEventListener("blur", tellFocus);
  }

  /** Puts the conversation into the page; it is fetched when one comes near it. */
  function putInto(element: HTMLElement): void {
    host.setAttribute("data-inline", "");
    if (!element.clientHeight) element.style.setProperty("min-height", INLINE_HEIGHT);
    element.append(host);
    const watch = (margin: string, told: (isIn: boolean) => void): void => {
      const watcher = new IntersectionObserver(
        (all) => told(all.some((entry) => entry.isIntersecting)),
        { rootMargin: margin },
      );
      watcher.observe(element);
    };
    watch("300px", (isNear) => {
      if (!isNear || frame) return;
      isOpen = true;
      load();
    });
    watch("0px", (isIn) => {
      inView = isIn;
      tellFocus();
    });
  }

  function restore(): void {
    if (place) putInto(place);
    else {
      root.append(button);
      document.body.append(host);
      if (tab.get(name("open")) && !matchMedia(PHONE).matches) open(false);
      // Someone who has talked before is told of answers, and what they wrote is sent.
      else if (local.get(name("session")) || local.get(name("waiting")) || identity) {
        setTimeout(load, 300);
      }
    }
  }

  const style = host.style;
  style.setProperty("--side", `${settings.side ?? 24}px`);
  style.setProperty("--bottom", `${settings.bottom ?? 24}px`);
  const [accent, ink] = settings.look || [];
  if (accent && ink) {
    style.setProperty("--accent", accent);
    style.setProperty("--ink", ink);
  }
  dress(root, host, origin);
  launch(settings.launcher !== false);
  show();
  listen();
  const leave = (): void => tab.set(name("preview"), "");
  if (settings.preview) {
    root.append(previewBar(say("초안 미리보기예요. 나만 보여요."), say("끝내기"), leave));
  } else leave();
  restore();
  heard.tell("ready", undefined);

  return (call, ...[value, listener]) => {
    if (call === "open") open();
    else if (call === "close") close();
    else if (call === "toggle") toggle();
    else if (call === "show" || call === "hide") launch(call === "show");
    else if (call === "shutdown") shutdown();
    else if ((call === "on" || call === "off") && typeof listener === "function") {
      heard[call](value as keyof MajungEvents, listener as (event: unknown) => void);
    } else if (call === "identify" && typeof value === "string") {
      identity = value;
      if (ready) tell("identify", { identity });
      else load();
    }
  };
}
