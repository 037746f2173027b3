// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { accentScale, contrast, parseColour, type Oklch } from "../../src/shared/colour";

const TEXT = 4.5;
const ICON = 3;
const css = readFileSync("src/styles/tokens.css", "utf8");

function both(value: string): [Oklch, Oklch] {
  const [day, night] = [...value.matchAll(/oklch\([^)]*\)/g)].map(([one]) => parseColour(one)!);
  return [day!, night!];
}

const tokens = new Map(
  [...css.matchAll(/(--[\w-]+): (light-dark\(.*\));/g)].map(([, name, value]) => [
    name!.slice(2),
    both(value!),
  ]),
);

const pairs: [text: string, grounds: string[], least: number][] = [
  ["ink", ["paper", "surface", "sunken", "note", "accent-soft", "wait-soft", "late-soft"], TEXT],
  ["ink", ["done-soft"], TEXT],
  ["ink-2", ["paper", "surface", "sunken", "note"], TEXT],
  ["ink-3", ["paper", "surface", "sunken"], TEXT],
  ["accent", ["paper", "surface", "accent-soft"], TEXT],
  ["accent-ink", ["accent"], TEXT],
  ["wait", ["surface", "paper", "wait-soft"], TEXT],
  ["late", ["surface", "paper", "late-soft"], TEXT],
  ["done", ["surface", "paper", "done-soft"], TEXT],
  ["paper", ["ink"], TEXT],
  ["focus", ["paper", "surface", "sunken"], ICON],
  ["edge", ["surface"], ICON],
];

const cases = pairs.flatMap(([text, grounds, least]) =>
  grounds.flatMap((ground) => [0, 1].map((side) => ({ text, ground, side: side as 0 | 1, least }))),
);

test.each(cases)("$text on $ground, side $side, has $least:1", ({ text, ground, side, least }) => {
  expect(contrast(tokens.get(text)![side], tokens.get(ground)![side])).toBeGreaterThanOrEqual(
    least,
  );
});

test("contrast and colours are those of the standard", () => {
  const [black, white] = [parseColour("#000")!, parseColour("#ffffff")!];
  expect(contrast(black, white)).toBeCloseTo(21, 1);
  // https://www.w3.org/TR/WCAG22/ : #767676 is the lightest grey with 4.5 on white.
  expect(contrast(parseColour("#767676")!, white)).toBeCloseTo(4.54, 2);
  expect(parseColour("#ff0000")!.h).toBeCloseTo(29.23, 1);
  expect(parseColour("red; background: url(x)")).toBe(null);
});

test.each(["#ffdd00", "#ff0000", "#0b6b63", "#ffffff", "#000000", "#7c3aed", "oklch(0.8 0.2 140)"])(
  "a brand in %s stays readable in light and dark",
  (brand) => {
    const scale = accentScale(parseColour(brand)!);
    const [accent, ink, soft] = ["--accent", "--accent-ink", "--accent-soft"].map((name) =>
      both(scale[name]!),
    );
    for (const side of [0, 1] as const) {
      for (const ground of [ink![side], soft![side], tokens.get("surface")![side]]) {
        expect(contrast(accent![side], ground)).toBeGreaterThanOrEqual(TEXT);
      }
    }
  },
);
