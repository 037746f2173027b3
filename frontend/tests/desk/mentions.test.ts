import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { attachMentions } from "../../src/desk/mentions";

const people = [
  { id: "1", name: "박서연", team: "온담 고객지원", tint: "t1" },
  { id: "2", name: "정도윤", team: "온담 고객지원", tint: "t2" },
  { id: "3", name: "Dana Kim", team: "", tint: "t3" },
];
let isNote = true;
let url = "";
let asked = 0;
let take = (): void => undefined;
const sent = vi.fn();

const field = (): HTMLTextAreaElement => document.querySelector("textarea")!;
const offered = (): string[] =>
  [...document.querySelectorAll(".people:not([hidden]) li b")].map((name) => name.textContent);
const chosen = (): string =>
  document.getElementById(field().getAttribute("aria-activedescendant") ?? "")?.querySelector("b")
    ?.textContent ?? "";

async function type(text: string): Promise<void> {
  field().value = text;
  field().setSelectionRange(text.length, text.length);
  field().dispatchEvent(new Event("input", { bubbles: true }));
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve));
}

function press(key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...init });
  field().dispatchEvent(event);
  return event;
}

beforeEach(() => {
  isNote = true;
  asked = 0;
  url = `http://majung.example/colleagues/${Math.random()}`;
  sent.mockClear();
  HTMLElement.prototype.scrollIntoView = () => undefined;
  vi.stubGlobal("fetch", () => {
    asked += 1;
    return Promise.resolve(new Response(JSON.stringify({ colleagues: people })));
  });
  document.body.innerHTML = `<form><textarea></textarea></form>`;
  field().addEventListener("keydown", (event) => {
    if (event.key === "Enter") sent();
  });
  take = attachMentions(field(), { url: () => url, enabled: () => isNote });
});

afterEach(() => {
  take();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test.each([
  ["@서여", ["박서연"]],
  ["@ㅈ", ["정도윤"]],
  ["@dana k", ["Dana Kim"]],
  ["@dk", []],
  ["@고객", ["박서연", "정도윤"]],
])("%s offers %s", async (typed, names) => {
  await type(typed);
  expect(offered()).toEqual(names);
});

test("typing @ offers everybody, more letters fewer; nobody is asked before", async () => {
  await type("안녕");
  expect([asked, offered()]).toEqual([0, []]);
  await type("@");
  expect(offered()).toEqual(["박서연", "정도윤", "Dana Kim"]);
  await type("@ㄷㅇ");
  expect(offered()).toEqual(["정도윤"]);
  await type("@없는");
  expect(offered()).toEqual([]);
  expect(asked).toBe(1);
});

test("Enter puts the name in and sends nothing; closed again it sends", async () => {
  await type("확인은 @서");
  expect(press("Enter").defaultPrevented).toBe(true);
  expect(field().value).toBe("확인은 @박서연 ");
  expect([sent.mock.calls.length, offered()]).toEqual([0, []]);
  await Promise.resolve();
  press("Enter");
  expect(sent).toHaveBeenCalledTimes(1);
});

test("the Enter that ends a syllable belongs to the input method", async () => {
  await type("@서");
  press("Enter", { isComposing: true });
  expect(field().value).toBe("@서");
  expect(offered()).toEqual(["박서연"]);
});

test("arrows go round, and the field says which one", async () => {
  await type("@");
  expect([chosen(), field().getAttribute("aria-controls")]).toEqual([
    "박서연",
    document.querySelector(".people")!.id,
  ]);
  press("ArrowUp");
  expect(chosen()).toBe("Dana Kim");
  press("ArrowDown");
  press("ArrowDown");
  expect(chosen()).toBe("정도윤");
  press("Tab");
  expect(field().value).toBe("@정도윤 ");
});

test("Escape closes until another @", async () => {
  await type("@");
  press("Escape");
  expect([offered(), field().hasAttribute("aria-activedescendant")]).toEqual([[], false]);
  await type("@박");
  expect(offered()).toEqual([]);
  await type("@박 @정");
  expect(offered()).toEqual(["정도윤"]);
});

test("a name that is there in full needs no more help: Enter sends", async () => {
  await type("@박서연");
  expect(offered()).toEqual([]);
  press("Enter");
  expect(sent).toHaveBeenCalledTimes(1);
});

test("a press of the pointer takes the name and keeps the focus", async () => {
  field().focus();
  await type("메모 @");
  const item = document.querySelectorAll(".people li")[1]!;
  const event = new Event("pointerdown", { bubbles: true, cancelable: true });
  item.dispatchEvent(event);
  expect(field().value).toBe("메모 @정도윤 ");
  expect([event.defaultPrevented, document.activeElement]).toEqual([true, field()]);
});

test("nobody is called in words to a customer, nor in an address", async () => {
  isNote = false;
  await type("@");
  expect(offered()).toEqual([]);
  isNote = true;
  await type("hello@");
  expect(offered()).toEqual([]);
  expect(asked).toBe(0);
});

test("when the server cannot be reached one simply writes on, and it is asked again", async () => {
  vi.stubGlobal("fetch", () => {
    asked += 1;
    return Promise.reject(new TypeError("offline"));
  });
  await type("@");
  await type("@박");
  expect([offered(), asked]).toEqual([[], 2]);
});
