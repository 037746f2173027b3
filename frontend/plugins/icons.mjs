import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The drawing inside a Lucide icon (paths and shapes, without the svg element). */
export function drawing(name) {
  const svg = readFileSync(`${root}node_modules/lucide-static/icons/${name}.svg`, "utf8");
  const inside = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(svg);
  if (!inside) throw new Error(`${name}.svg is not what we expect of Lucide`);
  return inside[1].replace(/\s+/g, " ").replace(/> </g, "><").replace(/ \/>/g, "/>").trim();
}

/** The names in src/icons.txt. */
export function names() {
  return readFileSync(`${root}src/icons.txt`, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
}

/** One file with a symbol for each icon, for `<use href="icons.svg#name">`. */
export function sprite() {
  const attributes =
    'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  const symbols = names().map(
    (name) => `<symbol id="${name}" ${attributes}>${drawing(name)}</symbol>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Lucide, ISC licence -->\n${symbols.join("\n")}\n</svg>\n`;
}

/** `import paperclip from "icon:paperclip"` gives [tag, attributes] of each shape, to build without parsing HTML. */
export function icons() {
  return {
    name: "icons",
    resolveId: (id) => (id.startsWith("icon:") ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith("\0icon:")) return undefined;
      const shapes = [
        ...drawing(id.slice(6)).matchAll(/<(\w+)((?:\s+[\w-]+="[^"]*")*)\s*\/>/g),
      ].map(([, tag, attributes]) => [
        tag,
        Object.fromEntries(
          [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, k, v]) => [k, v]),
        ),
      ]);
      return `export default ${JSON.stringify(shapes)};`;
    },
  };
}
