// Builds every entry on its own, so that each is one classic script with a stable name.
// Django's manifest storage adds the content hashes.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { emoji } from "./plugins/emoji.mjs";
import { english } from "./plugins/english.mjs";
import { fonts } from "./plugins/fonts.mjs";
import { icons, sprite } from "./plugins/icons.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));
const out = fileURLToPath(new URL("../majung/web/static/built/", import.meta.url));
// The oldest browsers with light-dark(), oklch() and CSS nesting.
const now = ["chrome123", "edge123", "firefox121", "safari17.5"];
// The WebView that Android 8 came with, and iOS 14: what every page of a shop may meet.
const old = ["chrome61", "firefox60", "safari14"];

const entries = {
  desk: "src/desk/main.ts",
  public: "src/public/main.ts",
  "desk-worker": "src/worker/main.ts",
};
// Modules that the desk fetches once somebody writes.
const modules = {
  "desk-editor": "src/desk/composer/editor.ts",
  "desk-emoji": "src/desk/composer/emoji.ts",
};
const names = (folder) => readdirSync(`${root}${folder}`).map((file) => file.replace(/\.\w+$/, ""));
// What the talk fetches when it is needed.
const late = names("src/frame/late");
const olden = {
  widget: "src/loader/main.ts",
  "widget-boot": "src/old/boot.ts",
};
// These are built once more in English, as `….en.js`: nobody fetches two languages.
const talks = {
  "widget-frame": ["src/frame/main.ts", now],
  "widget-frame-old": ["src/old/frame.ts", old],
  ...Object.fromEntries(late.map((name) => [`widget-${name}`, [`src/frame/late/${name}.ts`, old]])),
};
const oldSheets = {
  widget: "src/loader/launcher.css",
  "widget-frame-old": "src/styles/frame-old.css",
  ...Object.fromEntries(
    names("src/styles/late").map((name) => [`widget-${name}`, `src/styles/late/${name}.css`]),
  ),
};
const sheets = {
  "widget-frame": "src/styles/frame.css",
  desk: "src/styles/desk.css",
  letter: "src/styles/letter.css",
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

/** The sheet of the talk without layers, which old browsers drop with all that is in them. */
const oldSheet = {
  name: "old-sheet",
  enforce: "pre",
  resolveId: (id) => (id.endsWith("/frame-old.css") ? id : undefined),
  load(id) {
    if (!id.endsWith("/frame-old.css")) return undefined;
    const now = readFileSync(`${root}src/styles/frame.css`, "utf8");
    const flat = now.replace(/^@layer [^;{]*;/gm, "").replace(/ layer\(\w+\)/g, "");
    return `${flat}@import "./old.css";\n`;
  },
};

async function bundle(name, file, format, target = now, language = null) {
  await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [icons(), emoji(), withoutEval, oldSheet, language],
    build: {
      target,
      outDir: out,
      emptyOutDir: false,
      modulePreload: false,
      cssMinify: "lightningcss",
      rollupOptions: {
        input: { [name]: root + file },
        preserveEntrySignatures: "exports-only",
        output: {
          format,
          name: `majung_${name.replace("widget-", "").replaceAll("-", "_")}`,
          entryFileNames: language ? "[name].en.js" : "[name].js",
          assetFileNames: "[name][extname]",
        },
      },
    },
  });
}

/** Takes the tokens and classes out of the talk's sheets that nothing in the talk refers to. */
function withoutUnused(name) {
  const own = ["src/frame", "src/shared", "src/styles/late"].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => readFileSync(`${file.parentPath}/${file.name}`, "utf8")),
  );
  const words = new Set(own.join(" ").match(/[\w-]+/g));
  let css = readFileSync(`${out}${name}.css`, "utf8").replace(
    /(?<=[{};])\.([\w-]+)[^{},;]*\{[^{}]*\}/g,
    (rule, first) => (words.has(first) ? rule : ""),
  );
  for (let before = ""; before !== css;) {
    before = css;
    const used = new Set([...own, css].join().match(/(?<=var\()--[\w-]+|(?<=")--[\w-]+/g));
    css = css.replace(/(?<=[{;])(--(?!lightningcss)[\w-]+):[^;{}]*(;|(?=\}))/g, (all, token) =>
      used.has(token) ? all : "",
    );
  }
  writeFileSync(`${out}${name}.css`, css);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await fonts(out);
writeFileSync(`${out}icons.svg`, sprite());
for (const [name, file] of Object.entries(entries)) await bundle(name, file, "iife");
for (const [name, file] of Object.entries(olden)) await bundle(name, file, "iife", old);
const inEnglish = await english();
for (const [name, [file, target]] of Object.entries(talks))
  for (const language of [null, inEnglish]) await bundle(name, file, "iife", target, language);
for (const [name, file] of Object.entries(modules)) await bundle(name, file, "es");
for (const [name, file] of Object.entries(sheets)) await bundle(name, file, "es");
for (const [name, file] of Object.entries(oldSheets)) await bundle(name, file, "es", old);
for (const name of ["widget-frame", "widget-frame-old"]) withoutUnused(name);
cpSync(`${root}src/loader/majung.d.ts`, `${out}majung.d.ts`);
for (const name of readdirSync(out).filter((file) => file.endsWith(".js"))) {
  if (/\beval\(/.test(readFileSync(`${out}${name}`, "utf8")))
    throw new Error(`${name} evaluates text`);
}
console.log(`Built ${readdirSync(out).length} entries in ${out}`);
