/* What comes back after one has gone on to another conversation, or while a message is on its way. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUpComposers } from "../../src/desk/composer/composer";
import { drop } from "../../src/desk/composer/waiting";
import { RichSurface } from "../../src/desk/composer/editor";
import { Field } from "../../src/desk/composer/field";

const HOST = "http://majung.example";
let posts: { url: string; values: Record<string, string> }[] = [];
let reply: () => Promise<Response> = () => Promise.resolve(Response.json({ id: "1" }));
let undo: () => Promise<Response> = reply;

function put(conversation: string, drafts: object[] = []): HTMLFormElement {
  document.querySelector("form")?.remove();
  const at = `${HOST}/desk/c/${conversation}`;
  document.body.insertAdjacentHTML(
    "afterbegin",
    `<form method="post" action="${at}/replies" data-composer data-agent="a1"
           data-conversation="${conversation}" data-draft="${at}/draft">
      <input type="hidden" name="key" data-client-key value="key-${conversation}">
      <label>답장<input type="radio" name="kind" value="reply" data-action="${at}/replies" checked></label>
      <label>내부 메모<input type="radio" name="kind" value="note" data-action="${at}/notes"></label>
      <div><textarea name="text"></textarea></div><div data-files></div><p data-error hidden></p>
      <input type="file" data-upload="/up"><button type="submit">보내기</button></form>`,
  );
  const form = document.querySelector("form")!;
  form.dataset.drafts = JSON.stringify(drafts);
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  return form;
}

const area = (): HTMLTextAreaElement => document.querySelector("textarea")!;
const toasts = (): string => document.querySelector("#toasts")?.textContent ?? "";
const said = (): (string | undefined)[][] =>
  posts.map(({ url, values }) => [url.split("/").at(-1), values.kind, values.text]);

function write(text: string): void {
  area().value = text;
  area().dispatchEvent(new Event("input", { bubbles: true }));
}

async function press(): Promise<void> {
  document.querySelector("form")!.requestSubmit();
  await vi.advanceTimersByTimeAsync(1);
}

/** Lets the test say when it is answered. */
function later(): { promise: Promise<Response>; answer: (response: Response) => Promise<void> } {
  let answer: (response: Response) => void = () => undefined;
  const promise = new Promise<Response>((done) => (answer = done));
  return {
    promise,
    answer: async (response) => {
      answer(response);
      await vi.advanceTimersByTimeAsync(1000);
    },
  };
}

setUpComposers();

beforeEach(() => {
  vi.useFakeTimers();
  posts = [];
  reply = () => Promise.resolve(Response.json({ id: "1", held: 10, undo: `${HOST}/undo` }));
  sessionStorage.clear();
  localStorage.clear();
  vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => {
    const body = init.body instanceof FormData ? init.body : new FormData();
    posts.push({ url, values: Object.fromEntries(body.entries()) as Record<string, string> });
    if (/(replies|notes)$/.test(url)) return reply();
    if (url.endsWith("/undo")) return undo();
    return Promise.resolve(Response.json({ mark: "t:1" }));
  });
});

