// @vitest-environment node
/* What old browsers are given holds no syntax that they cannot read. */
import { Linter } from "eslint";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const folder = "../majung/web/static/built/";
const built = existsSync(folder) ? readdirSync(folder) : [];
// The talk for browsers of today, and what it alone loads.
const NOW = ["widget-frame.js", "widget-frame.en.js"];
const scripts = built.filter((name) => /^widget.*\.js$/.test(name) && !NOW.includes(name));

test.skipIf(!built.length).each(scripts)("%s is read by Chromium 61", (name) => {
  const code = readFileSync(folder + name, "utf8");
  // ES2018 without what came with it after Chromium 61: only object spread is of that year.
  const told = new Linter().verify(code, {
    languageOptions: { ecmaVersion: 2018, sourceType: "script" },
    linterOptions: { reportUnusedDisableDirectives: "off" },
    rules: {
      "no-restricted-syntax": [
        "error",
        "ForOfStatement[await=true]",
        "FunctionDeclaration[async=true][generator=true]",
        "FunctionExpression[async=true][generator=true]",
        "Literal[regex.pattern=/\\(\\?<|\\\\p\\{/]",
        "Literal[regex.flags=/[svdy]/]",
      ],
    },
  });
  expect(told.map(({ line, message }) => `${line}: ${message}`)).toEqual([]);
});

test.skipIf(!built.length)(
  "the sheets for old browsers have no layers, and plain colours first",
  () => {
    const css = readFileSync(`${folder}widget-frame-old.css`, "utf8");
    expect(css).not.toContain("@layer");
    expect(css).not.toMatch(/light-dark\(/);
    expect(css).not.toMatch(/[{;]inset:/);
    for (const [, rule] of css.matchAll(/\{([^{}]*oklch[^{}]*)\}/g))
      expect(rule).toMatch(/#[\da-f]{3,8}|color-mix/);
  },
);
