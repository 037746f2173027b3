import { expect, test } from "vitest";
import { Source } from "../browser";
import { app, GREETING, Server, settle, stage } from "./visitor";
let server: Server;
stage((made) => (server = made));

test("a first visit shows the greeting; what is written is stored and shown once", async () => {
  const { made, kept, write, bubbles } = app();
  void made.begin("");
  await settle();
  expect(bubbles()).toEqual([GREETING]);
  write("택배가 안 왔어요");
  expect(bubbles()).toEqual([GREETING, "택배가 안 왔어요"]);
  expect(made.element.querySelector(".waiting .r")?.textContent).toBe("보내는 중");
  await settle();
  expect(bubbles()).toEqual([GREETING, "택배가 안 왔어요"]);
  expect(made.element.querySelector(".m.me .r")?.textContent).toMatch(/ · 보냄$/);
  expect(server.messages.map((one) => one.text)).toEqual(["택배가 안 왔어요"]);
  expect(kept).toEqual(["token-v1"]);
});

test("what is written before the session stands is sent when it does", async () => {
  server.refusals.set("session", [{ status: 0 }, { status: 503 }]);
  const { made, write, status } = app();
  void made.begin("");
  write("먼저 쓴 글");
  await settle(500);
  expect(status()).toBe("지금 서버에 닿지 않아요. 쓰신 글은 보관하고 있다가 이어지면 보낼게요.");
  await settle(6000);
  expect(server.messages.map((one) => one.text)).toEqual(["먼저 쓴 글"]);
  expect(status()).toBe("실시간 연결을 다시 잇고 있어요.");
  Source.open[0]!.hello("e", { "visitor:v1": 0 });
  expect(status()).toBe("");
});

test("a live signal brings the agent's answer; it is announced and receipted as read", async () => {
  const { made, bubbles, unread } = app();
  void made.begin("");
  await settle();
  Source.open[0]!.hello("e", { "visitor:v1": 0 });
  server.put("agent", "확인했어요");
  Source.open[0]!.signal("visitor:v1", "e", 1);
  await settle();
  expect(bubbles()).toEqual([GREETING, "확인했어요"]);
  expect(made.element.querySelector(".talk > .vh")?.textContent).toBe("한지우: 확인했어요");
  expect(server.paths("receipts")).toEqual([{ delivered: "m1", read: "m1" }]);
  expect(unread.at(-1)).toBe(0);
});

test("a member hears the answers to what was written signed in, and reads what was before", async () => {
  const { made, bubbles } = app();
  void made.begin("");
  await settle();
  server.put("agent", "다른 기기에서 한 말");
  server.signedIn = true;
  void made.identify("signed");
  await settle();
  expect(bubbles()).toEqual([GREETING, "다른 기기에서 한 말"]);
  Source.open[0]!.hello("e", { "visitor:v1": 0, "visitor:u1": 0 });
  server.put("agent", "확인했어요");
  Source.open[0]!.signal("visitor:u1", "e", 1);
  await settle();
  expect(bubbles()).toEqual([GREETING, "다른 기기에서 한 말", "확인했어요"]);
});

test("an answer nobody looks at is delivered, counted, and read later", async () => {
  const { made, unread } = app(false);
  server.put("agent", "답");
  void made.begin("");
  await settle();
  expect(server.paths("receipts")).toEqual([{ delivered: "m1" }]);
  expect(unread.at(-1)).toBe(1);
});

test("a refused message says why and can be sent again or deleted", async () => {
  server.refusals.set("messages", [{ status: 422, body: { detail: "이 글은 보낼 수 없어요." } }]);
  const { made, write, bubbles } = app();
  void made.begin("");
  await settle();
  write("나쁜 글");
  await settle();
  expect(made.element.querySelector(".failed .r")?.textContent).toBe(
    "못 보냈어요. 이 글은 보낼 수 없어요. 다시 보내기지우기",
  );
  made.element.querySelectorAll<HTMLElement>(".failed button")[1]!.click();
  expect(bubbles()).toEqual([GREETING]);
});

test("a session the server has forgotten is begun anew and the message still goes out", async () => {
  const { made, write } = app();
  void made.begin("old");
  await settle();
  server.refusals.set("messages", [{ status: 401, body: { code: "session_unknown" } }]);
  write("계속할게요");
  await settle(3000);
  expect(server.messages.map((one) => one.text)).toEqual(["계속할게요"]);
  expect(server.paths("session")).toHaveLength(2);
});

test("a forged identity is given up and told to the page; the stranger can still write", async () => {
  server.refusals.set("session", [{ status: 401, body: { code: "identity_forged" } }]);
  const { made, refused } = app();
  void made.begin("", "jwt");
  await settle();
  expect(refused).toEqual(["identity_forged"]);
  expect(server.paths("session").map((body) => body.identity)).toEqual(["jwt", undefined]);
});

