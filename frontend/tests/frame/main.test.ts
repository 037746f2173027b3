import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { browser } from "../browser";

const told: string[] = [];
const page = { postMessage: (note: { type: string }) => told.push(note.type) };

beforeEach(async () => {
  browser();
  vi.stubGlobal("parent", page);
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  Object.assign(document.body.dataset, {
    key: "k",
    api: "/widget/k",
    locale: "ko",
    origins: '["*"]',
  });
  document.body.innerHTML = '<div id="app"></div>';
  await import("../../src/frame/main");
  const event = new MessageEvent("message", { data: { majung: 1, type: "init" } });
  Object.defineProperties(event, { source: { value: page }, origin: { value: "https://shop" } });
  window.dispatchEvent(event);
  told.length = 0;
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("Escape closes the talk, but not while a syllable is put together, in any browser", () => {
  const escape = (init: KeyboardEventInit & { keyCode?: number } = {}): void => {
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", ...init }));
  };
  escape({ isComposing: true });
  escape({ keyCode: 229 });
  expect(told).not.toContain("close");
  escape();
  expect(told).toContain("close");
});
