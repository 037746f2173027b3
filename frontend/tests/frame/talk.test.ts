// @vitest-environment node
import { expect, test } from "vitest";
import type { Message, Page } from "../../src/frame/api";
import { Talk } from "../../src/frame/talk";

function message(n: number, over: Partial<Message> = {}): Message {
  return {
    id: `m${n}`,
    cursor: String(n),
    key: "",
    conversation: "c1",
    from: "agent",
    author: { name: "한지우" },
    text: `글 ${n}`,
    files: [],
    at: new Date(Date.UTC(2026, 10, 20, 7, n)).toISOString(),
    state: "sent",
    ...over,
  };
}

const page = (from: number, to: number, more: boolean): Page => ({
  messages: Array.from({ length: to - from + 1 }, (_, at) => message(from + at)),
  more,
});
const ids = (talk: Talk): string[] => talk.messages.map((one) => one.id);
const range = (from: number, to: number): string[] =>
  page(from, to, false).messages.map((m) => m.id);

test("the newest page comes after what was read further up, and tells what is new", () => {
  const talk = new Talk();
  talk.latest(page(5, 8, true));
  talk.older(page(2, 4, false));
  const fresh = talk.latest(page(6, 10, true));
  expect(ids(talk)).toEqual(range(2, 10));
  expect(fresh.map((one) => one.id)).toEqual(["m9", "m10"]);
  expect(talk.more).toBe(false);
});

test("after a long sleep the hole is not papered over", () => {
  const talk = new Talk();
  talk.latest(page(1, 3, false));
  talk.latest(page(50, 60, true));
  expect(ids(talk)).toEqual(range(50, 60));
  expect(talk.more).toBe(true);
});

test("a message answered while an older page was on its way stays", () => {
  const talk = new Talk();
  talk.latest(page(1, 3, false));
  talk.put(message(4));
  talk.latest(page(1, 3, false));
  expect(ids(talk)).toEqual(range(1, 4));
});

test("nothing is shown twice", () => {
  const talk = new Talk();
  talk.put(message(3));
  talk.put(message(3));
  talk.latest(page(1, 3, true));
  talk.older(page(0, 1, false));
  expect(ids(talk)).toEqual(range(0, 3));
});

test("a state never goes back", () => {
  const talk = new Talk();
  talk.put(message(1, { from: "customer", state: "read" }));
  talk.latest({ messages: [message(1, { from: "customer", state: "delivered" })], more: false });
  expect(talk.messages.map((one) => one.state)).toEqual(["read"]);
});

test("reading counts agents' messages up to the one that was seen", () => {
  const talk = new Talk();
  talk.latest(page(1, 3, false));
  talk.put(message(4, { from: "customer" }));
  talk.read("m2");
  expect(talk.unread().map((one) => one.id)).toEqual(["m3"]);
  expect(talk.lastFromAgent()?.id).toBe("m3");
});
