import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { announce, announcer } from "../../src/desk/announce";
import { draw, hear, setUpPresence } from "../../src/desk/presence";
import type { Signal } from "../../src/shared/live/stream";

const people = ["박서연", "정도윤", "김민수", "이하나"].map((name, at) => ({
  id: `a${at}`,
  name,
  team: "",
  tint: "t1",
}));
let told: string[] = [];
let number = 0;
let topic = "";

const words = (): string => document.getElementById("presence")!.textContent;
const signs = (): number => document.querySelectorAll("#presence .av").length;

function signal(id: string, state: string): Signal {
  return { topic, epoch: "", first: 0, n: 0, ids: [id, state], kind: "presence" };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

setUpPresence();

beforeEach(async () => {
  told = [];
  number += 1;
  topic = `watching:c${number}`;
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    if (url.endsWith("/colleagues"))
      return Promise.resolve(new Response(JSON.stringify({ colleagues: people })));
    told.push((init?.body as URLSearchParams).get("state")!);
    return Promise.resolve(new Response(null, { status: 204 }));
  });
  document.body.innerHTML = `
    <span id="presence" data-me="me" data-live="${topic}" data-watching="http://majung.example/${number}/watching"
      data-colleagues="http://majung.example/${number}/colleagues"></span>
    <form data-composer><textarea></textarea></form>`;
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  await settled();
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("who comes says so, and is answered by those who are there", async () => {
  expect(told).toEqual(["came"]);
  hear(signal("a0", "came"));
  await settled();
  expect(told).toEqual(["came", "looking"]);
  hear(signal("a0", "looking"));
  await settled();
  expect(told).toEqual(["came", "looking"]);
  expect([words(), signs()]).toEqual(["박박서연 님이 함께 보고 있어요", 1]);
});

test("who writes is said first, for six seconds", async () => {
  const now = Date.now();
  hear(signal("a0", "looking"), now);
  hear(signal("a1", "typing"), now);
  await settled();
  expect(words()).toContain("정도윤 님이 쓰고 있어요");
  await draw(now + 6001);
  expect(words()).toContain("박서연, 정도윤 님이 함께 보고 있어요");
});

test("many are counted", async () => {
  for (const { id } of people) hear(signal(id, "looking"));
  await settled();
  expect(words()).toContain("박서연 님 외 3명이 함께 보고 있어요");
  expect(signs()).toBe(3);
});

test("who leaves is gone at once, who falls silent after 45 seconds", async () => {
  const now = Date.now();
  hear(signal("a0", "looking"), now);
  hear(signal("a1", "looking"), now);
  hear(signal("a0", "gone"), now);
  await settled();
  expect(words()).toContain("정도윤 님이 함께 보고 있어요");
  await draw(now + 44_000);
  expect(signs()).toBe(1);
  await draw(now + 45_000);
  expect(words()).toBe("");
});

test("another conversation's people, and oneself, are not shown", async () => {
  hear({ ...signal("a0", "looking"), topic: "watching:another" });
  hear(signal("me", "looking"));
  await settled();
  expect(words()).toBe("");
});

test("whose other tab is closed is still here", async () => {
  hear(signal("me", "gone"));
  hear(signal("me", "looking"));
  await settled();
  expect(told).toEqual(["came", "looking"]);
});

test("what is drawn comes back after the header was read again", async () => {
  hear(signal("a0", "looking"));
  await settled();
  document.getElementById("presence")!.replaceChildren();
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  await settled();
  expect(words()).toContain("박서연 님이 함께 보고 있어요");
});

test("writing is told, once in three seconds, an empty field is not", async () => {
  const text = document.querySelector("textarea")!;
  const write = (value: string): void => {
    text.value = value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  };
  write("  ");
  write("안녕하세요");
  write("안녕하세요!");
  await settled();
  expect(told).toEqual(["came", "typing"]);
});

test("writing in the editor is told as writing in the textarea is", async () => {
  const editor = document.createElement("div");
  editor.setAttribute("contenteditable", "true");
  document.querySelector("[data-composer]")!.append(editor);
  editor.textContent = "안녕하세요";
  vi.spyOn(Date, "now").mockReturnValue(Date.now() + 10_000);
  editor.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
  expect(told).toContain("typing");
});

test("those who took part are told to look or to write, and to do neither", async () => {
  document.body.insertAdjacentHTML(
    "beforeend",
    '<p data-person="a1"><i data-now data-looks="보는 중" data-types="쓰는 중" hidden></i></p>',
  );
  const sign = document.querySelector<HTMLElement>("[data-now]")!;
  hear(signal("a1", "looking"));
  await settled();
  expect([sign.textContent, sign.hidden]).toEqual(["보는 중", false]);
  hear(signal("a1", "typing"));
  await settled();
  expect(sign.textContent).toBe("쓰는 중");
  hear(signal("a1", "gone"));
  await settled();
  expect(sign.hidden).toBe(true);
});

test("who comes is said aloud once, and nothing else that is said is wiped by it", async () => {
  const said: string[] = [];
  const place = announcer();
  const heard = new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) said.push(node.textContent ?? "");
  });
  heard.observe(place, { childList: true });
  announce("새 알림이 왔어요");
  await draw();
  await draw();
  expect(place.textContent).toBe("새 알림이 왔어요");
  hear(signal("a0", "looking"));
  await settled();
  // The header was read again: what is drawn in it is drawn anew, and not said anew.
  const region = document.getElementById("presence")!;
  delete region.dataset.words;
  region.replaceChildren();
  await draw();
  expect(words()).toContain("박서연 님이 함께 보고 있어요");
  await settled();
  expect(said).toEqual(["새 알림이 왔어요", "박서연 님이 함께 보고 있어요"]);
  heard.disconnect();
});
