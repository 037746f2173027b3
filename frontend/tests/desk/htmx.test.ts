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
