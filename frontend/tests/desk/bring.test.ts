import { beforeEach, expect, test } from "vitest";
import { bring, setUpBring } from "../../src/desk/composer/bring";

const BOTH = { choices: ["네", "아니요"], cards: [{ title: "러닝화" }] };

beforeEach(() => {
  sessionStorage.clear();
  document.body.replaceChildren();
});

function composer(conversation = "c1"): HTMLFormElement {
  const form = document.createElement("form");
  form.dataset.conversation = conversation;
  const bar = document.createElement("div");
  bar.className = "bar";
  form.append(bar);
  document.body.append(form);
  setUpBring(form);
  return form;
}

const sent = (form: HTMLFormElement): FormDataEntryValue | null => new FormData(form).get("parts");
const line = (form: HTMLFormElement): HTMLElement => form.querySelector(".bring")!;

test("what a canned reply brings is said and sent, until it is taken out", () => {
  const form = composer();
  expect(line(form).hidden).toBe(true);
  expect(sent(form)).toBeNull();
  bring(form, BOTH);
  expect(line(form).querySelector("span")!.textContent).toBe("카드 ‘러닝화’ · 빠른 답장 2개");
  expect(JSON.parse(sent(form) as string)).toEqual(BOTH);
  line(form).querySelector("button")!.click();
  expect([line(form).hidden, sent(form)]).toEqual([true, null]);
});

test("it is there again after a reload, in its own conversation alone", () => {
  bring(composer(), BOTH);
  expect(sent(composer("c2"))).toBeNull();
  const again = composer();
  expect(JSON.parse(sent(again) as string)).toEqual(BOTH);
  bring(again, undefined);
  expect(sent(composer())).toBeNull();
});
