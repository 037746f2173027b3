// @vitest-environment node
import { expect, test } from "vitest";
import { english, texts } from "../plugins/english.mjs";

const FRAME = new URL("../src/frame/", import.meta.url).pathname;
type Transform = (code: string, id: string) => { code: string } | undefined;

test("the English build puts its texts in the places of the Korean ones", async () => {
  const transform = (await english()).transform as unknown as Transform;
  const code =
    'say("보내기") + say("글이 너무 길어요. {n}자까지 보낼 수 있어요.", { n }) + "다른 말"';
  expect(transform(code, `${FRAME}list.ts`)?.code).toBe(
    'say("Send") + say("The message is too long. The limit is {n} characters.", { n }) + "다른 말"',
  );
  expect(transform(code, FRAME.replace("frame", "desk") + "say.ts")).toBeUndefined();
});

test("what is left in Korean stops the build", async () => {
  type Generate = (options: unknown, files: Record<string, object>) => void;
  const generate = (await english()).generateBundle as unknown as Generate;
  const built = (code: string) => ({ "talk.js": { fileName: "talk.js", code } });
  expect(() => generate({}, built('x("Send")'))).not.toThrow();
  expect(() => generate({}, built("x(`보내기`)"))).toThrow("보내기");
  expect(Object.values(await texts())).not.toContain("");
});