afterEach(() => {
  for (const one of ["c1", "c2"]) drop(one);
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("taken back from another conversation, a reply stays the draft that the server made of it", async () => {
  const form = put("c1");
  const field = Field.of(area());
  field.become((text) => new RichSurface(form, text, field, () => undefined));
  field.insert("환불해 드릴게요");
  await press();
  put("c2");
  write("다른 상담의 글");
  posts = [];
  undo = () =>
    Promise.resolve(
      Response.json({ kind: "reply", text: "환불해 드릴게요", files: [], mark: "majung:1" }),
    );
  document.querySelector<HTMLButtonElement>("#toasts .btn")!.click();
  await vi.advanceTimersByTimeAsync(5000);
  expect(said().filter(([, , text]) => text !== "다른 상담의 글")).toEqual([
    ["undo", undefined, undefined],
  ]);
  expect(toasts()).toContain("보내기를 취소했어요");
  expect(toasts()).toContain("상담 열기");
  expect(area().value).toBe("다른 상담의 글");
});

test("taken back while one goes away and comes again, it is where one is", async () => {
  put("c1");
  write("환불해 드릴게요");
  await press();
  const back = later();
  undo = () => back.promise;
  document.querySelector<HTMLButtonElement>("#toasts .btn")!.click();
  await vi.advanceTimersByTimeAsync(1);
  put("c2");
  put("c1");
  await back.answer(
    Response.json({ kind: "reply", text: "환불해 드릴게요", files: [], mark: "majung:1" }),
  );
  expect(area().value).toBe("환불해 드릴게요");
});

test("a refusal that comes after one has moved on is told, with a way back", async () => {
  put("c1");
  const answer = later();
  reply = () => answer.promise;
  write("답");
  await press();
  put("c2");
  await answer.answer(Response.json({ detail: "그사이 고객이 글을 남겼어요" }, { status: 409 }));
  expect(toasts()).toContain("그사이 고객이 글을 남겼어요");
  expect(toasts()).toContain("상담 열기");
  expect(document.querySelector("[data-error]")!.textContent).toBe("");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(toasts()).toContain("상담 열기");
});

test("stored after one went away and came again, it is no more in the field", async () => {
  put("c1");
  const answer = later();
  reply = () => answer.promise;
  write("답");
  await press();
  put("c2");
  put("c1", [{ kind: "reply", text: "답", files: [], mark: "t:1" }]);
  expect(area().value).toBe("답");
  await answer.answer(Response.json({ id: "1" }, { status: 201 }));
  expect(area().value).toBe("");
  expect(document.querySelector<HTMLInputElement>("[data-client-key]")!.value).not.toBe("key-c1");
});

test("what was pressed leaves the editor, too, that came while it was being sent", async () => {
  const form = put("c1");
  const answer = later();
  reply = () => answer.promise;
  write("한 줄\n\n \n");
  await press();
  const field = Field.of(area());
  field.become((text) => new RichSurface(form, text, field, () => undefined));
  await answer.answer(Response.json({ id: "1" }, { status: 201 }));
  expect(field.text).toBe("");
});

test("while a reply is being sent it stays a reply, and the note stays as it was", async () => {
  put("c1", [
    { kind: "reply", text: "답장", files: [], mark: "r:1" },
    { kind: "note", text: "메모 초안", files: [], mark: "n:1" },
  ]);
  const answer = later();
  reply = () => answer.promise;
  await press();
  const note = document.querySelector<HTMLInputElement>("[value=note]")!;
  expect(note.disabled).toBe(true);
  await answer.answer(Response.json({ id: "1" }, { status: 201 }));
  expect([note.disabled, area().value]).toEqual([false, ""]);
  note.checked = true;
  note.dispatchEvent(new Event("change", { bubbles: true }));
  expect(area().value).toBe("메모 초안");
});

test("nothing is sent while a canned reply is being put in", async () => {
  const form = put("c1");
  write("/배송");
  form.setAttribute("aria-busy", "true");
  await press();
  expect(posts).toEqual([]);
  expect(document.querySelector("[data-error]")!.textContent).toContain("템플릿을 넣는 중");
  form.removeAttribute("aria-busy");
  await press();
  expect(said()).toEqual([["replies", "reply", "/배송"]]);
});

test("an Enter that is held down sends nothing", async () => {
  put("c1");
  write("방금 넣은 템플릿");
  const init = { key: "Enter", repeat: true, bubbles: true, cancelable: true };
  area().dispatchEvent(new KeyboardEvent("keydown", init));
  await vi.advanceTimersByTimeAsync(1);
  expect(posts).toEqual([]);
});

test("a file that is put up while a message is being sent goes with the next one", async () => {
  const form = put("c1", [
    { kind: "reply", text: "답", files: [{ id: "f1", name: "a", size: 1 }], mark: "r" },
  ]);
  const answer = later();
  reply = () => answer.promise;
  await press();
  const files = form.querySelector("[data-files]")!;
  files.insertAdjacentHTML(
    "beforeend",
    `<span><input type="hidden" name="files" value="f2" data-name="b" data-size="1"></span>`,
  );
  files.dispatchEvent(new CustomEvent("files", { bubbles: true }));
  await answer.answer(Response.json({ id: "1" }, { status: 201 }));
  const left = [...files.querySelectorAll("input")].map(({ value }) => value);
  expect([left, area().value]).toEqual([["f2"], ""]);
});

test("an undo and a draft that hang are given up", async () => {
  const waits = vi.spyOn(AbortSignal, "timeout");
  put("c1");
  write("답");
  await vi.advanceTimersByTimeAsync(900);
  expect(waits).toHaveBeenCalledTimes(1);
  await press();
  document.querySelector<HTMLButtonElement>("#toasts .btn")!.click();
  await vi.advanceTimersByTimeAsync(1);
  expect(posts.at(-1)?.url).toBe(`${HOST}/undo`);
  expect(waits).toHaveBeenCalledTimes(2);
});
