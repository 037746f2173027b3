import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CannedList, matching, type Canned } from "../../src/desk/composer/canned";
import { RichSurface } from "../../src/desk/composer/editor";
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
let written: Field;
let asked: string[] = [];
let sendKeys = 0;
/** What the network does with the next requests, instead of answering at once. */
let answering: (() => Promise<void>)[] = [];

/** Lets the test say when the next request is answered; with an error it never is. */
function slowly(): (error?: Error) => Promise<void> {
  let answer: (error?: Error) => void = () => undefined;
  const wait = new Promise<void>((done, fail) => {
    answer = (error) => (error ? fail(error) : done());
  });
  answering.push(() => wait);
  return async (error) => {
    answer(error);
    await new Promise((done) => setTimeout(done));
  };
}

beforeEach(() => {
  asked = [];
  answering = [];
  sendKeys = 0;
  document.body.innerHTML = `<form><div><textarea></textarea></div></form>`;
  field = document.querySelector("textarea")!;
  vi.stubGlobal("fetch", (url: string) => {
    asked.push(url);
    const body = url.endsWith("/canned") ? { replies: REPLIES } : { text: "김하늘 님, 늦어져요" };
    const wait = answering.shift() ?? (() => Promise.resolve());
    return wait().then(() => Response.json(body));
  });
  written = Field.of(field);
  new CannedList(document.querySelector("form")!, written, "/canned");
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") sendKeys += 1;
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function becomeEditor(): void {
  const form = document.querySelector("form")!;
  written.become((area) => new RichSurface(form, area, written, () => undefined));
}

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

test("a second Enter, while the text is on its way, does nothing", async () => {
  await type("/지연");
  const arrive = slowly();
  expect([press("Enter"), press("Enter"), press("Tab")]).toEqual([true, true, true]);
  expect(document.querySelector("form")!.getAttribute("aria-busy")).toBe("true");
  await arrive();
  expect([field.value, sendKeys]).toEqual(["김하늘 님, 늦어져요", 0]);
  expect(document.querySelector("form")!.hasAttribute("aria-busy")).toBe(false);
  press("Enter");
  expect(sendKeys).toBe(1);
});

test("when the text does not come, Enter is Enter again", async () => {
  await type("/지연");
  const arrive = slowly();
  press("Enter");
  await arrive(new TypeError("offline"));
  expect(document.querySelector("#toasts")!.textContent).toContain("서버에 닿지 않아요");
  press("Enter");
  expect([field.value, sendKeys]).toEqual(["/지연", 1]);
});

test("Enter before the list has come chooses from it when it comes", async () => {
  const arrive = slowly();
  await type("/지연");
  expect([list().hidden, press("Enter"), press("Enter")]).toEqual([true, true, true]);
  await arrive();
  await vi.waitFor(() => expect(field.value).toBe("김하늘 님, 늦어져요"));
  expect([sendKeys, asked]).toEqual([0, ["/canned", "/canned/2"]]);
});

test("a list that does not come, or has nothing that fits, holds Enter up once at most", async () => {
  const first = slowly();
  await type("/지연");
  expect(press("Enter")).toBe(true);
  await first(new TypeError("offline"));
  press("Enter");
  expect(sendKeys).toBe(1);
  const second = slowly();
  await type("/없는말");
  expect(press("Enter")).toBe(true);
  await second();
  press("Enter");
  expect([sendKeys, field.value]).toEqual([2, "/없는말"]);
});

test("what is typed on, or Escape, takes back what was meant before the list came", async () => {
  const arrive = slowly();
  await type("/지연");
  press("Enter");
  await type("/지연 아니");
  await arrive();
  expect([field.value, asked]).toEqual(["/지연 아니", ["/canned"]]);
});

test("a list that is known is shown at once and brought up to date behind", async () => {
  await type("/");
  await type("");
  const now = performance.now();
  vi.spyOn(performance, "now").mockReturnValue(now + 61_000);
  const arrive = slowly();
  await type("/");
  expect(titles()).toEqual(["인사", "배송 지연 안내", "환불 안내"]);
  press("ArrowDown");
  await arrive();
  expect(asked).toEqual(["/canned", "/canned"]);
  expect(document.querySelector("[aria-selected=true] b")!.textContent).toBe("배송 지연 안내");
});

test("without a network the list says that, and not that there are none", async () => {
  await type("");
  const arrive = slowly();
  await type("/");
  await arrive(new TypeError("offline"));
  expect(list().textContent).toContain("서버에 닿지 않아요");
  await type("");
  expect(list().hidden).toBe(true);
});

test("chosen in the plain field, the text comes into the editor that stands there by then", async () => {
  await type("안녕하세요\n/지연");
  const arrive = slowly();
  press("Enter");
  becomeEditor();
  await arrive();
  expect(written.text).toBe("안녕하세요\n김하늘 님, 늦어져요");
});

test("a list that is open when the editor comes goes on in it", async () => {
  await type("안녕하세요\n/지연");
  becomeEditor();
  const enter = new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true });
  written.input.dispatchEvent(enter);
  await vi.waitFor(() => expect(written.text).toBe("안녕하세요\n김하늘 님, 늦어져요"));
});
