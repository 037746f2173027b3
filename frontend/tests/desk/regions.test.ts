import htmx from "htmx.org";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { refetch, setUpRegions } from "../../src/desk/regions";
import { Source, browser } from "../browser";

let asked: string[] = [];
let status = 200;

/** A server at the other end of htmx. */
function answer(url: string, elt: Element): Promise<void> {
  asked.push(elt.id);
  const xhr = { status, responseURL: new URL(url, location.href).href };
  const detail = { elt, xhr, successful: status === 200 };
  document.dispatchEvent(new CustomEvent("htmx:afterRequest", { detail }));
  return Promise.resolve();
}

function rows(): HTMLElement {
  return document.querySelector<HTMLElement>("#rows")!;
}

function bar(): string {
  return document.querySelector("#live-bar")?.textContent ?? "";
}

async function settle(ms = 300): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function source(): Source {
  return Source.open.at(-1)!;
}

vi.useFakeTimers();
browser();
document.body.dataset.liveUrl = "/live";
setUpRegions();

beforeEach(async () => {
  status = 200;
  asked = [];
  vi.spyOn(htmx, "ajax").mockImplementation((_verb, url, context) =>
    answer(url, (context as { source: Element }).source),
  );
  const marks = '{"epoch":"e","marks":{"list":1,"conversation:c1":1}}';
  document.body.innerHTML = `<div id="rows" hx-get="/desk/rows" data-live="list" data-live-grant="g"
    data-live-marks='${marks}' data-live-hold></div>
    <section id="thread" hx-get="/desk/thread" data-live="conversation:c1" data-live-grant="h"
    data-live-marks='${marks}'></section>`;
  rows().style.overflowY = "auto";
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  await settle();
  source().hello("e", { list: 1, "conversation:c1": 1 });
  await settle();
  asked = [];
});

afterEach(() => {
  document.body.replaceChildren();
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
});

test("what one did oneself leaves the list in its place while one reads beyond its first page", async () => {
  rows().scrollTop = 900;
  rows().innerHTML = '<a class="more"></a>';
  const elt = rows().firstElementChild;
  document.dispatchEvent(new CustomEvent("htmx:beforeRequest", { detail: { elt } }));
  refetch("#thread #rows");
  await settle();
  expect(asked).toEqual(["thread"]);
  source().signal("list", "e", 2);
  await settle();
  expect(asked).toEqual(["thread"]);
  expect(document.querySelector(".held")?.textContent).toBe("새 소식 보기");
  rows().scrollTop = 0;
  rows().dispatchEvent(new Event("scroll"));
  await settle();
  expect(asked).toEqual(["thread", "rows"]);
});

test.each([0, 900])("the list of one page is read at once, wherever one is: %i", async (top) => {
  rows().scrollTop = top;
  refetch("#thread #rows");
  await settle();
  expect(asked).toEqual(["thread", "rows"]);
});

test("what is gone is read no more, and said so until one goes elsewhere", async () => {
  status = 404;
  source().signal("conversation:c1", "e", 2);
  await settle();
  // Without what is gone the stream begins anew.
  source().hello("e", { list: 1 });
  await settle(10_000);
  expect(asked).toEqual(["thread"]);
  expect(bar()).toContain("더는 볼 수 없어요");
  expect(document.documentElement.dataset.liveState).toBe("live");
  // Something else of the page is read: the lost part is not followed again.
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  await settle(10_000);
  expect(asked).toEqual(["thread"]);
  document.querySelector("#thread")!.remove();
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  expect(bar()).toBe("");
});
