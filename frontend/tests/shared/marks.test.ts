// @vitest-environment node
import { expect, test } from "vitest";
import { advance, behind, parseMarks } from "../../src/shared/live/marks";

const PLAIN = new Map([
  ["a", { epoch: "e:1", n: 4 }],
  ["b", { epoch: "e:1", n: 0 }],
]);

test("marks are read as a hello, as text and as an attribute", () => {
  expect(parseMarks({ epoch: "e:1", marks: { a: 4, b: 0 } })).toEqual(PLAIN);
  expect(parseMarks({ a: "e:1:4", b: "e:1:0" })).toEqual(PLAIN);
  expect(parseMarks('{"epoch": "e:1", "marks": {"a": 4, "b": 0}}')).toEqual(PLAIN);
});

test("what is not a mark is left out", () => {
  expect(parseMarks("not json")).toEqual(new Map());
  expect(parseMarks(null)).toEqual(new Map());
  expect(parseMarks({ a: "7", b: null, c: "e:x" })).toEqual(new Map());
});

test("content is behind after a signal, in another epoch, and when never read", () => {
  const seen = { epoch: "e", n: 5 };
  expect(behind({ epoch: "e", n: 5 }, seen)).toBe(false);
  expect(behind({ epoch: "e", n: 6 }, seen)).toBe(false);
  expect(behind({ epoch: "e", n: 4 }, seen)).toBe(true);
  expect(behind({ epoch: "d", n: 9 }, seen)).toBe(true);
  expect(behind(undefined, seen)).toBe(true);
  expect(behind({ epoch: "e", n: 4 }, undefined)).toBe(false);
});

test("a mark never goes back within an epoch and starts anew in the next", () => {
  const marks = new Map([["a", { epoch: "e", n: 5 }]]);
  advance(marks, "a", { epoch: "e", n: 3 });
  expect(marks.get("a")).toEqual({ epoch: "e", n: 5 });
  advance(marks, "a", { epoch: "f", n: 1 });
  expect(marks.get("a")).toEqual({ epoch: "f", n: 1 });
});
