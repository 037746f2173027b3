// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contrast, parseColour, type Oklch } from "../colour";

const TEXT = 4.5;
const DRAWN = 3;
const folder = "src/styles/";
const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
  name.endsWith(".css"),
);
const sheets = names.map((name) => readFileSync(folder + name, "utf8"));

function both(value: string): [Oklch, Oklch] {
  const [day, night] = [...value.matchAll(/oklch\([^)]*\)/g)].map(([one]) => parseColour(one)!);
  return [day!, night!];
}

const tokens = new Map(
  [
    ...readFileSync(`${folder}tokens.css`, "utf8").matchAll(
      /(--[\w-]+): (light-dark\(oklch.*oklch.*\));/g,
    ),
  ].map(([, name, value]) => [name!.slice(2), both(value!)]),
);

const PLAIN = ["paper", "surface", "sunken"];
const SOFT = ["accent-soft", "wait-soft", "late-soft", "done-soft", "note"];
// What stands on what. A colour or a ground that a sheet uses and that is missing here fails below.
const USED: Record<string, { grounds: string[]; least: number }> = {
  ink: { grounds: [...PLAIN, ...SOFT], least: TEXT },
  "ink-2": { grounds: [...PLAIN, ...SOFT], least: TEXT },
  "ink-3": { grounds: [...PLAIN, "note", "accent-soft"], least: TEXT },
  accent: { grounds: [...PLAIN, "accent-soft", "note"], least: TEXT },
  "accent-ink": { grounds: ["accent"], least: TEXT },
  wait: { grounds: [...PLAIN, "wait-soft"], least: TEXT },
  late: { grounds: [...PLAIN, "late-soft", "note"], least: TEXT },
  done: { grounds: [...PLAIN, "done-soft"], least: TEXT },
  paper: { grounds: ["ink"], least: TEXT },
  surface: { grounds: ["late"], least: TEXT },
  focus: { grounds: [...PLAIN, ...SOFT], least: DRAWN },
  edge: { grounds: ["surface", "paper"], least: DRAWN },
};
const SIDES = [
  [0, "light"],
  [1, "dark"],
] as const;

const cases = Object.entries(USED).flatMap(([text, { grounds, least }]) =>
  grounds.flatMap((ground) => SIDES.map(([side, name]) => ({ text, ground, side, name, least }))),
);

test.each(cases)("$text on $ground has $least:1 in $name", ({ text, ground, side, least }) => {
  expect(contrast(tokens.get(text)![side], tokens.get(ground)![side])).toBeGreaterThanOrEqual(
    least,
  );
});

function named(property: RegExp): string[] {
  const found = sheets.flatMap((css) => [...css.matchAll(property)].map(([, name]) => name!));
  return [...new Set(found)].sort();
}

test("every colour of a text and every ground in the sheets is measured", () => {
  const grounds = new Set(Object.values(USED).flatMap((one) => one.grounds));
  const texts = named(/[^-]color: var\(--([\w-]+)\)/g);
  expect(texts.filter((name) => !(name in USED))).toEqual([]);
  expect(texts.length).toBeGreaterThan(8);
  const under = named(/background(?:-color)?: var\(--([\w-]+)\)/g);
  // Lines, dots and the veil carry no text; the strong accent is the accent with more ink in it.
  const bare = ["accent-strong", "done", "line", "veil", "wait"];
  expect(under.filter((name) => !grounds.has(name) && !bare.includes(name))).toEqual([]);
  expect(under.length).toBeGreaterThan(8);
});

// (A label's dot is drawn from the hue that its people chose.)
test("no sheet but the tokens names a colour or a time of its own", () => {
  for (const name of names.filter((one) => one !== "tokens.css")) {
    const css = readFileSync(folder + name, "utf8");
    expect([
      name,
      /#[\da-f]{3,8}\b|\b(?:rgb|hsl|oklch)\((?!.*var\(--hue)[^)]*\)/i.exec(css),
    ]).toEqual([name, null]);
    expect([name, /(?<![\w.-])\d[\d.]*m?s\b/.exec(css)]).toEqual([name, null]);
  }
  const times = [...readFileSync(`${folder}tokens.css`, "utf8").matchAll(/: (\d+)ms/g)];
  expect(Math.max(...times.map(([, ms]) => Number(ms)))).toBeLessThanOrEqual(160);
});

test("contrast and colours are those of the standard", () => {
  const [black, white] = [parseColour("#000")!, parseColour("#ffffff")!];
  expect(contrast(black, white)).toBeCloseTo(21, 1);
  // https://www.w3.org/TR/WCAG22/ : #767676 is the lightest grey with 4.5 on white.
  expect(contrast(parseColour("#767676")!, white)).toBeCloseTo(4.54, 2);
  expect(parseColour("#ff0000")!.h).toBeCloseTo(29.23, 1);
  expect(parseColour("red; background: url(x)")).toBe(null);
});
