import { expect, test } from "vitest";
import { fetched } from "../../src/shared/fetched";

const SCRIPT = new URL("flaky.ts", import.meta.url).pathname;

test("what could not be fetched is asked for by another address, and then kept", async () => {
  await expect(fetched(SCRIPT)).rejects.toThrow("absent");
  // As in browsers, its first address is lost for as long as the page lives.
  await expect(import(SCRIPT)).rejects.toThrow("absent");
  expect(await fetched(SCRIPT)).toMatchObject({ asked: 2 });
  expect(await fetched(SCRIPT)).toMatchObject({ asked: 2 });
});
