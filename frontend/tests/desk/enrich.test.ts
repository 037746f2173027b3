import { afterEach, beforeEach, expect, test } from "vitest";
import { enrich } from "../../src/desk/composer/enrich";
import { Field } from "../../src/desk/composer/field";

const EDITOR = new URL("../../src/desk/composer/editor.ts", import.meta.url).pathname;
const FLAKY = new URL("absent.ts", import.meta.url).pathname;

function put(url: string): HTMLFormElement {
  document.body.innerHTML = `<form data-editor="${url}"><div><textarea></textarea></div>
    <div data-formats hidden><button type="button" data-format="bold">B</button></div>
    <button type="button" data-formats-open hidden></button></form>`;
  const form = document.querySelector("form")!;
  enrich(form, Field.of(form.querySelector("textarea")!), () => undefined);
  return form;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries += 1)
    await new Promise((done) => setTimeout(done, 10));
}

beforeEach(() => {
  (globalThis as { editorAsked?: number }).editorAsked = 0;
});

afterEach(() => document.body.replaceChildren());

const format = (): HTMLElement => document.querySelector("[data-format]")!;
const isRich = (): boolean => !!document.querySelector("[contenteditable]");

test("a press on a format while the editor is coming counts once it is there", async () => {
  const form = put(EDITOR);
  form.dispatchEvent(new Event("pointerenter"));
  format().click();
  await until(isRich);
  await new Promise((done) => setTimeout(done, 20));
  const field = Field.of(form.querySelector("textarea")!);
  field.insert("굵게");
  expect(field.input.querySelector("strong")?.textContent).toBe("굵게");
});

test("an editor that could not be fetched is asked for again by the next press, not at once", async () => {
  const asked = (): number => (globalThis as { editorAsked?: number }).editorAsked ?? 0;
  put(FLAKY);
  format().click();
  await until(() => asked() > 0);
  await new Promise((done) => setTimeout(done, 100));
  expect([asked(), isRich()]).toEqual([1, false]);
  format().click();
  await until(isRich);
  expect(asked()).toBe(2);
});
