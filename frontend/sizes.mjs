// Prints the gzip size of each built file, and what the widget takes before anything is said, in each
// of its languages.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST = 25;
// The loader and what a first conversation needs; the rest is fetched when it is used.
const FIRST = ["widget.js", "widget-boot.js", "widget-frame.css"];
const TALKS = { Korean: "widget-frame.js", English: "widget-frame.en.js" };

const out = new URL("../majung/web/static/built/", import.meta.url);
const sizes = {};
for (const name of readdirSync(out).filter((file) => /\.(js|css|svg)$/.test(file))) {
  const size = gzipSync(readFileSync(new URL(name, out)), { level: 9 }).length / 1024;
  sizes[name] = size;
  console.log(`${name.padEnd(22)} ${size.toFixed(2)} KB gzip`);
}
for (const [language, talk] of Object.entries(TALKS)) {
  const first = [...FIRST, talk].reduce((sum, name) => sum + sizes[name], 0);
  console.log(`${`conversation, ${language}`.padEnd(22)} ${first.toFixed(2)} KB of ${MOST}`);
  if (!(first <= MOST)) process.exitCode = 1;
}
