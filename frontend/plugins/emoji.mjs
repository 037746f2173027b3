import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../node_modules/emojibase-data/", import.meta.url));
const LANGUAGES = ["ko", "en"];
// What the phones and computers of today can draw.
const NEWEST = 15;
const PARTS_ONLY = "component";

const read = (language, file) =>
  JSON.parse(readFileSync(`${root}${language}/${file}.json`, "utf8"));

/**
 * All emoji in the order of Unicode: groups [names, [emoji, names, words to find it by]…], names
 * and words in Korean and English.
 */
export function table() {
  const all = LANGUAGES.map(
    (language) => new Map(read(language, "data").map((e) => [e.hexcode, e])),
  );
  const names = LANGUAGES.map((language) => read(language, "messages").groups);
  return names[0]
    .filter(({ key }) => key !== PARTS_ONLY)
    .sort((one, other) => one.order - other.order)
    .map(({ key, order }) => [
      names.map((groups) => groups.find((group) => group.key === key).message),
      [...all[0].values()]
        .filter((one) => one.group === order && one.version <= NEWEST)
        .sort((one, other) => one.order - other.order)
        .map(({ hexcode }) => {
          const said = all.map((language) => language.get(hexcode));
          const words = said.flatMap(({ label, tags = [] }) => tags.filter((tag) => tag !== label));
          return [said[0].emoji, said.map(({ label }) => label), words.join(" ")];
        }),
    ]);
}

/** `import table from "emoji:table"` gives it. */
export function emoji() {
  return {
    name: "emoji",
    resolveId: (id) => (id === "emoji:table" ? `\0${id}` : undefined),
    load: (id) =>
      id === "\0emoji:table" ? `export default ${JSON.stringify(table())};` : undefined,
  };
}
