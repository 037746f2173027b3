import htmx from "htmx.org";
import { Live, type WatchHandle } from "../shared/live/live";
import { parseMarks, type Marks } from "../shared/live/marks";
import { el } from "../shared/nodes";
import { onContent } from "./htmx";
import { say } from "./say";

const SCROLLED = 40;
const handles = new Map<string, WatchHandle>();
/** What the server does not have any more, or not for this agent. */
const lost = new WeakSet<Element>();
let live: Live | null = null;
let gone: Element | null = null;

interface AfterRequest {
  readonly elt: Element;
  readonly successful: boolean;
  readonly xhr: XMLHttpRequest;
}

function spec(element: HTMLElement): { topics: string[]; grant: string; marks: Marks } {
  const { live: topics = "", liveGrant: grant = "", liveMarks } = element.dataset;
  return { topics: topics.split(/\s+/).filter(Boolean), grant, marks: parseMarks(liveMarks) };
}

/** Whether the answer is another page: the sign-in page instead of the part that was asked for. */
function leftElsewhere(xhr: XMLHttpRequest, url: string): boolean {
  if (xhr.status === 401 || xhr.status === 403) return true;
  const asked = new URL(url, location.href).pathname;
  return xhr.responseURL !== "" && new URL(xhr.responseURL).pathname !== asked;
}

async function read(id: string): Promise<Marks> {
  const element = document.getElementById(id);
  const url = element?.getAttribute("hx-get");
  if (!element || !url) return new Map();
  let done: AfterRequest | null = null;
  const after = (event: Event): void => {
    const { detail } = event as CustomEvent<AfterRequest>;
    if (detail.elt === element) done = detail;
  };
  const before = (event: Event): void => {
    const { detail } = event as CustomEvent<{
      elt: Element;
      xhr: XMLHttpRequest;
      shouldSwap: boolean;
    }>;
    // Another conversation may have been opened meanwhile: what is not on the page is not changed.
    const gone = !element.isConnected || leftElsewhere(detail.xhr, url);
    if (detail.elt === element && gone) detail.shouldSwap = false;
  };
  document.addEventListener("htmx:afterRequest", after);
  // On the element: once it is gone from the page, the page hears of it no more, and what comes
  // beside it (the head of another conversation) would be put in.
  element.addEventListener("htmx:beforeSwap", before);
  try {
    const swap = element.getAttribute("hx-swap") ?? "morph:outerHTML";
    await htmx.ajax("get", url, { source: element, target: element, swap });
  } catch {
    // The event tells what happened.
  } finally {
    document.removeEventListener("htmx:afterRequest", after);
    element.removeEventListener("htmx:beforeSwap", before);
  }
  const answer = done as AfterRequest | null;
  if (answer && answer.xhr.status > 0 && leftElsewhere(answer.xhr, url)) {
    signedOut();
    return new Map();
  }
  if (answer && [404, 410].includes(answer.xhr.status)) {
    lose(element);
    return new Map();
  }
  if (!answer?.successful) throw new Error(`not read: ${id}`);
  return spec(document.getElementById(id) ?? element).marks;
}

function scrollerOf(element: HTMLElement): HTMLElement {
  for (let at: HTMLElement | null = element; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return document.documentElement;
}

/** Whether somebody reads further down in a list that stays still meanwhile. */
function isHeld(element: HTMLElement): boolean {
  return "liveHold" in element.dataset && scrollerOf(element).scrollTop > SCROLLED;
}

interface Holder {
  readonly hold: () => boolean;
  readonly note: (ids: readonly string[]) => void;
  readonly forget: () => void;
}

/** Holds a list still while one reads further down; what is new waits behind a bar. */
function holder(id: string): Holder {
  const waiting = new Set<string>();
  let bar: HTMLButtonElement | null = null;
  const release = (): void => {
    bar?.remove();
    bar = null;
    waiting.clear();
    handles.get(id)?.check(true);
  };
  const show = (scroller: HTMLElement): void => {
    if (!bar) {
      bar = el("button", { type: "button", class: "held" });
      bar.addEventListener("click", () => scroller.scrollTo({ top: 0 }));
      scroller.before(bar);
      scroller.addEventListener("scroll", function back() {
        if (scroller.scrollTop > SCROLLED) return;
        scroller.removeEventListener("scroll", back);
        release();
      });
    }
    bar.textContent = waiting.size
      ? say("새 소식 {n}개", { n: waiting.size })
      : say("새 소식 보기");
  };
  return {
    forget: () => waiting.clear(),
    note: (ids) => ids.forEach((one) => waiting.add(one)),
    hold: () => {
      const element = document.getElementById(id);
      if (!element || !isHeld(element)) return false;
      show(scrollerOf(element));
      return true;
    },
  };
}

/** A conversation that changed is one piece of news, however often it does. */
function about(topic: string): string[] {
  return topic.startsWith("conversation:") ? [topic] : [];
}

function showTyping(topic: string): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-live-typing]")) {
    if (element.dataset.liveTyping !== topic) continue;
    if (element.dataset.text) element.textContent = element.dataset.text;
    element.hidden = false;
    clearTimeout(Number(element.dataset.timer));
    element.dataset.timer = String(window.setTimeout(() => (element.hidden = true), 6000));
  }
}

