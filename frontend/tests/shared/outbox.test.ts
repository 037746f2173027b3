import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Outbox, type Entry, type Outcome } from "../../src/shared/outbox";
import { safeStore } from "../../src/shared/storage";
import { browser } from "../browser";

const open: Outbox<string>[] = [];
const settle = (ms = 10): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

/** The server: stores one message for a key, answers as it is told. */
class Server {
  readonly stored: string[] = [];
  readonly asked: string[] = [];
  answers: (Outcome<string> | "crash after storing")[] = [];
  private readonly keys = new Set<string>();

  send(entry: Entry): Promise<Outcome<string>> {
    this.asked.push(entry.text);
    const answer = this.answers.shift();
    if (answer && answer !== "crash after storing") return Promise.resolve(answer);
    if (!this.keys.has(entry.key)) this.stored.push(entry.text);
    this.keys.add(entry.key);
    if (answer) return Promise.reject(new Error("connection lost"));
    return Promise.resolve({ kind: "sent", message: entry.key });
  }
}

function box(server: Server, seen: string[] = []): Outbox<string> {
  const made = new Outbox<string>({
    box: "k",
    store: safeStore(),
    send: (entry) => server.send(entry),
    sent: (_, entry) => seen.push(entry.text),
    changed: () => undefined,
  });
  open.push(made);
  return made;
}

const message = (text: string) => ({ text, files: [], page: null });
const texts = (outbox: Outbox<string>): string[] => outbox.entries().map((entry) => entry.text);

beforeEach(() => {
  vi.useFakeTimers();
  browser();
  localStorage.clear();
});

afterEach(() => {
  open.splice(0).forEach((outbox) => outbox.close());
  vi.useRealTimers();
});

test("where Web Locks are forbidden messages go out all the same", async () => {
  browser({ locks: "forbidden" });
  const server = new Server();
  const outbox = box(server);
  outbox.claim("v");
  ["하나", "둘"].forEach((text) => outbox.add(message(text)));
  await settle();
  expect(server.stored).toEqual(["하나", "둘"]);
});

test("messages go out in order, one after another, and leave when answered", async () => {
  const server = new Server();
  const seen: string[] = [];
  const outbox = box(server, seen);
  outbox.claim("v");
  ["하나", "둘", "셋"].forEach((text) => outbox.add(message(text)));
  expect(texts(outbox)).toEqual(["하나", "둘", "셋"]);
  await settle();
  expect(server.stored).toEqual(["하나", "둘", "셋"]);
  expect(seen).toEqual(["하나", "둘", "셋"]);
  expect(texts(outbox)).toEqual([]);
});

test("nothing is sent before it is known who writes", async () => {
  const server = new Server();
  const outbox = box(server);
  outbox.add(message("안녕하세요"));
  await settle(60_000);
  expect(server.asked).toEqual([]);
  outbox.claim("v");
  await settle();
  expect(server.stored).toEqual(["안녕하세요"]);
});

test("a lost answer is asked again with the same key: one message", async () => {
  const server = new Server();
  server.answers = ["crash after storing", { kind: "later" }];
  const outbox = box(server);
  outbox.claim("v");
  outbox.add(message("한 번만"));
  await settle();
  expect(texts(outbox)).toEqual(["한 번만"]);
  await settle(10_000);
  expect(server.asked).toHaveLength(3);
  expect(server.stored).toEqual(["한 번만"]);
  expect(texts(outbox)).toEqual([]);
});

test("what waits survives a reload and keeps its order and keys", async () => {
  const server = new Server();
  server.answers = [{ kind: "later" }];
  const before = box(server);
  before.claim("v");
  const keys = ["하나", "둘"].map((text) => before.add(message(text)).key);
  await settle();
  before.close();
  const after = box(server);
  expect(after.entries().map((entry) => entry.key)).toEqual([]);
  after.claim("v");
  expect(after.entries().map((entry) => entry.key)).toEqual(keys);
  await settle(10_000);
  expect(server.stored).toEqual(["하나", "둘"]);
});

