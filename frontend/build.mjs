// Builds every entry on its own, so that each is one classic script with a stable name.
// Django's manifest storage adds the content hashes.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { fonts } from "./plugins/fonts.mjs";
import { icons, sprite } from "./plugins/icons.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../majung/web/static/built/", import.meta.url));
// The oldest browsers with light-dark(), oklch() and CSS nesting.
const target = ["chrome123", "edge123", "firefox121", "safari17.5"];

const entries = {
  widget: "src/loader/main.ts",
  "widget-frame": "src/frame/main.ts",
  desk: "src/desk/main.ts",
  public: "src/public/main.ts",
  "desk-worker": "src/worker/main.ts",
};
const sheets = {
  "widget-frame": "src/styles/frame.css",
  desk: "src/styles/desk.css",
  public: "src/styles/public.css",
  styleguide: "src/styleguide/guide.css",
};

/** htmx can evaluate attributes; our policy forbids it, so the code for it does not ship at all. */
const withoutEval = {
  name: "without-eval",
  transform(code, id) {
    if (!id.includes("htmx.esm.js")) return undefined;
    if (!code.includes("return eval(str)")) throw new Error("htmx changed: look for its eval");
    return { code: code.replace("return eval(str)", "return undefined"), map: null };
  },
};

async function bundle(name, file, format) {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [icons(), withoutEval],
    build: {
      target,
      outDir: out,
      emptyOutDir: false,
      modulePreload: false,
      cssMinify: "lightningcss",
      rollupOptions: {
        input: { [name]: root + file },
        output: { format, entryFileNames: "[name].js", assetFileNames: "[name][extname]" },
      },
    },
  });
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await fonts(out);
writeFileSync(`${out}icons.svg`, sprite());
for (const [name, file] of Object.entries(entries)) await bundle(name, file, "iife");
for (const [name, file] of Object.entries(sheets)) await bundle(name, file, "es");
for (const name of Object.keys(entries)) {
  if (/\beval\(/.test(readFileSync(`${out}${name}.js`, "utf8")))
    throw new Error(`${name}.js evaluates text`);
}
console.log(`Built ${readdirSync(out).length} entries in ${out}`);
