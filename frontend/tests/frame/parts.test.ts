import { beforeAll, expect, test, vi } from "vitest";
import type { Message } from "../../src/frame/api";
import type { App } from "../../src/frame/app";
import { cards } from "../../src/frame/cards";
import { lend } from "../../src/frame/late";
import * as parts from "../../src/frame/late/parts";
import { app, Server, settle, stage } from "./visitor";

let server: Server;
stage((made) => (server = made));
beforeAll(() => lend("parts", parts));

const shown = (made: App, selector: string): HTMLElement[] =>
  [...made.element.querySelectorAll<HTMLElement>(selector)].filter(
    (one) => !one.closest("[hidden]"),
  );
const texts = (made: App, selector: string): string[] =>
  shown(made, selector).map((one) => one.textContent);
const press = (made: App, name: string): void =>
  shown(made, "button")
    .find((one) => one.textContent === name)!
    .click();
const submit = (made: App, form: string): void =>
  void made.element
    .querySelector(form)!
    .dispatchEvent(new SubmitEvent("submit", { cancelable: true, bubbles: true }));

async function begun(): Promise<ReturnType<typeof app>> {
  const all = app();
  void all.made.begin("");
  await settle();
  return all;
}

function say(carried: Message["parts"]): Message {
  const message = { ...server.put("agent", "골라 주세요"), parts: carried! };
  server.messages[server.messages.length - 1] = message;
  return message;
}

test("a quick reply under the greeting says its words, and is gone then", async () => {
  server.choices = ["배송 조회", "교환"];
  const { made } = await begun();
  expect(texts(made, ".choices button")).toEqual(["배송 조회", "교환"]);
  press(made, "배송 조회");
  await settle();
  expect(server.messages.map((one) => one.text)).toEqual(["배송 조회"]);
  expect(texts(made, ".choices button")).toEqual([]);
});

test("only the newest words have choices, and their cards can be pressed only so long", async () => {
  server.put("customer", "안녕하세요");
  const buttons = [
    { label: "보기", link: "https://shop.example/" },
    { label: "색", say: "다른 색" },
  ];
  say({ choices: ["네", "아니요"], cards: [{ title: "신발", buttons }] });
  const { made, write } = await begun();
  expect(texts(made, ".choices button")).toEqual(["네", "아니요"]);
  const [word] = shown(made, ".cards button") as HTMLButtonElement[];
  expect(word!.disabled).toBe(false);
  write("잠깐만요");
  await settle();
  expect(texts(made, ".choices button")).toEqual([]);
  expect((shown(made, ".cards button") as HTMLButtonElement[])[0]!.disabled).toBe(true);
  expect(shown(made, ".cards a")[0]!.getAttribute("href")).toBe("https://shop.example/");
});

test("a card opens nothing but the web, and its words are no markup", () => {
  const bad = [{ label: "<b>x</b>", link: "javascript:alert(1)" }];
  const made = cards({ cards: [{ title: "<img src=x>", buttons: bad }] }, null)!;
  expect(made.querySelector("a")!.hasAttribute("href")).toBe(false);
  expect(made.querySelector("img, b > b")).toBeNull();
  expect(made.querySelector("b")!.textContent).toBe("<img src=x>");
});

test("an ended talk asks how it was, keeps what was said, and lets it be changed", async () => {
  server.put("customer", "고마워요");
  server.asked = { rating: { question: "어땠어요?", score: null, comment: "", open: true } };
  const { made } = await begun();
  expect(texts(made, ".rating legend")).toEqual(["어땠어요?"]);
  const radios = shown(made, ".rating input") as HTMLInputElement[];
  expect(radios.length).toBe(5);
  expect(shown(made, ".rating textarea")).toEqual([]);
  radios[3]!.checked = true;
  radios[3]!.dispatchEvent(new Event("change", { bubbles: true }));
  (shown(made, ".rating textarea") as HTMLTextAreaElement[])[0]!.value = "빨라요";
  server.rated = { rating: { question: "어땠어요?", score: 4, comment: "빨라요", open: true } };
  submit(made, ".rating");
  await settle();
  expect(server.paths("ratings")).toEqual([{ conversation: "c1", score: 4, comment: "빨라요" }]);
  expect(texts(made, ".rating p")).toEqual(["고마워요. ‘좋아요’로 남겼어요."]);
  press(made, "바꾸기");
  expect((shown(made, ".rating input") as HTMLInputElement[])[3]!.checked).toBe(true);
});