test("order is kept when the clock is set back", () => {
  const outbox = box(new Server());
  outbox.add(message("하나"));
  vi.setSystemTime(Date.now() - 86_400_000);
  outbox.add(message("둘"));
  expect(texts(outbox)).toEqual(["하나", "둘"]);
});

test("two tabs send each message once, one tab at a time", async () => {
  const server = new Server();
  const [one, two] = [box(server), box(server)];
  one.claim("v");
  two.claim("v");
  one.add(message("하나"));
  two.add(message("둘"));
  await settle();
  expect(server.asked).toEqual(["하나", "둘"]);
  expect(server.stored).toEqual(["하나", "둘"]);
});

test("a refused message stays with its reason, lets the next pass, and can be sent again", async () => {
  const server = new Server();
  server.answers = [{ kind: "refused", reason: "너무 길어요" }];
  const outbox = box(server);
  outbox.claim("v");
  const { key } = outbox.add(message("긴 글"));
  outbox.add(message("다음"));
  await settle(60_000);
  expect(server.stored).toEqual(["다음"]);
  expect(outbox.entries().map((entry) => entry.refused)).toEqual(["너무 길어요"]);
  outbox.resend(key);
  await settle();
  expect(server.stored).toEqual(["다음", "긴 글"]);
});

test("a refused message can be deleted", async () => {
  const server = new Server();
  server.answers = [{ kind: "refused", reason: "안 돼요" }];
  const outbox = box(server);
  outbox.claim("v");
  const { key } = outbox.add(message("지울 글"));
  await settle();
  outbox.remove(key);
  expect(texts(outbox)).toEqual([]);
});

test("a server that asks for patience gets it", async () => {
  const server = new Server();
  server.answers = [{ kind: "later", after: 20_000 }];
  const outbox = box(server);
  outbox.claim("v");
  outbox.add(message("천천히"));
  await settle(19_000);
  expect(server.asked).toHaveLength(1);
  await settle(2000);
  expect(server.stored).toEqual(["천천히"]);
});

test("the network's return sends at once", async () => {
  const server = new Server();
  server.answers = [{ kind: "later", after: 600_000 }];
  const outbox = box(server);
  outbox.claim("v");
  outbox.add(message("돌아왔어요"));
  await settle(1000);
  window.dispatchEvent(new Event("online"));
  await settle();
  expect(server.stored).toEqual(["돌아왔어요"]);
});

test("what history shows is no longer on its way", () => {
  const outbox = box(new Server());
  const { key } = outbox.add(message("이미 있어요"));
  outbox.seen(["", "unknown", key]);
  expect(texts(outbox)).toEqual([]);
});

test("another person's messages are neither shown nor sent", async () => {
  const server = new Server();
  server.answers = [{ kind: "later" }];
  const outbox = box(server);
  outbox.claim("first");
  outbox.add(message("비밀"));
  await settle();
  outbox.claim("second");
  await settle(60_000);
  expect(texts(outbox)).toEqual([]);
  expect(server.stored).toEqual([]);
  outbox.claim("third", "first");
  await settle();
  expect(server.stored).toEqual(["비밀"]);
});

test("it works where storage is full or forbidden, as long as the page lives", async () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const server = new Server();
  const outbox = box(server);
  outbox.add(message("메모리에"));
  expect(texts(outbox)).toEqual(["메모리에"]);
  outbox.claim("v");
  await settle();
  expect(server.stored).toEqual(["메모리에"]);
});

test("what somebody wrote before anyone knew them is dropped when they leave", () => {
  const outbox = box(new Server());
  outbox.add(message("아무도 모르게"));
  expect([outbox.waiting, texts(outbox)]).toEqual([1, ["아무도 모르게"]]);
  outbox.disown();
  expect([outbox.waiting, texts(outbox)]).toEqual([0, []]);
});

test("leaving keeps what a known person has on the way, and shows it to nobody else", () => {
  const server = new Server();
  server.answers = [{ kind: "later" }];
  const outbox = box(server);
  outbox.claim("v1");
  outbox.add(message("회원의 글"));
  outbox.disown();
  const next = box(server);
  expect(next.waiting).toBe(1);
  next.claim("v2");
  expect([next.waiting, texts(next)]).toEqual([0, []]);
});
