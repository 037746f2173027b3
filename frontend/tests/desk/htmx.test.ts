import htmx from "htmx.org";
import { afterEach, expect, test } from "vitest";
import { setUpHtmx } from "../../src/desk/htmx";

setUpHtmx();

afterEach(() => document.body.replaceChildren());

function told(): string {
  return document.querySelector("#toasts .toast span")?.textContent ?? "";
}

test.each(["htmx:sendError", "htmx:timeout"])(
  "what did not reach the server is told: %s",
  (name) => {
    document.body.innerHTML = `<form></form><div data-live="t"></div>`;
    const fail = (selector: string): boolean =>
      document.dispatchEvent(
        new CustomEvent(name, { detail: { elt: document.querySelector(selector) } }),
      );
    // A part that is kept up by itself says so in the bar.
    fail("[data-live]");
    expect(told()).toBe("");
    fail("form");
    expect(told()).toContain("서버에 닿지 않아요");
  },
);

/** Reads a part again while what it holds first of buttons and fields has the focus. */
function morphed(before: string, after: string, meanwhile = (): void => undefined): void {
  document.body.setAttribute("hx-ext", "morph");
  document.body.innerHTML = `<div id="part">${before}</div>`;
  document.querySelector<HTMLElement>("#part :is(button, input)")?.focus();
  meanwhile();
  htmx.swap(
    "#part",
    `<div id="part">${after}</div>`,
    { swapStyle: "morph:outerHTML", swapDelay: 0, settleDelay: 0 },
    { contextElement: document.body },
  );
}

test("a button that was pressed says what it does now", () => {
  morphed(
    `<form id="following"><button aria-pressed="false"><span>알림 받기</span></button></form>`,
    `<form id="following"><button aria-pressed="true"><span>알림 받는 중</span></button></form>`,
  );
  const button = document.querySelector("button");
  expect(button?.textContent).toBe("알림 받는 중");
  expect(document.activeElement).toBe(button);
});

test("a form of another name is another button, not the old one with new work", () => {
  morphed(
    `<form id="taking"><button>내가 맡기</button></form><form id="closing"><button>마치기</button></form>`,
    `<form id="closing"><button>마치기</button></form>`,
  );
  const buttons = [...document.querySelectorAll("button")];
  expect(buttons.map((one) => one.textContent)).toEqual(["마치기"]);
  expect(document.activeElement).not.toBe(buttons[0]);
});

test("what one writes in a field stays", () => {
  morphed(`<input id="name" value="">`, `<input id="name" value="다른 값">`, () => {
    const field = document.querySelector("input");
    if (field) field.value = "쓰는 중";
  });
  expect(document.querySelector("input")?.value).toBe("쓰는 중");
});
