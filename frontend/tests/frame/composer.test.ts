import { afterEach, expect, test, vi } from "vitest";
import { Composer } from "../../src/frame/composer";
import { late, lend } from "../../src/frame/late";
import * as attachments from "../../src/frame/late/attachments";
import { fill } from "../../src/shared/words";

function composer(saved = "") {
  const send = vi.fn<(text: string, files: readonly unknown[]) => void>();
  const typing = vi.fn<() => void>();
  let draft = saved;
  const made = new Composer({
    say: fill,
    draft: { get: () => draft, set: (text) => void (draft = text) },
    limits: () => ({ text: 20, file: 1000, files: 2 }),
    target: () => Promise.reject(new Error("no uploads here")),
    send,
    typing,
  });
  document.body.append(made.element);
  const field = made.element.querySelector("textarea")!;
  const write = (text: string): void => {
    field.value = text;
    field.dispatchEvent(new Event("input"));
  };
  const press = (init: KeyboardEventInit & { keyCode?: number }): void =>
    void field.dispatchEvent(new KeyboardEvent("keydown", { cancelable: true, ...init }));
  return { made, field, send, typing, write, press, draft: () => draft };
}

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

test("Enter sends, Shift+Enter does not", () => {
  const { field, send, write, press, draft } = composer();
  write(" 안녕하세요 ");
  press({ key: "Enter", shiftKey: true });
  expect(send).toHaveBeenCalledTimes(0);
  press({ key: "Enter" });
  expect(send.mock.calls).toEqual([["안녕하세요", []]]);
  expect([field.value, draft()]).toEqual(["", ""]);
});

test("on a touched screen Enter begins a line, and the button sends", () => {
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
  const { made, field, send, write, press } = composer();
  write("안녕하세요");
  press({ key: "Enter" });
  expect([send.mock.calls.length, field.getAttribute("enterkeyhint")]).toEqual([0, "enter"]);
  made.element.querySelector<HTMLElement>(".send")!.click();
  expect(send).toHaveBeenCalledTimes(1);
  write("글쇠판으로");
  press({ key: "Enter", ctrlKey: true });
  expect(send).toHaveBeenCalledTimes(2);
  vi.unstubAllGlobals();
});

test("the Enter that ends a Korean syllable does not send", () => {
  const { send, write, press } = composer();
  write("감사합니다");
  press({ key: "Enter", isComposing: true });
  press({ key: "Enter", keyCode: 229 });
  expect(send).toHaveBeenCalledTimes(0);
  press({ key: "Enter" });
  expect(send).toHaveBeenCalledTimes(1);
});

test("blank text is not sent and too long text is kept with a word why", () => {
  const { made, field, send, write, press } = composer();
  write("   ");
  press({ key: "Enter" });
  write("가".repeat(21));
  press({ key: "Enter" });
  expect(send).toHaveBeenCalledTimes(0);
  expect(field.value).toHaveLength(21);
  expect(made.element.querySelector(".wrong")?.textContent).toBe(
    "글이 너무 길어요. 20자까지 보낼 수 있어요.",
  );
});

test("a draft comes back after a reload", () => {
  expect(composer("쓰다 만 글").field.value).toBe("쓰다 만 글");
});

test("typing is told at most once in three seconds", () => {
  vi.useFakeTimers();
  const { typing, write } = composer();
  write("가");
  write("가나");
  expect(typing).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(3001);
  write("가나다");
  expect(typing).toHaveBeenCalledTimes(2);
});

test("words wait for the file that was chosen before them", async () => {
  const { made, send, write, press } = composer();
  const attached = made.attach([new File(["x"], "영수증.png")]);
  write("영수증이에요");
  press({ key: "Enter" });
  expect(send).toHaveBeenCalledTimes(0);
  document.head.querySelector("script")!.dispatchEvent(new Event("error"));
  await attached;
  press({ key: "Enter" });
  expect(send).toHaveBeenCalledTimes(1);
  document.head.replaceChildren();
});

test("files that cannot be taken now are said so", async () => {
  const { made } = composer();
  const attached = made.attach([new File(["x"], "사진.png")]);
  document.head.querySelector("script")!.dispatchEvent(new Event("error"));
  await attached;
  expect(made.element.querySelector(".wrong")?.textContent).toBe(
    "지금은 열 수 없어요. 연결을 확인하고 다시 눌러 주세요.",
  );
  // The next one tries again.
  void late("attachments").catch(() => undefined);
  expect(document.head.querySelectorAll("script")).toHaveLength(1);
  document.head.replaceChildren();
});

test("a sign is put where the cursor stands", () => {
  const { made, field, draft } = composer();
  field.value = "고마워요 정말";
  field.setSelectionRange(4, 4);
  made.insert("🙏");
  expect([field.value, draft()]).toEqual(["고마워요🙏 정말", "고마워요🙏 정말"]);
});

test("files too large, empty or too many are refused in words", async () => {
  lend("attachments", attachments);
  const { made } = composer();
  const wrong = (): string => made.element.querySelector(":scope > .wrong")?.textContent ?? "";
  await made.attach([new File(["x".repeat(1001)], "큰.png")]);
  expect(wrong()).toBe("큰.png: 파일이 너무 커요. 1 KB까지 보낼 수 있어요.");
  await made.attach([new File([], "빈.txt")]);
  expect(wrong()).toBe("빈.txt: 빈 파일은 보낼 수 없어요.");
  await made.attach(["a", "b", "c"].map((name) => new File(["x"], name)));
  expect(wrong()).toBe("한 번에 2개까지 붙일 수 있어요.");
  expect(made.element.querySelectorAll(".file")).toHaveLength(2);
});
