import { afterEach, beforeEach, expect, test } from "vitest";
import { Field } from "../../src/desk/composer/field";
import { Emoji } from "../../src/desk/composer/picking";

const SCRIPT = new URL("../../src/desk/composer/emoji.ts", import.meta.url).pathname;

function panels(): number {
  return document.querySelectorAll(".emoji").length;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isSo(); tries += 1)
    await new Promise((done) => setTimeout(done, 10));
}

beforeEach(() => {
  document.body.innerHTML = `<form data-emoji="${SCRIPT}">
    <button type="button" data-emoji-open hidden></button><div><textarea></textarea></div></form>`;
  const form = document.querySelector("form")!;
  new Emoji(form, Field.of(form.querySelector("textarea")!));
});

afterEach(() => document.body.replaceChildren());

test("pressed twice while its script comes, the button opens one panel, which closes", async () => {
  const button = document.querySelector("button")!;
  button.click();
  button.click();
  await until(() => panels() > 0);
  await new Promise((done) => setTimeout(done, 50));
  expect(panels()).toBe(1);
  document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  expect(panels()).toBe(0);
  button.click();
  await until(() => panels() > 0);
  button.click();
  expect(panels()).toBe(0);
});

test("whoever went to another conversation meanwhile gets no panel", async () => {
  const form = document.querySelector("form")!;
  document.querySelector("button")!.click();
  form.remove();
  await new Promise((done) => setTimeout(done, 100));
  expect(form.querySelector(".emoji")).toBeNull();
});
