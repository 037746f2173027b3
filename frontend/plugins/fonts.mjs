// Pretendard, cut so that a page loads little of it: one slice for Latin, one for the syllables that
// Korean is mostly written with, small ones for what is rarer. The browser fetches what a page uses.
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = `${root}node_modules/pretendard/dist/web/variable/woff2/PretendardVariable.woff2`;
const order = `${root}src/fonts.txt`;
const here = fileURLToPath(import.meta.url);

// What is cut is a modified version, which may not carry the reserved name of the original.
export const FAMILY = "Majung Sans";
// The weights that the design uses; what lies outside is a third of the file.
const WEIGHT = { min: 400, max: 680, default: 400 };
const FEATURES = ["ccmp", "kern", "locl", "mark", "mkmk", "tnum"];
// Copyright, names and the licence's address (the name table of OpenType).
const NAMES = [0, 1, 2, 3, 4, 5, 6, 14];
// Hangul needs no kerning and no other figures; in a slice of 3 KB their tables would weigh.
const NOT_FOR_HANGUL = ["GDEF", "GPOS", "GSUB", "STAT"];

/** The lines of src/fonts.txt: [name, characters]. */
export function lines() {
  return readFileSync(order, "utf8")
    .split("\n")
    .filter((line) => line.includes(": "))
    .map((line) => [line.slice(0, line.indexOf(": ")), line.slice(line.indexOf(": ") + 2)]);
}

/** The code points that a font has glyphs for (cmap, format 12). */
function codePoints(font) {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const at = table(view, "cmap").offset;
  for (let i = 0; i < view.getUint16(at + 2); i++) {
    const sub = at + view.getUint32(at + 4 + 8 * i + 4);
    if (view.getUint16(sub) !== 12) continue;
    const found = [];
    for (let group = 0; group < view.getUint32(sub + 12); group++) {
      const [from, to] = [0, 4].map((skip) => view.getUint32(sub + 16 + 12 * group + skip));
      for (let one = from; one <= to; one++) found.push(one);
    }
    return found;
  }
  throw new Error("Pretendard has no cmap of format 12: look at plugins/fonts.mjs");
}

function table(view, tag) {
  for (let i = 0; i < view.getUint16(4); i++) {
    const at = 12 + 16 * i;
    const name = String.fromCharCode(...[0, 1, 2, 3].map((n) => view.getUint8(at + n)));
    if (name === tag)
      return { at, offset: view.getUint32(at + 8), length: view.getUint32(at + 12) };
  }
  throw new Error(`The font has no table ${tag}`);
}

/** Calls a font by another name in its own table of names, keeping copyright and licence. */
function renamed(font) {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const { at, offset, length } = table(view, "name");
  const strings = offset + view.getUint16(offset + 4);
  for (let i = 0; i < view.getUint16(offset + 2); i++) {
    const record = offset + 6 + 12 * i;
    const id = view.getUint16(record + 6);
    if ([0, 13, 14].includes(id)) continue;
    const [size, start] = [view.getUint16(record + 8), view.getUint16(record + 10)];
    const wide = view.getUint16(record) !== 1;
    const name = id === 6 ? FAMILY.replaceAll(" ", "") : FAMILY;
    for (let n = 0; n < size; n++) {
      const letter = name.charCodeAt(wide ? n >> 1 : n) || 32;
      view.setUint8(strings + start + n, wide && n % 2 === 0 ? 0 : letter);
    }
  }
  let sum = 0;
  for (let n = 0; n < Math.ceil(length / 4); n++)
    sum = (sum + view.getUint32(offset + 4 * n)) >>> 0;
  view.setUint32(at + 4, sum);
  return font;
}

function pieces(list, size) {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, n) =>
    list.slice(n * size, (n + 1) * size),
  );
}

/** The slices from rare to common: where two name a character, the later rule counts. */
function slices(known) {
  const has = new Set(known);
  const [latin, ...korean] = lines().map(([, text]) =>
    [...new Set(text)].map((one) => one.codePointAt(0)).filter((one) => has.has(one)),
  );
  const common = new Set([...latin, ...korean.flat()]);
  const rest = known.filter((one) => !common.has(one));
  const [first, often, seldom] = korean;
  return [
    ...pieces(rest, 360).map((chars) => ({ chars, range: ranges([[chars[0], chars.at(-1)]]) })),
    ...pieces(seldom, 64).reverse().map(exactly),
    ...pieces(often, 8).reverse().map(exactly),
    exactly(first),
    exactly(latin),
  ];
}

function exactly(chars) {
  const pairs = [];
  for (const one of [...chars].sort((a, b) => a - b)) {
    const last = pairs.at(-1);
    if (last && last[1] === one - 1) last[1] = one;
    else pairs.push([one, one]);
  }
  return { chars, range: ranges(pairs) };
}

function ranges(pairs) {
  const hex = (one) => one.toString(16);
  return pairs.map(([a, z]) => (a === z ? `U+${hex(a)}` : `U+${hex(a)}-${hex(z)}`)).join();
}

async function cut(folder) {
  const { default: subset } = await import("subset-font");
  const { convert } = await import("fontverter");
  const whole = await convert(readFileSync(source), "truetype");
  const known = codePoints(whole).filter((one) => one > 0x20);
  const rules = [];
  for (const [n, { chars, range }] of slices(known).entries()) {
    const text = String.fromCodePoint(0x20, ...chars);
    const part = await subset(whole, text, {
      targetFormat: "truetype",
      variationAxes: { wght: WEIGHT },
      keepFeatures: FEATURES,
      preserveNameIds: NAMES,
      noHinting: true,
      dropTables: chars.every((one) => one >= 0x3131) ? NOT_FOR_HANGUL : [],
    });
    // Subsetting very many glyphs at once loses the weights without a word.
    table(new DataView(part.buffer, part.byteOffset, part.byteLength), "gvar");
    const file = `majung-sans-${String(n).padStart(3, "0")}.woff2`;
    writeFileSync(`${folder}/fonts/${file}`, await convert(renamed(part), "woff2"));
    rules.push(
      `@font-face{font-family:"${FAMILY}";font-weight:${WEIGHT.min} ${WEIGHT.max};` +
        `font-display:swap;src:url(./fonts/${file}) format("woff2");unicode-range:${range}}`,
    );
  }
  const head =
    "/* Copyright (c) 2021 Kil Hyung-jin, with Reserved Font Name Pretendard\n" +
    "   (https://github.com/orioncactus/pretendard), here cut into slices and renamed.\n" +
    "   SIL Open Font License, Version 1.1: https://openfontlicense.org */\n";
  writeFileSync(`${folder}/fonts.css`, `${head}${rules.join("\n")}\n`);
}

/** Puts fonts.css and fonts/ into a folder; cut once for each version of what they are made of. */
export async function fonts(out) {
  const key = createHash("sha256");
  for (const file of [order, here, `${root}node_modules/pretendard/package.json`])
    key.update(readFileSync(file));
  const cache = `${root}node_modules/.cache/majung-fonts`;
  const kept = `${cache}/${key.digest("hex").slice(0, 16)}`;
  if (!existsSync(`${kept}/fonts.css`)) {
    rmSync(cache, { recursive: true, force: true });
    const making = `${kept}.making`;
    mkdirSync(`${making}/fonts`, { recursive: true });
    await cut(making);
    renameSync(making, kept);
  }
  cpSync(kept, out, { recursive: true });
}
