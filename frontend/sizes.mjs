// Prints the gzip size of each built file.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const out = new URL("../majung/web/static/built/", import.meta.url);
for (const name of readdirSync(out).filter((file) => /\.(js|css|svg)$/.test(file))) {
  const size = gzipSync(readFileSync(new URL(name, out)), { level: 9 }).length;
  console.log(`${name.padEnd(20)} ${(size / 1024).toFixed(2)} KB gzip`);
}
