// @vitest-environment node
/* The types that are served beside the script: a page written against them compiles, or is told why. */
import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 30_000 });

const known = new Map<string, ts.SourceFile>();
const TYPES = "majung.d.ts";
const types = readFileSync("src/loader/majung.d.ts", "utf8");

/** What the compiler says to a page with these lines. */
function complaints(page: string): string[] {
  const files: Record<string, string> = { [TYPES]: types, "page.ts": page };
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    lib: ["lib.es2020.d.ts", "lib.dom.d.ts"],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, language) => {
    const own = files[name];
    const made = own === undefined ? known.get(name) : ts.createSourceFile(name, own, language);
    const source = made ?? read(name, language);
    if (source && own === undefined) known.set(name, source);
    return source;
  };
  const program = ts.createProgram(Object.keys(files), { ...options, skipLibCheck: true }, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

test("a page that follows the manual compiles", () => {
  const page = `
    window.majung = { identity: "TOKEN", locale: "ko", inline: "#help", title: false,
                      page: { title: "장바구니" } };
    Majung("open");
    Majung("toggle");
    Majung("hide");
    Majung("identify", "TOKEN");
    function count({ count }: MajungEvents["unread"]): void {
      document.body.dataset.unread = String(count.toFixed());
    }
    Majung("on", "unread", count);
    Majung("off", "unread", count);
    Majung("on", "message", (message) => {
      const sent: boolean = message.direction === "sent";
      console.log(message.id.length, message.conversation.length, sent);
    });
    Majung("on", "refused", ({ reason }) => console.warn(reason.trim()));
    window.Majung?.("on", "ready", () => undefined);
  `;
  expect(complaints(page)).toEqual([]);
});

test.each([
  ["a call that there is not", `Majung("shout");`],
  ["an event that there is not", `Majung("on", "typing", () => undefined);`],
  ["a token that is missing", `Majung("identify");`],
  ["the words of a message", `Majung("on", "message", (message) => message.text);`],
  ["a setting that there is not", `window.majung = { colour: "red" };`],
])("%s is told", (_, page) => {
  expect(complaints(page)).not.toEqual([]);
});
