import { beforeEach, expect, test, vi } from "vitest";
import { bring, Bring } from "../../src/desk/composer/bring";

const BOTH = { choices: ["네", "아니요"], cards: [{ title: "러닝화" }] };
const changed = vi.fn();

beforeEach(() => {
  changed.mockReset();
  document.body.replaceChildren();
});

function composer(given = ""): HTMLFormElement {
  const form = document.createElement("form");
  form.innerHTML = `${given}<div class="bar"></div>`;
  document.body.append(form);
  return form;
}

const sent = (form: HTMLFormElement): FormDataEntryValue[] => new FormData(form).getAll("parts");
const line = (form: HTMLFormElement): HTMLElement => form.querySelector(".bring")!;

test("what a canned reply brings is said and sent, until it is taken out", () => {
  const form = composer();
  const carried = new Bring(form, changed);
  expect(line(form).hidden).toBe(true);
  expect(sent(form)).toEqual([]);
  bring(form, BOTH);
  expect(line(form).querySelector("span")!.textContent).toBe("카드 ‘러닝화’ · 빠른 답장 2개");
  expect(sent(form)).toEqual([JSON.stringify(BOTH)]);
  expect([carried.parts, changed.mock.calls.length]).toEqual([BOTH, 1]);
  line(form).querySelector("button")!.click();
  expect([line(form).hidden, sent(form)]).toEqual([true, []]);
  expect([carried.parts, changed.mock.calls.length]).toEqual([{}, 2]);
});

test.each([
  ["checked", [BOTH]],
  ["", []],
])("it stands in for the box of those without a script: %s", (state, expected) => {
  const form = composer(
    `<label class="bring" data-brought><input type="checkbox" name="parts" ${state}></label>`,
  );
  form.querySelector("input")!.value = JSON.stringify(BOTH);
  new Bring(form, changed);
  expect(form.querySelector("[type=checkbox]")).toBeNull();
  expect(sent(form).map((value) => JSON.parse(value as string) as unknown)).toEqual(expected);
});
