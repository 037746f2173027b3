// Prints the gzip size of each built file, and what the widget takes before anything is said.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST = 25;
// The loader and what a first conversation needs; the rest is fetched when it is used.
const FIRST = ["widget.js", "widget-boot.js", "widget-frame.js", "widget-frame.css"];

const out = new URL("../majung/web/static/built/", import.meta.url);
let first = 0;
for (const name of readdirSync(out).filter((file) => /\.(js|css|svg)$/.test(file))) {
  const size = gzipSync(readFileSync(new URL(name, out)), { level: 9 }).length / 1024;
  if (FIRST.includes(name)) first += size;
  console.log(`${name.padEnd(22)} ${size.toFixed(2)} KB gzip`);
}
console.log(`${"loader + conversation".padEnd(22)} ${first.toFixed(2)} KB of ${MOST}`);
if (first > MOST) process.exit(1);