test("another user's session is dropped before the new user's begins", async () => {
  server.refusals.set("session", [{ status: 401, body: { code: "identity_other_user" } }]);
  const { made, kept } = app();
  void made.begin("token-of-another", "jwt");
  await settle();
  const tokens = server.calls.filter((call) => call.path === "session").map((call) => call.token);
  expect(tokens).toEqual(["Bearer token-of-another", ""]);
  expect(server.paths("session").map((body) => body.identity)).toEqual(["jwt", "jwt"]);
  expect(kept).toEqual(["", "token-v1"]);
});

test("one user's unsent words are not sent as the next user's", async () => {
  server.signedIn = true;
  const { made, write, bubbles } = app();
  void made.begin("");
  await settle();
  server.refusals.set(
    "messages",
    Array.from({ length: 3 }, () => ({ status: 503 })),
  );
  write("첫 사람의 글");
  await settle();
  server.visitor = "v2";
  server.refusals.clear();
  void made.identify("jwt");
  await settle(60_000);
  expect(server.messages).toEqual([]);
  expect(bubbles()).toEqual([GREETING]);
});

test("a widget that is closed says so instead of trying for ever", async () => {
  server.refusals.set("session", [{ status: 404 }]);
  const { made, status } = app();
  void made.begin("");
  await settle(60_000);
  expect(status()).toBe("지금은 이 상담 창을 쓸 수 없어요.");
  expect(server.paths("session")).toHaveLength(1);
});

test("whoever comes after somebody left finds neither their draft nor their unsent words", async () => {
  server.refusals.set(
    "session",
    Array.from({ length: 9 }, () => ({ status: 0 })),
  );
  const first = app();
  void first.made.begin("");
  first.write("비밀이에요");
  const field = first.made.element.querySelector("textarea")!;
  field.value = "쓰다 만 비밀";
  field.dispatchEvent(new Event("input"));
  await settle();
  expect(first.waiting.at(-1)).toBe(1);
  server.refusals.clear();
  const next = app();
  next.made.forget();
  next.made.composer.restore();
  void next.made.begin("");
  await settle();
  expect(next.bubbles()).toEqual([GREETING]);
  expect(next.made.element.querySelector("textarea")!.value).toBe("");
  expect([next.waiting.at(-1), server.messages]).toEqual([0, []]);
});

test("what was asked for one person is not shown to the next, however late it comes", async () => {
  server.signedIn = true;
  server.put("agent", "반품 주소는 서울이에요", "", "cA");
  const { made, write, bubbles } = app();
  let arrives = (): void => undefined;
  const late = new Promise<void>((done) => (arrives = done));
  const answer = server.answer.bind(server);
  let isFirst = true;
  server.answer = async (url, init) => {
    const done = await answer(url, init);
    const waits = isFirst && url.endsWith("/home");
    if (waits) isFirst = false;
    if (waits) await late;
    return done;
  };
  void made.begin("");
  await settle(50);
  server.visitor = "v2";
  server.reset = true;
  server.messages = [];
  void made.identify("jwt");
  await settle(50);
  arrives();
  await settle(3000);
  expect(made.element.textContent).not.toContain("반품 주소");
  write("저는 다른 사람이에요");
  await settle(500);
  const [told] = server.paths("messages").filter((body) => body.text);
  expect(told).toMatchObject({ text: "저는 다른 사람이에요", conversation: "new" });
  expect(bubbles().at(-1)).toBe("저는 다른 사람이에요");
});

test("a conversation in which nothing was said leads home", async () => {
  server.put("agent", "어제 한 말");
  const answer = server.answer.bind(server);
  server.answer = (url, init) => {
    if (url.includes("/messages?")) server.messages = [];
    return answer(url, init);
  };
  const { made } = app();
  void made.begin("");
  await settle();
  const home = made.element.querySelector<HTMLElement>(".home")!;
  expect(home.hidden).toBe(false);
  expect(made.element.textContent).not.toContain("대화를 불러오는 중");
});

test("that somebody writes is shown in the conversation they write in, and in no other", async () => {
  server.put("agent", "네, 확인할게요");
  const { made } = app();
  void made.begin("");
  await settle();
  const source = Source.open[0]!;
  source.hello("e", { "visitor:v1": 0 });
  const typing = made.element.querySelector<HTMLElement>(".typing")!;
  const writes = (...ids: string[]): void =>
    source.say("signal", { topic: "visitor:v1", ids, kind: "typing" });
  writes("agent", "another");
  writes("agent");
  expect(typing.hidden).toBe(true);
  writes("agent", "c1");
  expect(typing.hidden).toBe(false);
});
