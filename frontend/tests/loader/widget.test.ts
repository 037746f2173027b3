import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { start } from "../../src/loader/start";

const MAJUNG = "https://majung.example";

interface Note {
  type: string;
  [name: string]: unknown;
}

function script(): HTMLScriptElement {
  const element = document.createElement("script");
  element.type = "text/plain";
  element.dataset.key = "k1";
  Object.defineProperty(element, "src", { value: `${MAJUNG}/widget.js` });
  return element;
}

function page() {
  const host = document.getElementById("majung")!;
  const root = host.shadowRoot!;
  const button = root.querySelector("button")!;
  const frame = (): HTMLIFrameElement | null => root.querySelector("iframe");
  const told: Note[] = [];
  const side = { postMessage: (note: Note, origin: string) => told.push({ ...note, origin }) };
  /** The frame begins to speak: from now on both sides hear each other. */
  const wake = (): void => {
    Object.defineProperty(frame()!, "contentWindow", { value: side, configurable: true });
    say({ type: "hello" });
  };
  const say = (note: Note, origin = MAJUNG): void => {
    const data = { majung: 1, ...note };
    const event = new MessageEvent("message", { data, origin });
    Object.defineProperty(event, "source", { value: side });
    window.dispatchEvent(event);
  };
  return { host, root, button, frame, told, wake, say };
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  sessionStorage.clear();
  delete window.Majung;
  delete window.majung;
  window.majungWidgets = { k1: {} };
  document.documentElement.lang = "ko";
});

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

test("a stranger's page gets one button and no iframe before it is needed", () => {
  start(script());
  start(script());
  vi.advanceTimersByTime(1000);
  expect(document.querySelectorAll("#majung")).toHaveLength(1);
  const { button, frame } = page();
  expect(frame()).toBe(null);
  expect(button.getAttribute("aria-label")).toBe("상담 열기");
  expect(button.getAttribute("aria-expanded")).toBe("false");
});

test("opening loads the frame of Majung's origin and hands over what it needs", () => {
  window.majung = { identity: "jwt", locale: "en", page: { url: "https://shop.example/p" } };
  localStorage.setItem("majung:k1:session", "tok");
  start(script());
  const { button, frame, told, wake } = page();
  button.click();
  expect(frame()!.getAttribute("src")).toBe(`${MAJUNG}/widget/k1/frame?locale=en`);
  expect(frame()!.hidden).toBe(false);
  wake();
  const [init] = told;
  expect(init).toEqual({
    majung: 1,
    type: "init",
    token: "tok",
    kept: {},
    forget: false,
    identity: "jwt",
    locale: "en",
    page: { url: "https://shop.example/p", title: document.title, referrer: document.referrer },
    open: true,
    focus: true,
    origin: MAJUNG,
  });
});

test("someone who talked before has the frame loaded quietly for answers", () => {
  localStorage.setItem("majung:k1:session", "tok");
  start(script());
  vi.advanceTimersByTime(500);
  expect(page().frame()!.hidden).toBe(true);
});

test("only the frame itself, from its own origin, is listened to", () => {
  start(script());
  const { button, say, wake } = page();
  button.click();
  wake();
  say({ type: "session", token: "evil" }, "https://evil.example");
  window.dispatchEvent(
    new MessageEvent("message", {
      data: { majung: 1, type: "session", token: "evil" },
      origin: MAJUNG,
    }),
  );
  expect(localStorage.getItem("majung:k1:session")).toBe(null);
  say({ type: "session", token: "good" });
  expect(localStorage.getItem("majung:k1:session")).toBe("good");
  say({ type: "session", token: "" });
  expect(localStorage.getItem("majung:k1:session")).toBe(null);
});

test("unread answers are counted on the button, in words too", () => {
  start(script());
  const { root, button, say, wake } = page();
  button.click();
  wake();
  say({ type: "close" });
  say({ type: "unread", count: 2 });
  expect(root.querySelector(".badge")?.textContent).toBe("2");
  expect(button.getAttribute("aria-label")).toBe("상담 열기, 새 메시지 2개");
  say({ type: "unread", count: 0 });
  expect(button.getAttribute("aria-label")).toBe("상담 열기");
});

test("Escape closes and gives the focus back; an open talk is open again on the next page", () => {
  start(script());
  const { root, button, frame, told, wake } = page();
  button.click();
  wake();
  expect(sessionStorage.getItem("majung:k1:open")).toBe("1");
  button.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  expect(frame()!.hidden).toBe(true);
  expect(root.activeElement).toBe(button);
  expect(told.at(-1)?.type).toBe("close");
  sessionStorage.setItem("majung:k1:open", "1");
  document.body.replaceChildren();
  delete window.Majung;
  start(script());
  expect(page().button.getAttribute("aria-expanded")).toBe("true");
});

test("calls made before loading are done, in order", () => {
  const q = [["identify", "jwt"], ["open"]];
  window.Majung = Object.assign(() => undefined, { q });
  start(script());
  const { button, told, wake } = page();
  expect(button.getAttribute("aria-expanded")).toBe("true");
  wake();
  expect(told[0]?.identity).toBe("jwt");
});

test("shutdown forgets who was here", () => {
  start(script());
  const { button, frame, told, say, wake } = page();
  button.click();
  wake();
  say({ type: "session", token: "tok" });
  window.Majung?.("shutdown");
  expect(localStorage.getItem("majung:k1:session")).toBe(null);
  expect(frame()).toBe(null);
  button.click();
  wake();
  expect(told.at(-1)).toMatchObject({ type: "focus" });
  const inits = (): Note[] => told.filter((note) => note.type === "init");
  expect(inits().at(-1)).toMatchObject({ token: "", forget: true });
  document.body.replaceChildren();
  delete window.Majung;
  start(script());
  const next = page();
  next.button.click();
  next.wake();
  expect(next.told[0]).toMatchObject({ type: "init", forget: false });
});

test("what the frame may not store itself is kept for it, and given back", () => {
  start(script());
  const { button, say, wake } = page();
  button.click();
  wake();
  say({ type: "keep", name: "majung:k1:out:1", value: "{}" });
  say({ type: "keep", name: "majung:k1:draft", value: "쓰다가" });
  say({ type: "keep", name: "majung:k1:draft", value: "" });
  say({ type: "keep", name: "majung:k1:big", value: "x".repeat(60_000) });
  say({ type: "waiting", count: 1 });
  localStorage.setItem("shop:cart", "3");
  document.body.replaceChildren();
  delete window.Majung;
  sessionStorage.clear();
  start(script());
  vi.advanceTimersByTime(500);
  const next = page();
  next.wake();
  expect(next.told[0]?.kept).toEqual({ "majung:k1:out:1": "{}" });
  next.say({ type: "waiting", count: 0 });
  expect(localStorage.getItem("majung:k1:waiting")).toBe(null);
});

test("it works where the page's storage is forbidden", () => {
  for (const name of ["localStorage", "sessionStorage"] as const) {
    vi.spyOn(window, name, "get").mockImplementation(() => {
      throw new DOMException("denied", "SecurityError");
    });
  }
  expect(() => window.localStorage).toThrow("denied");
  start(script());
  const { button, frame, say, told, wake } = page();
  button.click();
  expect(frame()!.hidden).toBe(false);
  wake();
  say({ type: "session", token: "tok" });
  say({ type: "keep", name: "a", value: "1" });
  wake();
  const last = told.filter((note) => note.type === "init").at(-1);
  expect(last).toMatchObject({ token: "tok", kept: { a: "1" } });
  vi.restoreAllMocks();
});