test("an answer that did not arrive is told, and what was chosen stays", async () => {
  server.put("customer", "고마워요");
  server.asked = { rating: { question: "", score: null, comment: "", open: true } };
  server.refusals.set("ratings", [{ status: 500 }]);
  const { made } = await begun();
  const [first] = shown(made, ".rating input") as HTMLInputElement[];
  first!.checked = true;
  first!.dispatchEvent(new Event("change", { bubbles: true }));
  submit(made, ".rating");
  await settle();
  expect(texts(made, ".rating .wrong")[0]).toContain("보내지 못했어요");
  expect((shown(made, ".rating input") as HTMLInputElement[])[0]!.checked).toBe(true);
});

test("an address is asked for when nobody is expected, once", async () => {
  server.put("customer", "계세요?");
  server.asked = { contact: { after: 2 } };
  const { made } = await begun();
  expect(shown(made, ".contact")).toEqual([]);
  await settle(5000);
  expect(texts(made, ".contact p")[0]).toBe("답장을 놓치지 않게 연락처를 남겨 주세요.");
  press(made, "괜찮아요");
  expect(shown(made, ".contact")).toEqual([]);
  const again = await begun();
  await settle(5000);
  expect(shown(again.made, ".contact")).toEqual([]);
});

test("who closes the window unanswered finds the field on coming back", async () => {
  server.put("customer", "계세요?");
  server.asked = { contact: { after: 600 } };
  const { made } = await begun();
  made.left();
  expect(shown(made, ".contact").length).toBe(1);
  const [input] = shown(made, ".contact input") as HTMLInputElement[];
  input!.value = "haneul@example.com";
  submit(made, ".contact");
  await settle();
  expect(server.paths("contacts")).toEqual([{ conversation: "c1", contact: "haneul@example.com" }]);
  expect(texts(made, ".contact p")).toEqual(["고마워요. 상담원이 볼 수 있게 적어 두었어요."]);
});

const BEFORE = {
  fields: [
    { name: "name", required: true },
    { name: "email", required: false },
  ],
  topic: { question: "", choices: ["배송", "교환"], required: true },
};

function fill(made: App, name: string, value: string): void {
  const input = made.element.querySelector<HTMLInputElement>(`.prechat [name="${name}"]`)!;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

test("what is asked first is asked before one can write, and goes with the first words", async () => {
  server.before = BEFORE;
  server.choices = ["배송 조회"];
  const { made, write } = await begun();
  expect(made.composer.element.hidden).toBe(true);
  expect(texts(made, ".choices button")).toEqual([]);
  fill(made, "email", "nothing");
  submit(made, ".prechat");
  expect(texts(made, ".prechat .wrong")).toEqual([
    "꼭 적어 주세요.",
    "이메일 주소를 다시 확인해 주세요.",
    "하나를 골라 주세요.",
  ]);
  fill(made, "name", "김하늘");
  fill(made, "email", "haneul@example.com");
  made.element.querySelector<HTMLInputElement>("[value=교환]")!.checked = true;
  submit(made, ".prechat");
  expect(made.composer.element.hidden).toBe(false);
  write("바꾸고 싶어요");
  write("빨리요");
  await settle();
  const about = { name: "김하늘", email: "haneul@example.com", topic: "교환" };
  const sent = server.paths("messages").filter((body) => body.text);
  expect(sent.map((body) => body.about)).toEqual([about, undefined]);
});

test("what was typed first is there again after a reload", async () => {
  server.before = BEFORE;
  const { made } = await begun();
  fill(made, "name", "김하");
  made.element.remove();
  const again = await begun();
  const input = again.made.element.querySelector<HTMLInputElement>(".prechat [name=name]")!;
  expect(input.value).toBe("김하");
  again.made.forget();
  expect(localStorage.getItem("majung:k:about")).toBeNull();
});

test("what need not be said can be skipped", async () => {
  server.before = { fields: [{ name: "email", required: false }], topic: null };
  const { made, write } = await begun();
  press(made, "건너뛰기");
  write("안녕하세요");
  await settle();
  expect(server.paths("messages").find((body) => body.text)!.about).toBeUndefined();
});

test("nothing is fetched for a talk that asks nothing", async () => {
  const fetched = vi.spyOn(document.head, "appendChild");
  server.put("customer", "안녕하세요");
  await begun();
  expect(fetched).not.toHaveBeenCalled();
});