function follow(element: HTMLElement): void {
  if (!live || !element.id || lost.has(element)) return;
  const id = element.id;
  const known = handles.get(id);
  if (known) {
    known.renew(spec(element));
    return;
  }
  const { hold, note, forget } = holder(id);
  const handle = live.watch({
    ...spec(element),
    refetch: () => {
      forget();
      return read(id);
    },
    hold,
    signal: (signal) => {
      document.dispatchEvent(new CustomEvent("majung:signal", { detail: signal }));
      if (signal.kind === "typing") showTyping(signal.topic);
      else note(signal.ids.length ? signal.ids : about(signal.topic));
    },
  });
  handles.set(id, handle);
}

/** Reads parts of the page again: `refetch("#thread #rows")`, everything live without a name. */
export function refetch(selectors?: string): void {
  const named = selectors?.split(/[\s,]+/).filter(Boolean);
  const elements = named
    ? named.map((selector) => document.querySelector<HTMLElement>(selector))
    : [...handles.keys()].map((id) => document.getElementById(id));
  for (const element of elements) {
    if (!element) continue;
    const handle = handles.get(element.id);
    // Read anew, the list has no more than its first page: whoever reads beyond that keeps the
    // place, and the signal of what changed shows the bar.
    if (handle) handle.check(!(isHeld(element) && "further" in element.dataset));
    else htmx.trigger(element, "refetch", {});
  }
}

function bar(): HTMLElement {
  const known = document.getElementById("live-bar");
  if (known) return known;
  const made = el("div", { id: "live-bar", class: "live-bar", role: "status" });
  document.body.prepend(made);
  return made;
}

/** Reads it no more and says so: the connection is fine, and trying again brings nothing. */
function lose(element: Element): void {
  lost.add(element);
  gone = element;
  handles.get(element.id)?.stop();
  handles.delete(element.id);
  tellState();
}

function signedOut(): void {
  live?.close();
  live = null;
  handles.clear();
  const link = el("a", { href: location.href, class: "btn s" }, say("로그인"));
  bar().replaceChildren(say("로그인이 끝났어요. 다시 로그인하면 이어서 볼 수 있어요."), link);
}

/** Says that the screen is not live, and whose fault it is not. */
function tellState(): void {
  if (!live) return;
  let text = "";
  if (!navigator.onLine)
    text = say("인터넷 연결이 끊겼어요. 쓰는 글은 이 기기에 남고, 이어지면 화면을 다시 맞춰요.");
  else if (live.state === "off")
    text = say("실시간 연결이 끊겼어요. 다시 잇는 중이고, 화면이 최신이 아닐 수 있어요.");
  else if (gone?.isConnected)
    text = say(
      "보던 내용을 지웠거나 다른 팀으로 옮겨서 더는 볼 수 없어요. 목록에서 다시 골라 주세요.",
    );
  // The same again would be read out again.
  if (bar().textContent !== text) bar().textContent = text;
}

export function setUpRegions(): void {
  const url = document.body.dataset.liveUrl;
  if (!url) return;
  live = new Live(url, "desk");
  live.onState((state) => {
    document.documentElement.dataset.liveState = state;
    document.dispatchEvent(new CustomEvent("majung:live", { detail: state }));
    tellState();
  });
  for (const name of ["online", "offline"]) window.addEventListener(name, tellState);
  live.start();
  onContent((root) => {
    for (const [id, handle] of handles) {
      if (document.getElementById(id)?.dataset.live) continue;
      handle.stop();
      handles.delete(id);
    }
    if (root instanceof HTMLElement && root.matches("[data-live]")) follow(root);
    root.querySelectorAll<HTMLElement>("[data-live]").forEach(follow);
    tellState();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = (event as CustomEvent<{ elt: Element }>).detail;
    const list = elt.parentElement?.closest<HTMLElement>("[data-live-hold]");
    if (list) list.dataset.further = "";
  });
  document.addEventListener("refetch", (event) => {
    const { target } = (event as CustomEvent<{ target?: unknown }>).detail;
    if (typeof target === "string") refetch(target);
  });
  document.addEventListener("majung:refetch", () => refetch());
}
