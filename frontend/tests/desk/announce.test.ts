import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { announce, announcer } from "../../src/desk/announce";

beforeEach(() => {
  vi.useFakeTimers();
  document.body.replaceChildren();
});

afterEach(() => vi.useRealTimers());

test("two things at once are both said, each once, and can be said again later", () => {
  const place = announcer();
  announce("박서연 님이 함께 보고 있어요");
  announce("김하늘: 안녕하세요");
  announce("김하늘: 안녕하세요");
  announce("");
  expect([...place.children].map((line) => line.textContent)).toEqual([
    "박서연 님이 함께 보고 있어요",
    "김하늘: 안녕하세요",
  ]);
  vi.advanceTimersByTime(1100);
  expect(place.textContent).toBe("");
  announce("김하늘: 안녕하세요");
  expect(place.textContent).toBe("김하늘: 안녕하세요");
  expect(document.querySelectorAll("#announcer")).toHaveLength(1);
});
