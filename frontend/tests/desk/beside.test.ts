import { afterEach, beforeEach, expect, test } from "vitest";
import { setUpBeside } from "../../src/desk/beside";

setUpBeside();

function answered(element: Element, successful = true): void {
  const detail = { elt: element, successful };
  document.dispatchEvent(new CustomEvent("htmx:afterRequest", { detail }));
}

function press(key: string): void {
  (document.activeElement ?? document.body).dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
  );
}

beforeEach(() => {
  history.replaceState({ talk: true }, "", "/desk/c/1/?view=mine");
  document.body.innerHTML = `<main><input type="search">
    <ul data-arrows><li><a href="/1" id="one">하나</a></li><li><a href="/2" id="two">둘</a></li></ul>
    <a id="order" data-param="only=order"></a><a id="all" data-param="only="></a></main>`;
});

afterEach(() => document.body.replaceChildren());

test("what one looks at stands in the address, and nothing else of it changes", () => {
  answered(document.getElementById("order")!);
  expect(location.search).toBe("?view=mine&only=order");
  expect(history.state).toEqual({ talk: true });
  answered(document.getElementById("all")!, false);
  expect(location.search).toBe("?view=mine&only=order");
  answered(document.getElementById("all")!);
  expect(location.search).toBe("?view=mine");
});

test("arrows go from the field into what was found and back", () => {
  document.querySelector("input")!.focus();
  press("ArrowDown");
  press("ArrowDown");
  press("ArrowDown");
  expect(document.activeElement?.id).toBe("two");
  press("ArrowUp");
  press("ArrowUp");
  expect(document.activeElement?.tagName).toBe("INPUT");
});
