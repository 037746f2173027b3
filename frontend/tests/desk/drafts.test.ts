import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Draft, type Saved } from "../../src/desk/composer/drafts";

const key = { value: "k", isPressed: false };
const place = { url: "/desk/c/1/draft", agent: "a", conversation: "1", key };
let answer: () => Response;

function draft(): Draft {
  return new Draft("reply", place, () => undefined);
}

const saved = (text: string, mark = "m9"): Saved => ({ kind: "reply", text, files: [], mark });

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  answer = () => Response.json({ mark: "m1" });
  vi.stubGlobal("fetch", () => Promise.resolve(answer()));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function leave(text: string): Promise<void> {
  const old = draft();
  old.put({ text, files: [] });
  await old.flush({ leaving: true });
}

test("a page made just before the last words were saved shows them all the same", async () => {
  await leave("두고 간 글");
  const next = draft();
  next.restore(undefined);
  expect(next.content.text).toBe("두고 간 글");
});

test("what the server has counts once the last words were saved there", async () => {
  await leave("두고 간 글");
  const next = draft();
  next.restore(saved("전화기에서 이어 쓴 글"));
  expect([next.content.text, next.elsewhere]).toEqual(["전화기에서 이어 쓴 글", null]);
  expect(localStorage).toHaveLength(0);
});

test("what was sent elsewhere later does not come back", async () => {
  await leave("두고 간 글");
  await vi.advanceTimersByTimeAsync(60_000);
  const next = draft();
  next.restore(undefined);
  expect(next.content.text).toBe("");
});

test("what could not be saved is kept and saved when one is back, however late", async () => {
  answer = () => new Response("", { status: 503 });
  await leave("터널에서 쓴 글");
  await vi.advanceTimersByTimeAsync(60_000);
  const next = draft();
  next.restore(undefined);
  expect(next.content.text).toBe("터널에서 쓴 글");
  answer = () => Response.json({ mark: "m2" });
  await vi.advanceTimersByTimeAsync(20_000);
  expect(localStorage).toHaveLength(0);
});

test("once its place is gone, what it has is saved, and nothing else comes in", async () => {
  const old = draft();
  old.put({ text: "쓰던 글", files: [] });
  old.close();
  old.put({ text: "", files: [] });
  expect(old.content.text).toBe("쓰던 글");
  await old.flush();
  expect(localStorage).toHaveLength(0);
});
