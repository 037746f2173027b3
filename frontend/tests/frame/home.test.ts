import { expect, test } from "vitest";
import type { App } from "../../src/frame/app";
import { Source } from "../browser";
import { app, GREETING, Server, settle, stage } from "./visitor";
let server: Server;
stage((made) => (server = made));

const rows = (made: App): string[] =>
  [...made.element.querySelectorAll(".recent .last")].map((one) => one.textContent);
const button = (made: App, name: string): HTMLElement =>
  [...made.element.querySelectorAll<HTMLElement>("button")].find(
    (one) => (one.getAttribute("aria-label") ?? one.textContent) === name,
  )!;

test("home says whether somebody is there, how long it takes, and lists one's own talks", async () => {
  server.opening = {
    open: true,
    until: new Date(Date.now() + 60_000).toISOString(),
    text: "지금 상담 중이에요 · 오늘 18:00까지",
    wait: { text: "보통 4분 안에 답해요" },
  };
  server.put("customer", "지난 상담", "", "c1");
  server.closed.add("c1");
  const { made, bubbles } = app();
  void made.begin("");
  await settle();
  expect(made.element.querySelector(".opening")?.textContent).toBe(
    "지금 상담 중이에요 · 오늘 18:00까지보통 4분 안에 답해요",
  );
  expect(rows(made)).toEqual(["나: 지난 상담"]);
  made.element.querySelector<HTMLElement>(".recent button")!.click();
  await settle();
  expect(bubbles()).toEqual([GREETING, "지난 상담"]);
  const asked = server.calls.filter((call) => call.path === "home").length;
  button(made, "처음 화면").click();
  await settle(61_000);
  expect(server.calls.filter((call) => call.path === "home").length).toBeGreaterThan(asked + 1);
});

test("a new talk begins with the next words, and what is written at once joins it", async () => {
  server.put("customer", "먼저 한 말", "", "c1");
  const { made, write, bubbles } = app();
  void made.begin("");
  await settle();
  expect(bubbles()).toEqual([GREETING, "먼저 한 말"]);
  button(made, "처음 화면").click();
  await settle();
  button(made, "새 상담").click();
  await settle();
  expect(bubbles()).toEqual([GREETING]);
  write("다른 일이에요");
  write("하나 더요");
  await settle();
  expect(server.messages.map((one) => [one.text, one.conversation])).toEqual([
    ["먼저 한 말", "c1"],
    ["다른 일이에요", "c2"],
    ["하나 더요", "c2"],
  ]);
  const sent = server.paths("messages").filter((body) => body.text);
  expect(sent.map((body) => body.conversation)).toEqual(["new", "c2"]);
  expect(bubbles()).toEqual([GREETING, "다른 일이에요", "하나 더요"]);
  button(made, "처음 화면").click();
  await settle();
  expect(rows(made)).toEqual(["나: 하나 더요", "나: 먼저 한 말"]);
});

test("what is written at home begins a new talk", async () => {
  server.put("customer", "지난 상담", "", "c1");
  server.closed.add("c1");
  const { made, write, bubbles } = app();
  void made.begin("");
  await settle();
  write("안녕하세요");
  expect(bubbles()).toEqual([GREETING, "안녕하세요"]);
  await settle();
  expect(server.messages.at(-1)?.conversation).toBe("c2");
});

test("an answer that comes before its conversation has a name here is shown", async () => {
  const { made, write, bubbles } = app();
  void made.begin("");
  await settle();
  Source.open[0]!.hello("e", { "visitor:v1": 0 });
  server.slow = async () => {
    server.put("agent", "지금은 상담 시간이 아니에요");
    Source.open[0]!.signal("visitor:v1", "e", 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
  };
  write("계세요?");
  await settle(1000);
  expect(bubbles()).toEqual([GREETING, "계세요?", "지금은 상담 시간이 아니에요"]);
});

test("what another tab has on its way is followed into the talk that it begins", async () => {
  const { made, bubbles } = app();
  void made.begin("");
  await settle();
  Source.open[0]!.hello("e", { "visitor:v1": 0 });
  const name = "majung:k:out:key-1";
  const waiting = { key: "key-1", owner: "v1", seq: 1, text: "첫 탭에서", files: [], page: null };
  const entry = {
    ...waiting,
    conversation: "new:1",
    sent_at: "2026-11-20T07:00:00Z",
    refused: null,
  };
  localStorage.setItem(name, JSON.stringify(entry));
  server.put("customer", "첫 탭에서", "key-1", "c1");
  // The signal comes before the other tab has its answer.
  Source.open[0]!.signal("visitor:v1", "e", 1);
  await settle();
  localStorage.removeItem(name);
  window.dispatchEvent(new StorageEvent("storage", { key: name }));
  await settle();
  expect(bubbles()).toEqual([GREETING, "첫 탭에서"]);
});

test("an answer in another talk is counted, and one's own place stays", async () => {
  server.put("customer", "하나", "", "c1");
  server.put("customer", "둘", "", "c2");
  const { made, bubbles, unread } = app();
  void made.begin("");
  await settle();
  Source.open[0]!.hello("e", { "visitor:v1": 0 });
  server.put("agent", "하나의 답", "", "c1");
  Source.open[0]!.signal("visitor:v1", "e", 1);
  await settle();
  expect(bubbles()).toEqual([GREETING, "둘"]);
  expect(unread.at(-1)).toBe(1);
});

test("an automatic message is the brand's, and nobody's name stands above the talk", async () => {
  server.put("customer", "계세요?");
  server.messages.push({ ...server.put("agent", "내일 열어요"), automatic: true, id: "a1" });
  server.messages.splice(1, 1);
  const { made } = app();
  void made.begin("");
  await settle();
  expect(made.element.querySelector(".m .name")?.textContent).toBe("한지우 · 자동 안내");
  expect(made.element.querySelector<HTMLElement>(".title small")?.hidden).toBe(true);
});
