import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUpComposers } from "../../src/desk/composer";

const refused = { detail: "이 상담은 이미 끝났어요." };
let posts: { url: string; text: string; key: string; token: string | null }[] = [];
let answers: (Response | Error)[] = [];

function put(): HTMLFormElement {
  document.body.dataset.csrf = "token";
  document.body.innerHTML = `
    <form class="comp" method="post" action="http://majung.example/replies" data-composer data-draft="c1">
      <input type="hidden" name="key" data-client-key value="key-1">
      <label>답장<input type="radio" name="kind" value="reply" data-action="http://majung.example/replies" checked></label>
      <label>내부 메모<input type="radio" name="kind" value="note" data-action="http://majung.example/notes"></label>
      <textarea name="text"></textarea><p data-error hidden></p>
      <button type="submit">보내기</button>
    </form>`;
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  return document.querySelector("form")!;
}

const field = (): HTMLTextAreaElement => document.querySelector("textarea")!;
const key = (): string => document.querySelector<HTMLInputElement>("[data-client-key]")!.value;
const error = (): string => document.querySelector("[data-error]")!.textContent;

function write(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

async function enter(init: KeyboardEventInit = {}): Promise<void> {
  field().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", cancelable: true, ...init }));
  await vi.waitFor(() => expect(field().readOnly).toBe(false));
}

setUpComposers();

beforeEach(() => {
  posts = [];
  answers = [];
  sessionStorage.clear();
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const form = init.body as FormData;
    const headers = new Headers(init.headers);
    const [text, sent] = [form.get("text") as string, form.get("key") as string];
    posts.push({ url, text, key: sent, token: headers.get("X-CSRFToken") });
    const answer = answers.shift() ?? new Response(null, { status: 204 });
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

test("a stored reply empties the field and the next one has a new key", async () => {
  put();
  write("안녕하세요");
  await enter();
  expect(posts).toEqual([
    { url: "http://majung.example/replies", text: "안녕하세요", key: "key-1", token: "token" },
  ]);
  expect(field().value).toBe("");
  expect(key()).not.toBe("key-1");
  expect(sessionStorage.length).toBe(0);
});

test("a failed reply keeps text and key, says so, and goes out as the same message", async () => {
  put();
  answers = [new TypeError("offline"), Response.json(refused, { status: 409 })];
  write("안녕하세요");
  await enter();
  expect(error()).toBe("보내지 못했어요. 쓴 글은 그대로 있으니 다시 보내주세요.");
  await enter();
  expect(error()).toBe(refused.detail);
  expect(field().value).toBe("안녕하세요");
  await enter();
  expect(posts.map((post) => post.key)).toEqual(["key-1", "key-1", "key-1"]);
  expect([field().value, error()]).toEqual(["", ""]);
});

test("nothing goes out twice while it is being sent, nor at the end of a syllable", async () => {
  put();
  write("한 번");
  await enter({ isComposing: true });
  expect(posts).toHaveLength(0);
  await Promise.all([enter(), enter({ ctrlKey: true })]);
  expect(posts).toHaveLength(1);
});

test("a note goes to the notes, and the field says what it is", async () => {
  const form = put();
  const note = form.querySelector<HTMLInputElement>("[value=note]")!;
  note.checked = true;
  note.dispatchEvent(new Event("change", { bubbles: true }));
  write("우리끼리");
  await enter();
  expect(form.dataset.mode).toBe("note");
  expect(field().getAttribute("aria-label")).toBe("내부 메모");
  expect(posts.map((post) => post.url)).toEqual(["http://majung.example/notes"]);
});

test("a draft survives a reload with its kind and key", () => {
  const form = put();
  const note = form.querySelector<HTMLInputElement>("[value=note]")!;
  note.checked = true;
  document.querySelector<HTMLInputElement>("[data-client-key]")!.value = "key-9";
  write("쓰다 만 글");
  const again = put();
  expect([field().value, key(), again.dataset.mode]).toEqual(["쓰다 만 글", "key-9", "note"]);
});
