import htmx from "htmx.org";
import { refetch } from "./regions";
import { say } from "./say";
import { toast } from "./toasts";

const ROWS = "[data-rows] .row";
const REST = 150;
const GOOD_FOR = 15_000;
const MOST_READY = 8;
const TIMEOUT = 20_000;

interface Ready {
  readonly page: Promise<Document | null>;
  readonly at: number;
}

const ready = new Map<string, Ready>();
let turn = 0;
let shown = "";
let place = 0;

class Unreachable extends Error {}

/** Reads a page of the desk without its list; null where it has to be gone to (signed out, gone). */
async function read(url: string, unseen: boolean): Promise<Document | null> {
  const headers = { "Majung-Part": "talk", "X-Requested-With": "fetch" };
  // Nobody looks at it yet: the customer's words are not read by this.
  const more = unseen || document.visibilityState === "hidden" ? { "Majung-Hidden": "1" } : {};
  let text: string;
  try {
    const signal = AbortSignal.timeout(TIMEOUT);
    const answer = await fetch(url, { headers: { ...headers, ...more }, signal });
    if (!answer.ok || answer.redirected) return null;
    text = await answer.text();
  } catch (error) {
    throw new Unreachable("not read", { cause: error });
  }
  return new DOMParser().parseFromString(text, "text/html");
}

/** Reads a conversation that may be opened next, so that it opens at once. */
function prepare(row: HTMLAnchorElement): void {
  const url = row.href;
  if (row.getAttribute("aria-current") === "true" || document.visibilityState === "hidden") return;
  const known = ready.get(url);
  if (known && Date.now() - known.at < GOOD_FOR) return;
  const page = read(url, true);
  page.catch(() => ready.delete(url));
  ready.delete(url);
  ready.set(url, { page, at: Date.now() });
  const oldest = ready.keys().next().value;
  if (ready.size > MOST_READY && oldest !== undefined) ready.delete(oldest);
}

function prepared(url: string): Promise<Document | null> | undefined {
  const known = ready.get(url);
  ready.delete(url);
  return known && Date.now() - known.at < GOOD_FOR ? known.page : undefined;
}

function rowOf(url: string): HTMLAnchorElement | undefined {
  const path = new URL(url, location.href).pathname;
  return [...document.querySelectorAll<HTMLAnchorElement>(ROWS)].find(
    (row) => new URL(row.href).pathname === path,
  );
}

