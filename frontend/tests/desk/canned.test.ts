import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CannedList, matching, type Canned } from "../../src/desk/composer/canned";
import { Field } from "../../src/desk/composer/field";

const one = (id: string, title: string, shortcut = "", text = "", folder = ""): Canned => ({
  id,
  title,
  shortcut,
  text,
  folder,
  own: false,
});
const REPLIES = [
  one("1", "인사", "hi", "안녕하세요"),
  one("2", "배송 지연 안내", "지연", "출고가 늦어지고 있어요", "배송"),
  one("3", "환불 안내", "", "배송비는 빼고 돌려드려요", "결제"),
];

let field: HTMLTextAreaElement;
let asked: string[] = [];
let sendKeys = 0;

beforeEach(() => {
  asked = [];
  sendKeys = 0;
  document.body.innerHTML = `<form><textarea></textarea></form>`;
  field = document.querySelector("textarea")!;
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    const body = url.endsWith("/canned") ? { replies: REPLIES } : { text: "김하늘 님, 늦어져요" };
    return Promise.resolve(Response.json(body));
  });
  new CannedList(document.querySelector("form")!, new Field(field), "/canned");
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") sendKeys += 1;
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

const titles = (): string[] =>
  [...document.querySelectorAll("[role=option] b")].map((each) => each.textContent);
const list = (): HTMLElement => document.querySelector("#canned-list")!;

async function type(text: string): Promise<void> {
  field.value = text;
  field.setSelectionRange(text.length, text.length);
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  await new Promise((done) => setTimeout(done));
}

function press(key: string, init: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...init });
  field.dispatchEvent(event);
  return event.defaultPrevented;
}

test("replies are found by title, shortcut, initials, half a syllable and text", () => {
  const found = (query: string): string[] => matching(REPLIES, query).map((each) => each.id);
  expect(found("")).toEqual(["1", "2", "3"]);
  expect(found("ㅂㅅ")).toEqual(["2", "3"]);
  expect(found("배소")).toEqual(["2", "3"]);
  expect(found("hi")).toEqual(["1"]);
  expect(found("환불")).toEqual(["3"]);
  expect(found("없는말")).toEqual([]);
});

test("the list opens at the start of a word only", async () => {
  for (const text of ["11/22", "https://a", "그리고/또"]) {
    await type(text);
    expect(list().hidden).toBe(true);
  }
  await type("안녕하세요 /ㅂㅅ");
  expect(titles()).toEqual(["배송 지연 안내", "환불 안내"]);
});

test("the field says what is chosen while the list is open, and nothing after", async () => {
  await type("/");
  const said = ["aria-controls", "aria-autocomplete"].map((name) => field.getAttribute(name));
  expect(said).toEqual(["canned-list", "list"]);
  expect(document.querySelector("#announcer")!.textContent).toContain("3개");
  press("ArrowDown");
  expect(field.getAttribute("aria-activedescendant")).toBe("canned-1");
  press("ArrowUp");
  press("ArrowUp");
  expect(document.querySelector("[aria-selected=true] b")!.textContent).toBe("환불 안내");
  press("Escape");
  expect([field.hasAttribute("aria-controls"), list().hidden]).toEqual([false, true]);
  await type("/환");
  expect(list().hidden).toBe(true);
  await type("");
  await type("/환");
  expect(list().hidden).toBe(false);
});

test("Enter puts in what the server filled in, and sends nothing", async () => {
  await type("네, /지연");
  expect(press("Enter")).toBe(true);
  await vi.waitFor(() => expect(field.value).toBe("네, 김하늘 님, 늦어져요"));
  expect(asked.at(-1)).toBe("/canned/2");
  expect(sendKeys).toBe(0);
  expect(document.querySelector<HTMLInputElement>("input[name=canned]")!.value).toBe("2");
});

test("while a syllable is being composed, no key chooses", async () => {
  await type("/배송");
  expect(press("Enter", { isComposing: true })).toBe(false);
  expect(list().hidden).toBe(false);
  expect(asked).toEqual(["/canned"]);
});

test("with nothing that fits, Enter is Enter again", async () => {
  await type("/없는말");
  expect(list().hidden).toBe(true);
  press("Enter");
  expect(sendKeys).toBe(1);
});
