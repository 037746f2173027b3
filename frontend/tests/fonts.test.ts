// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lines } from "../plugins/fonts.mjs";

const root = new URL("../", import.meta.url);
const SAID = [
  "src/desk/say.ts",
  "src/frame/say.ts",
  "src/frame/words.ts",
  "src/loader/widget.ts",
  "src/shared/times.ts",
  "../majung/web/templates/desk/offline.html",
];

test("what is said without the network is written with the slices that every page has", () => {
  const has = new Map(lines());
  const known = new Set(`${has.get("latin") ?? ""}${has.get("core") ?? ""}`);
  for (const file of SAID) {
    const letters = new Set(readFileSync(new URL(file, root), "utf8").match(/[가-힣]/g));
    expect([file, [...letters].filter((one) => !known.has(one))]).toEqual([file, []]);
  }
});
