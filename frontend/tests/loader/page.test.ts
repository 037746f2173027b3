/* What a page of a shop asks of the widget: events, a button of its own, a place, its title. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { start } from "../../src/loader/start";
import type { Settings } from "../../src/loader/settings";

const MAJUNG = "https://majung.example";
type Note = Record<string, unknown>;

function put(settings: Settings | null = {}): void {
  window.majungWidgets = { k1: settings };
  const element = document.createElement("script");
  element.dataset.key = "k1";
  Object.defineProperty(element, "src", { value: `${MAJUNG}/widget.js` });
  start(element);
}

/** Ends what outlives a test: the widget's hold on the title. */
let calm: () => void = () => undefined;

function widget() {
  const host = document.getElementById("majung")!;
  const root = host.shadowRoot!;
  const frame = root.querySelector("iframe")!;
  const told: Note[] = [];
  const side = { postMessage: (note: Note) => told.push(note) };
  Object.defineProperty(frame, "contentWindow", { value: side, configurable: true });
  const say = (note: Note): void => {
    const event = new MessageEvent("message", { data: { majung: 1, ...note }, origin: MAJUNG });
    Object.defineProperty(event, "source", { value: side });
    window.dispatchEvent(event);
  };
  say({ type: "hello" });
  calm = () => say({ type: "unread", count: 0 });
  return { host, root, frame, told, say };
}

/** A watcher of what is in view, told by the test. */
class Watcher {
  static all: Watcher[] = [];
  constructor(
    private readonly told: (entries: { isIntersecting: boolean }[]) => void,
    readonly options: { rootMargin: string },
  ) {
    Watcher.all.push(this);
  }
  observe(): void {
    this.see(false);
  }
  see(isIntersecting: boolean): void {
    this.told([{ isIntersecting }]);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  Watcher.all = [];
  vi.stubGlobal("IntersectionObserver", Watcher);
  localStorage.clear();
  sessionStorage.clear();
  delete window.Majung;
  delete window.majung;
  document.documentElement.lang = "ko";
  document.title = "온담 가게";
});

