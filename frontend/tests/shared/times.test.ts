// @vitest-environment node
import { expect, test } from "vitest";
import { ago, clock, dayKey, dayText, exact } from "../../src/shared/times";

const ZONE = "Asia/Seoul";
const now = new Date("2026-11-20T08:00:00Z");
const at = (text: string): Date => new Date(text);

test.each([
  ["2026-11-20T07:59:30Z", "방금", "now"],
  ["2026-11-20T08:00:20Z", "방금", "now"],
  ["2026-11-20T07:56:00Z", "4분", "4m"],
  ["2026-11-20T05:00:00Z", "3시간", "3h"],
  ["2026-11-19T14:00:00Z", "어제", "yesterday"],
  ["2026-11-18T16:00:00Z", "어제", "yesterday"],
  ["2026-11-18T14:00:00Z", "11월 18일", "Nov 18"],
  ["2025-03-02T03:00:00Z", "2025년 3월 2일", "Mar 2, 2025"],
  ["2026-11-20T12:30:00Z", "21:30", "21:30"],
  ["2026-11-22T12:30:00Z", "11월 22일", "Nov 22"],
])("%s is %s", (text, korean, english) => {
  expect(ago(at(text), now, "ko", ZONE)).toBe(korean);
  expect(ago(at(text), now, "en", ZONE)).toBe(english);
});

test("days are those of the zone", () => {
  expect(dayKey(at("2026-11-19T15:30:00Z"), ZONE)).toBe("2026-11-20");
  expect(dayText(at("2026-11-19T15:30:00Z"), now, "ko", ZONE)).toBe("오늘");
  expect(dayText(at("2026-11-19T14:30:00Z"), now, "ko", ZONE)).toBe("어제");
  expect(dayText(at("2026-11-10T14:30:00Z"), now, "en", ZONE)).toBe("Tuesday, November 10");
});

test("the clock has 24 hours in both languages", () => {
  expect(clock(at("2026-11-20T07:58:00Z"), "ko", ZONE)).toBe("16:58");
  expect(clock(at("2026-11-19T15:05:00Z"), "en", ZONE)).toBe("00:05");
});

test("the exact time names the day and the second", () => {
  expect(exact(at("2026-11-20T07:58:03Z"), "ko", ZONE)).toMatch(
    /^2026년 11월 20일 금요일 16.*58.*3/,
  );
});