/** Marks the row of what is shown, and lets the list know it when it is read again. */
function mark(url: string): void {
  const current = rowOf(url);
  for (const row of document.querySelectorAll(`${ROWS}[aria-current]`))
    if (row !== current) row.removeAttribute("aria-current");
  const rows = document.querySelector("[data-rows]");
  const list = rows?.getAttribute("hx-get");
  if (rows && list) {
    const address = new URL(list, location.href);
    address.searchParams.set("at", /\/c\/([^/]+)\//.exec(url)?.[1] ?? "");
    rows.setAttribute("hx-get", address.pathname + address.search);
  }
  if (!current) return;
  current.setAttribute("aria-current", "true");
  current.classList.remove("new");
  current.querySelector(".name .vh")?.remove();
  current.scrollIntoView({ block: "nearest" });
}

function put(desk: HTMLElement, selector: string, made: Element | null): void {
  const old = desk.querySelector(`:scope > ${selector}`);
  const element = made && document.adoptNode(made);
  if (!element) old?.remove();
  else if (old) old.replaceWith(element);
  else desk.append(element);
  if (!element) return;
  htmx.process(element);
  htmx.trigger(element, "htmx:load", {});
}

/** Puts another conversation into the page; the list beside it, its place and focus stay. */
function swap(page: Document): boolean {
  const desk = document.querySelector<HTMLElement>(".desk");
  const from = page.querySelector<HTMLElement>(".desk");
  const talk = from?.querySelector(":scope > .conv");
  const list = desk?.querySelector<HTMLElement>(":scope > .list");
  if (!desk || !from || !talk || !list) return false;
  const isMain = talk.id !== "main";
  for (const [name, value] of [
    ["id", "main"],
    ["role", "main"],
    ["tabindex", "-1"],
  ] as const) {
    if (isMain) list.setAttribute(name, value);
    else list.removeAttribute(name);
  }
  const panel = from.querySelector(":scope > .panel");
  delete desk.dataset.panel;
  delete desk.dataset.head;
  desk.dataset.screen = from.dataset.screen ?? "conv";
  document.title = page.title;
  put(desk, ".conv", talk);
  put(desk, ".panel", panel);
  // Where one screen follows the other, the list was away and would begin at its top.
  const rows = list.querySelector("[data-rows]");
  if (rows?.checkVisibility() && rows.scrollTop !== place) rows.scrollTop = place;
  return true;
}

async function open(url: string, { push }: { push: boolean }): Promise<void> {
  const mine = ++turn;
  const before = shown;
  const early = prepared(url);
  mark(url);
  const rows = document.querySelector("[data-rows]");
  if (rows?.checkVisibility()) place = rows.scrollTop;
  let page: Document | null;
  try {
    page = await (early ?? read(url, false));
  } catch {
    if (mine !== turn) return;
    mark(before);
    // Gone to by the back button: the address is there already, what is on screen is not.
    if (!push && location.href !== before) history.pushState({ talk: true }, "", before);
    toast(say("서버에 닿지 않아요. 연결을 확인하고 다시 해주세요."));
    return;
  }
  if (mine !== turn) return;
  if (!page || !swap(page)) {
    location.assign(url);
    return;
  }
  if (push) history.pushState({ talk: true }, "", url);
  shown = url;
  const main = document.querySelector<HTMLElement>(".desk > main.conv");
  (main ?? rowOf(before))?.focus({ preventScroll: true });
  // Now it is on screen: read again, it counts as seen, and shows what came meanwhile.
  if (early) refetch("#thread");
}

/** Goes to a place in a conversation: on the page if it is there, else opened beside the list. */
export function visit(address: string): void {
  const url = new URL(address, location.href);
  if (showMessage(url.hash)) return;
  if (!document.querySelector("[data-rows]")) {
    location.assign(url);
    return;
  }
  const here = new URL(location.href).searchParams;
  for (const name of ["view", "brand", "own"]) {
    const value = here.get(name);
    if (value && !url.searchParams.has(name)) url.searchParams.set(name, value);
  }
  void open(url.href, { push: true }).then(() => showMessage(url.hash));
}

/** Brings a message of the thread under the eye; `false` when it is not there. */
function showMessage(hash: string): boolean {
  const message = hash ? document.getElementById(hash.slice(1)) : null;
  if (!message?.closest("#thread")) return false;
  delete document.querySelector<HTMLElement>(".desk")?.dataset.panel;
  message.tabIndex = -1;
  message.scrollIntoView({ block: "center" });
  message.focus({ preventScroll: true });
  return true;
}

function clicked(event: MouseEvent): void {
  const held = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (event.defaultPrevented || event.button !== 0 || held) return;
  const target = event.target instanceof Element ? event.target : null;
  const row = target?.closest<HTMLAnchorElement>(ROWS);
  const cameFromList = (history.state as { talk?: boolean } | null)?.talk;
  const other = target?.closest<HTMLAnchorElement>("a[data-open]");
  if (row) {
    event.preventDefault();
    void open(row.href, { push: row.href !== shown });
  } else if (other) {
    event.preventDefault();
    visit(other.href);
  } else if (cameFromList && target?.closest(".conv .back")) {
    event.preventDefault();
    history.back();
  }
}

/** Opening a conversation changes the conversation alone; the list keeps its place. */
export function setUpOpening(): void {
  if (!document.querySelector("[data-rows]")) return;
  shown = location.href;
  document.querySelector(`${ROWS}[aria-current="true"]`)?.scrollIntoView({ block: "nearest" });
  document.addEventListener("click", clicked);
  window.addEventListener("popstate", () => {
    if (location.href.split("#")[0] !== shown.split("#")[0])
      void open(location.href, { push: false });
  });
  let rest: ReturnType<typeof setTimeout> | undefined;
  for (const name of ["pointerover", "focusin"] as const) {
    document.addEventListener(name, (event) => {
      clearTimeout(rest);
      const target = event.target instanceof Element ? event.target : null;
      const row = target?.closest<HTMLAnchorElement>(ROWS);
      if (row) rest = setTimeout(() => prepare(row), REST);
    });
  }
}