afterEach(() => {
  calm();
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("listeners are told what happens, by ids and numbers and never by words", () => {
  const told: unknown[] = [];
  put();
  const names = ["ready", "open", "close", "unread", "message", "signed-in", "refused"] as const;
  for (const name of names) window.Majung?.("on", name, (event) => told.push([name, event]));
  expect(told).toEqual([["ready", undefined]]);
  window.Majung?.("open");
  const { say } = widget();
  say({ type: "ready", signed: true });
  say({ type: "ready", signed: true });
  say({ type: "message", id: "m1", conversation: "c1", direction: "sent", text: "비밀이에요" });
  say({ type: "unread", count: 2 });
  say({ type: "unread", count: 2 });
  say({ type: "refused", reason: "identity_expired" });
  window.Majung?.("close");
  expect(told.slice(1)).toEqual([
    ["open", undefined],
    ["signed-in", undefined],
    ["message", { id: "m1", conversation: "c1", direction: "sent" }],
    ["unread", { count: 2 }],
    ["refused", { reason: "identity_expired" }],
    ["close", undefined],
  ]);
});

test("a listener that throws breaks nothing, and one that was taken off hears nothing", () => {
  const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const heard = vi.fn<() => void>();
  const gone = vi.fn<() => void>();
  put();
  window.Majung?.("on", "open", () => {
    throw new Error("the page's own");
  });
  window.Majung?.("on", "open", gone);
  window.Majung?.("on", "open", heard);
  window.Majung?.("off", "open", gone);
  window.Majung?.("toggle");
  expect([heard.mock.calls.length, gone.mock.calls.length, errors.mock.calls.length]).toEqual([
    1, 0, 1,
  ]);
  expect(widget().frame.hidden).toBe(false);
  window.Majung?.("toggle");
  expect(widget().frame.hidden).toBe(true);
});

test("any element of the page opens the window, and has the focus back", () => {
  document.body.innerHTML = `<a href="/help" data-majung-open><b>문의하기</b></a>`;
  put({ launcher: false });
  const own = document.querySelector("a")!;
  const click = new MouseEvent("click", { bubbles: true, cancelable: true });
  own.querySelector("b")!.dispatchEvent(click);
  expect(click.defaultPrevented).toBe(true);
  const { host, root, frame } = widget();
  expect(frame.hidden).toBe(false);
  expect(host.getAttribute("data-button")).toBe("off");
  expect(root.querySelector<HTMLElement>(".launcher")!.hidden).toBe(true);
  window.Majung?.("close");
  expect(document.activeElement).toBe(own);
  window.Majung?.("show");
  expect(root.querySelector<HTMLElement>(".launcher")!.hidden).toBe(false);
});

test("the launcher stands where it is set up to, and says its words", () => {
  put({ position: "left", side: 8, bottom: 90, label: { ko: "문의하기" }, look: ["#111", "#eee"] });
  const host = document.getElementById("majung")!;
  const button = host.shadowRoot!.querySelector("button")!;
  expect(host.getAttribute("data-at")).toBe("left");
  expect(["--side", "--bottom", "--accent"].map((n) => host.style.getPropertyValue(n))).toEqual([
    "8px",
    "90px",
    "#111",
  ]);
  expect(button.textContent).toContain("문의하기");
  expect(button.getAttribute("aria-label")).toBe("문의하기");
});

test("only the languages that are offered are spoken", () => {
  window.majung = { locale: "en" };
  put({ locales: ["ko"] });
  window.Majung?.("open");
  expect(widget().frame.getAttribute("src")).toContain("locale=ko");
});

test("whoever chooses another language goes on in it", () => {
  put();
  window.Majung?.("open");
  widget().say({ type: "locale", locale: "en" });
  const { frame, root } = widget();
  expect(frame.getAttribute("src")).toContain("locale=en");
  expect(root.querySelector("button")!.getAttribute("aria-label")).toBe("Close chat");
  expect(localStorage.getItem("majung:k1:locale")).toBe("en");
});

test("a widget that is not there leaves the page alone", () => {
  put(null);
  window.Majung?.("open");
  expect(document.getElementById("majung")).toBe(null);
});

test("in the page: no launcher, fetched when one comes near, as open as it is in view", () => {
  document.body.innerHTML = `<section id="help"></section>`;
  window.majung = { inline: "#help" };
  sessionStorage.setItem("majung:k1:open", "1");
  put();
  const place = document.querySelector<HTMLElement>("#help")!;
  const root = place.querySelector("#majung")!.shadowRoot!;
  vi.advanceTimersByTime(1000);
  expect(root.querySelector("iframe")).toBe(null);
  expect(root.querySelector(".launcher")).toBe(null);
  expect(place.style.minHeight).toBe("560px");
  const [near, seen] = Watcher.all;
  near!.see(true);
  const { frame, told } = widget();
  expect(frame.getAttribute("src")).toContain("inline=1");
  expect(frame.hidden).toBe(false);
  seen!.see(true);
  expect(told.at(-1)).toMatchObject({ type: "focus", seen: true });
  seen!.see(false);
  expect(told.at(-1)).toMatchObject({ type: "focus", seen: false });
  window.Majung?.("close");
  expect(frame.hidden).toBe(false);
});

test("a draft is asked for with its token, says that it is one, and can be left", () => {
  history.replaceState(null, "", "/p?majung_preview=token%3A1&b=2");
  put({ preview: true });
  window.Majung?.("open");
  const { root, frame } = widget();
  expect(frame.getAttribute("src")).toContain("&preview=token%3A1");
  expect(root.querySelector(".preview")?.textContent).toContain("나만 보여요");
  const went = vi.spyOn(location, "assign").mockImplementation(() => undefined);
  root.querySelector<HTMLElement>(".preview button")!.click();
  expect(went.mock.calls[0]?.[0]).toMatch(/\/p\?b=2$/);
  expect(sessionStorage.getItem("majung:k1:preview")).toBe(null);
  history.replaceState(null, "", "/");
});

test("a token that allows nothing any more is forgotten", () => {
  sessionStorage.setItem("majung:k1:preview", "old");
  put({ preview: false });
  expect(sessionStorage.getItem("majung:k1:preview")).toBe(null);
  expect(document.getElementById("majung")!.shadowRoot!.querySelector(".preview")).toBe(null);
});

const flush = (): Promise<unknown> => vi.advanceTimersByTimeAsync(200);

test("unread replies are counted in the title, which is the page's own afterwards", async () => {
  put();
  window.Majung?.("open");
  const { say } = widget();
  say({ type: "unread", count: 2 });
  expect(document.title).toBe("(2) 온담 가게");
  say({ type: "unread", count: 3 });
  expect(document.title).toBe("(3) 온담 가게");
  document.title = "장바구니";
  await flush();
  expect(document.title).toBe("(3) 장바구니");
  document.title = `${document.title} *`;
  await flush();
  expect(document.title).toBe("(3) 장바구니 *");
  say({ type: "unread", count: 0 });
  expect(document.title).toBe("장바구니 *");
  document.title = "(9) 혼자 쓴 제목";
  await flush();
  expect(document.title).toBe("(9) 혼자 쓴 제목");
});

test("with a message goes the page's own title", () => {
  put();
  window.Majung?.("open");
  const { say, told } = widget();
  say({ type: "unread", count: 1 });
  window.dispatchEvent(new Event("focus"));
  expect((told.at(-1)?.page as Note).title).toBe("온담 가게");
});

test.each([
  ["the page", { title: false }, {}],
  ["the setting", {}, { title: false }],
])("%s may keep the title as it is", (_, config, settings) => {
  window.majung = config;
  put(settings);
  window.Majung?.("open");
  widget().say({ type: "unread", count: 2 });
  expect(document.title).toBe("온담 가게");
});

test("a page of another direction changes nothing about the button's words", () => {
  document.documentElement.dir = "rtl";
  put({ label: { ko: "문의하기" } });
  const label = document.getElementById("majung")!.shadowRoot!.querySelector(".label")!;
  expect(label.getAttribute("dir")).toBe("auto");
  document.documentElement.removeAttribute("dir");
});
