import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUpPalette } from "../../src/desk/palette";

const OPTIONS = `<div role="group"><h3>메시지</h3>
  <a role="option" aria-selected="false" href="#one">하나</a>
  <a role="option" aria-selected="false" href="#two">둘</a></div>`;

let asked: string[] = [];
let answer: () => Response;
const settle = (ms = 200): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function key(name: string, init: KeyboardEventInit = {}): void {
  const target = document.querySelector(".palette input") ?? document.body;
  const event = new KeyboardEvent("keydown", {
    key: name,
    bubbles: true,
    cancelable: true,
    ...init,
  });
  target.dispatchEvent(event);
}

function type(text: string): void {
  const input = document.querySelector<HTMLInputElement>(".palette input")!;
  input.value = text;
  input.dispatchEvent(new Event("input"));
}

const shown = (): string[] =>
  [...document.querySelectorAll("[role=option]")].map((one) => one.textContent.trim());
const chosen = (): string =>
  document.querySelector("[role=option][aria-selected=true]")?.textContent.trim() ?? "";

let isSetUp = false;

beforeEach(() => {
  vi.useFakeTimers();
  document.documentElement.lang = "ko";
  document.body.dataset.palette = "/desk/palette";
  asked = [];
  answer = () => new Response(OPTIONS);
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(decodeURIComponent(url));
    return Promise.resolve(answer());
  });
  // The listeners are the document's, which all tests share.
  if (!isSetUp) setUpPalette();
  isSetUp = true;
});

afterEach(() => {
  document.querySelector<HTMLDialogElement>(".palette")?.close();
  document.body.replaceChildren();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("Ctrl+K opens it once, with the places; arrows go round", async () => {
  key("k", { ctrlKey: true });
  key("k", { ctrlKey: true });
  await settle();
  expect(document.querySelectorAll(".palette")).toHaveLength(1);
  expect(asked).toEqual(["/desk/palette?q="]);
  expect([shown(), chosen()]).toEqual([["하나", "둘"], "하나"]);
  key("ArrowDown");
  expect(chosen()).toBe("둘");
  key("ArrowDown");
  expect(chosen()).toBe("하나");
  key("ArrowUp");
  const input = document.querySelector(".palette input")!;
  expect(document.getElementById(input.getAttribute("aria-activedescendant")!)?.textContent).toBe(
    "둘",
  );
});

test("what is typed quickly is asked for once, and not while a syllable is made", async () => {
  key("k", { metaKey: true });
  await settle();
  type("환");
  await settle(50);
  type("환불");
  await settle();
  expect(asked).toEqual(["/desk/palette?q=", "/desk/palette?q=환불"]);
  const before = chosen();
  key("ArrowDown", { isComposing: true });
  expect(chosen()).toBe(before);
});

test("what the page can do is found by its label and done", async () => {
  const done = vi.fn();
  const button = document.createElement("button");
  button.dataset.hotkey = "e";
  button.dataset.hotkeyLabel = "상담 마치기";
  button.checkVisibility = () => true;
  button.addEventListener("click", done);
  document.body.append(button);
  answer = () => new Response("");
  key("k", { ctrlKey: true });
  await settle();
  type("마치");
  await settle();
  expect(shown()).toEqual(["상담 마치기E"]);
  key("Enter");
  expect(done).toHaveBeenCalledTimes(1);
  expect(document.querySelector(".palette")).toBe(null);
});

test("Enter pressed before the answer waits for it", async () => {
  key("k", { ctrlKey: true });
  await settle();
  const go = vi.fn();
  vi.stubGlobal("location", { assign: go });
  answer = () => new Response('<a role="option" href="#right">맞는 줄</a>');
  type("맞는");
  key("Enter");
  expect(go).not.toHaveBeenCalled();
  await settle();
  expect(String(go.mock.calls[0]?.[0])).toMatch(/#right$/);
});

test("a server out of reach is said", async () => {
  answer = () => {
    throw new TypeError("offline");
  };
  key("k", { ctrlKey: true });
  await settle();
  expect(document.querySelector(".palette .none")?.textContent).toContain("서버에 닿지 않아요");
});
