import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { safeStore } from "../../src/shared/storage";

beforeEach(() => localStorage.clear());
afterEach(() => vi.restoreAllMocks());

function forbid(): void {
  vi.spyOn(window, "localStorage", "get").mockImplementation(() => {
    throw new DOMException("denied", "SecurityError");
  });
}

test("where storage is allowed nothing is kept elsewhere", () => {
  const elsewhere = vi.fn();
  const store = safeStore(elsewhere);
  store.set("a", "1");
  store.remove("a");
  expect(elsewhere).not.toHaveBeenCalled();
});

test("where storage is forbidden a value outlives the page elsewhere", () => {
  forbid();
  const kept: Record<string, string> = {};
  const elsewhere = (key: string, value: string): void => void (kept[key] = value);
  const store = safeStore(elsewhere);
  store.set("a", "1");
  store.set("b", "2");
  store.remove("b");
  expect(kept).toEqual({ a: "1", b: "" });
  const next = safeStore(elsewhere);
  next.take({ a: "1" });
  expect([next.keys(), next.get("a")]).toEqual([["a"], "1"]);
  next.remove("a");
  expect(kept.a).toBe("");
});

test("a full storage keeps what does not fit elsewhere", () => {
  const kept: Record<string, string> = {};
  const real = window.localStorage;
  let full = true;
  const tight = {
    get length() {
      return real.length;
    },
    key: (at: number) => real.key(at),
    getItem: (key: string) => real.getItem(key),
    removeItem: (key: string) => real.removeItem(key),
    setItem: (key: string, value: string) => {
      if (full) throw new DOMException("full", "QuotaExceededError");
      real.setItem(key, value);
    },
  };
  vi.spyOn(window, "localStorage", "get").mockReturnValue(tight as Storage);
  const store = safeStore((key, value) => void (kept[key] = value));
  store.set("a", "1");
  expect([kept.a, store.get("a")]).toEqual(["1", "1"]);
  full = false;
  store.set("a", "2");
  expect([kept.a, real.getItem("a")]).toEqual(["", "2"]);
});

test("what was kept elsewhere moves in once storage is allowed; what is here is newer", () => {
  const kept: Record<string, string> = { a: "old", b: "2" };
  localStorage.setItem("a", "new");
  const store = safeStore((key, value) => void (kept[key] = value));
  store.take({ ...kept });
  expect([store.get("a"), localStorage.getItem("b"), kept.b]).toEqual(["new", "2", ""]);
});
