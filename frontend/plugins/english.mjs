import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = fileURLToPath(new URL("../src/frame/", import.meta.url));
const TEXTS = ["say.ts", "words.ts"];

/** The texts of the talk: Korean and what they are in English. */
export async function texts() {
  const all = await Promise.all(TEXTS.map((file) => runnerImport(`${root}${file}`)));
  const found = {};
  for (const [korean, english] of all.flatMap(({ module }) => Object.entries(module.ENGLISH))) {
    if ((found[korean] ??= english) !== english) throw new Error(`Two words for ${korean}`);
  }
  return found;
}

/** Puts the English texts in the place of the Korean ones: each language is a script of its own. */
export async function english() {
  const words = await texts();
  const quoted = Object.keys(words).map((korean) => korean.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const korean = new RegExp(`"(${quoted.join("|")})"`, "g");
  return {
    name: "english",
    enforce: "pre",
    transform(code, id) {
      if (!id.startsWith(root) || TEXTS.includes(id.slice(root.length))) return undefined;
      return {
        code: code.replace(korean, (_, text) => JSON.stringify(words[text])),
        map: null,
      };
    },
    generateBundle(_, files) {
      for (const { fileName, code = "" } of Object.values(files))
        for (const quote of ['"', "'", "`"])
          for (const text of Object.keys(words))
            if (code.includes(quote + text + quote))
              throw new Error(`${fileName} says ${text} in Korean`);
    },
  };
}
