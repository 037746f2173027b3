import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bring } from "../../src/desk/composer/bring";
import { setUpComposers } from "../../src/desk/composer/composer";

interface Post {
  readonly url: string;
  readonly values: Record<string, string>;
  readonly keepalive: boolean;
}

const refused = { detail: "이 상담은 이미 끝났어요." };
const HOST = "http://majung.example";
let posts: Post[] = [];
let answers: (Response | Error)[] = [];
let draftAnswers: (Response | Error)[] = [];
const withdrawals: Response[] = [];

function put(drafts: object[] = []): HTMLFormElement {
  document.body.dataset.csrf = "token";
  document.body.innerHTML = `
    <form class="comp" method="post" action="${HOST}/replies" data-composer data-agent="a1"
          data-conversation="c1" data-draft="${HOST}/draft">
      <input type="hidden" name="key" data-client-key value="key-1">
      <label>답장<input type="radio" name="kind" value="reply" data-action="${HOST}/replies" checked></label>
      <label>내부 메모<input type="radio" name="kind" value="note" data-action="${HOST}/notes"></label>
      <textarea name="text"></textarea><p data-error hidden></p>
      <div data-elsewhere hidden><q data-other></q><button type="button" data-keep="both">둘 다</button>
        <button type="button" data-keep="mine">내 글</button></div>
      <div class="bar"><button type="submit">보내기</button>
        <button type="submit" name="then" value="close">보내고 끝내기</button></div>
    </form>`;
  const form = document.querySelector("form")!;
  form.dataset.drafts = JSON.stringify(drafts);
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  return form;
}

const field = (): HTMLTextAreaElement => document.querySelector("textarea")!;
const key = (): string => document.querySelector<HTMLInputElement>("[data-client-key]")!.value;
const chip = (): string => {
  const line = document.querySelector<HTMLElement>(".bring")!;
  return line.hidden ? "" : line.querySelector("span")!.textContent;
};
const error = (): string => document.querySelector("[data-error]")!.textContent;
const line = (): string => document.querySelector(".waits span")!.textContent;
const sent = (): Post[] => posts.filter((post) => /(replies|notes)$/.test(post.url));
const saved = (): Post[] => posts.filter((post) => post.url.endsWith("/draft"));

function write(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

function press(init: KeyboardEventInit): void {
  field().dispatchEvent(new KeyboardEvent("keydown", { cancelable: true, bubbles: true, ...init }));
}

async function enter(init: KeyboardEventInit = {}): Promise<void> {
  press({ key: "Enter", ...init });
  await vi.waitFor(() => expect(field().readOnly).toBe(false));
}

function pick(kind: string): void {
  const radio = document.querySelector<HTMLInputElement>(`[value=${kind}]`)!;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

setUpComposers();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  posts = [];
  answers = [];
  draftAnswers = [];
  withdrawals.length = 0;
  sessionStorage.clear();
  localStorage.clear();
  vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => {
    const form = init.body instanceof FormData ? init.body : new FormData();
    const values = Object.fromEntries([...form.entries()]) as Record<string, string>;
    posts.push({ url, values, keepalive: init.keepalive ?? false });
    let answer: Response | Error | undefined;
    if (url.endsWith("/draft")) answer = draftAnswers.shift() ?? Response.json({ mark: "t:1" });
    else if (url.endsWith("/undo")) answer = withdrawals.shift();
    else answer = answers.shift();
    answer ??= new Response(null, { status: 204 });
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  });
});

afterEach(() => {
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("a stored reply empties the field and the next one has a new key", async () => {
  put();
  write("안녕하세요");
  await enter();
  expect(sent().map(({ url, values }) => [url, values.text, values.key])).toEqual([
    [`${HOST}/replies`, "안녕하세요", "key-1"],
  ]);
  expect(field().value).toBe("");
  expect(key()).not.toBe("key-1");
  expect([sessionStorage.length, localStorage.length]).toEqual([0, 0]);
});

test("a failed reply keeps text and key, says so, and goes out as the same message", async () => {
  put();
  answers = [new TypeError("offline"), Response.json(refused, { status: 409 })];
  write("안녕하세요");
  await enter();
  expect([error(), line()]).toEqual(["", "연결되면 보낼게요"]);
  await enter();
  expect([error(), line()]).toEqual([refused.detail, ""]);
  expect(field().value).toBe("안녕하세요");
  await enter();
  expect(sent().map((post) => post.values.key)).toEqual(["key-1", "key-1", "key-1"]);
  expect([field().value, error()]).toEqual(["", ""]);
});

test("nothing goes out twice while it is being sent, nor at the end of a syllable", async () => {
  put();
  write("한 번");
  await enter({ isComposing: true });
  expect(sent()).toHaveLength(0);
  await Promise.all([enter(), enter({ ctrlKey: true })]);
  expect(sent()).toHaveLength(1);
});

test("with Shift and Ctrl it is sent and the conversation closed; a note closes nothing", async () => {
  put();
  write("다 됐어요");
  await enter({ ctrlKey: true, shiftKey: true });
  pick("note");
  write("우리끼리");
  await enter({ ctrlKey: true, shiftKey: true });
  write("그냥");
  await enter();
  expect(sent().map(({ values }) => values.then)).toEqual(["close", undefined, undefined]);
});

test("a note goes to the notes, and the field says what it is", async () => {
  const form = put();
  pick("note");
  write("우리끼리");
  await enter();
  expect(form.dataset.mode).toBe("note");
  expect(field().getAttribute("aria-label")).toBe("내부 메모");
  expect(sent().map((post) => post.url)).toEqual([`${HOST}/notes`]);
});

test("each kind has its own text; one without any takes over what is on screen", () => {
  put();
  write("답이에요");
  pick("note");
  expect(field().value).toBe("답이에요");
  write("메모예요");
  pick("reply");
  expect(field().value).toBe("메모예요");
});

test("two kinds that both have a text change places", () => {
  put([
    { kind: "reply", text: "답", mark: "x:1", files: [] },
    { kind: "note", text: "메모", mark: "y:1", files: [] },
  ]);
  pick("note");
  expect(field().value).toBe("메모");
  pick("reply");
  expect(field().value).toBe("답");
});

test("a draft is saved a moment after typing, once, and no more kept here", async () => {
  put();
  write("쓰");
  write("쓰다");
  await vi.advanceTimersByTimeAsync(700);
  expect(saved()).toHaveLength(0);
  expect(localStorage.length).toBe(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(saved().map(({ values }) => [values.kind, values.text, values.key])).toEqual([
    ["reply", "쓰다", "key-1"],
  ]);
  expect(localStorage.length).toBe(0);
});

test("a draft that the server does not take stays here and is saved when the page comes again", async () => {
  put();
  draftAnswers = [new TypeError("offline")];
  write("터널에서 쓴 글");
  await vi.advanceTimersByTimeAsync(900);
  expect(localStorage.length).toBe(1);
  put();
  expect(field().value).toBe("터널에서 쓴 글");
  await vi.advanceTimersByTimeAsync(10);
  expect(saved().at(-1)?.values.text).toBe("터널에서 쓴 글");
  expect(localStorage.length).toBe(0);
});

test("what somebody leaves in the field is saved although the page goes away", () => {
  put();
  write("나가면서");
  window.dispatchEvent(new Event("pagehide"));
  expect(saved().map(({ values, keepalive }) => [values.text, keepalive])).toEqual([
    ["나가면서", true],
  ]);
});

test("what another page saved is told, both texts stay, and one may have both", async () => {
  put([{ kind: "reply", text: "처음", mark: "x:1", files: [] }]);
  const theirs = { kind: "reply", text: "다른 창의 글", mark: "y:7", files: [] };
  draftAnswers = [Response.json({ draft: theirs }, { status: 409 })];
  write("내 글");
  await vi.advanceTimersByTimeAsync(900);
  const told = document.querySelector<HTMLElement>("[data-elsewhere]")!;
  expect([told.hidden, field().value]).toEqual([false, "내 글"]);
  expect(told.querySelector("[data-other]")!.textContent).toBe("다른 창의 글");
  document.querySelector<HTMLButtonElement>("[data-keep=both]")!.click();
  expect([told.hidden, field().value]).toEqual([true, "내 글\n\n다른 창의 글"]);
  await vi.advanceTimersByTimeAsync(10);
  expect(saved().at(-1)?.values).toMatchObject({ seen: "y:7", text: "내 글\n\n다른 창의 글" });
});

test("a reload keeps the key with the text, so that the same message is not sent twice", async () => {
  put();
  document.querySelector<HTMLInputElement>("[data-client-key]")!.value = "key-9";
  write("쓰다 만 글");
  await vi.advanceTimersByTimeAsync(900);
  put([{ kind: "reply", text: "쓰다 만 글", mark: "t:1", files: [] }]);
  expect([field().value, key()]).toEqual(["쓰다 만 글", "key-9"]);
});

test("formatting of a draft stays until somebody writes over it, and goes out with it", async () => {
  const rich = {
    type: "doc" as const,
    content: [
      {
        type: "paragraph" as const,
        content: [{ type: "text" as const, text: "굵게", marks: [{ type: "bold" as const }] }],
      },
    ],
  };
  put([{ kind: "reply", text: "굵게", rich, mark: "x:1", files: [] }]);
  await enter();
  write("굵게");
  await enter();
  expect(sent().map(({ values }) => values.rich)).toEqual([JSON.stringify(rich), undefined]);
});

test("a held reply comes back with Ctrl+Z in the empty field, before what was typed since", async () => {
  put();
  answers = [Response.json({ held: 10, undo: `${HOST}/undo`, closed: false })];
  withdrawals.push(
    Response.json({ kind: "reply", text: "잘못 보낸 글", mark: "majung:1", files: [] }),
  );
  write("잘못 보낸 글");
  await enter();
  expect(document.querySelector("#toasts")!.textContent).toContain("취소");
  write("다음 글");
  press({ key: "z", code: "KeyZ", ctrlKey: true });
  expect(posts.some((post) => post.url.endsWith("/undo"))).toBe(false);
  write("");
  press({ key: "z", code: "KeyZ", ctrlKey: true });
  await vi.waitFor(() => expect(field().value).toBe("잘못 보낸 글"));
});

test("a reply that has gone out stays sent, and the agent is told", async () => {
  put();
  answers = [Response.json({ held: 10, undo: `${HOST}/undo`, closed: false })];
  withdrawals.push(Response.json({ detail: "이미 보냈어요." }, { status: 409 }));
  write("보낸 글");
  await enter();
  press({ key: "z", code: "KeyZ", metaKey: true });
  await vi.waitFor(() =>
    expect(document.querySelector("#toasts")!.textContent).toContain("이미 보냈어요."),
  );
  expect(field().value).toBe("");
});

const CARD = { cards: [{ title: "배송 안내" }] };
const OTHER = { cards: [{ title: "다른 카드" }], choices: ["네"] };

test("a card is saved with its text, comes back with it and goes out once", async () => {
  const form = put();
  bring(form, CARD);
  write("확인해 주세요");
  await vi.advanceTimersByTimeAsync(900);
  expect(saved().at(-1)?.values.parts).toBe(JSON.stringify(CARD));
  const draft = { kind: "reply", text: "확인해 주세요", parts: CARD, mark: "t:1", files: [] };
  put([draft]);
  expect([field().value, chip()]).toEqual(["확인해 주세요", "카드 ‘배송 안내’"]);
  await enter();
  write("다음 글");
  await enter();
  expect(sent().map(({ values }) => values.parts)).toEqual([JSON.stringify(CARD), undefined]);
  expect(chip()).toBe("");
});

test("what is left out is no more in the draft", async () => {
  put([{ kind: "reply", text: "글", parts: CARD, mark: "x:1", files: [] }]);
  document.querySelector<HTMLButtonElement>(".bring button")!.click();
  await vi.advanceTimersByTimeAsync(900);
  expect(saved().map(({ values }) => [values.text, values.parts])).toEqual([["글", undefined]]);
});

test("a card that the server could not keep is there when the page comes again", async () => {
  const form = put();
  draftAnswers = [new TypeError("offline")];
  write("터널에서");
  bring(form, CARD);
  await vi.advanceTimersByTimeAsync(900);
  put();
  expect(chip()).toBe("카드 ‘배송 안내’");
});

test("each kind keeps its own card, and one without a text takes it over", () => {
  put([
    { kind: "reply", text: "답", parts: CARD, mark: "x:1", files: [] },
    { kind: "note", text: "메모", parts: {}, mark: "y:1", files: [] },
  ]);
  pick("note");
  expect(chip()).toBe("");
  pick("reply");
  expect(chip()).toBe("카드 ‘배송 안내’");
});

test.each([
  ["both", "카드 ‘배송 안내’ · 빠른 답장 1개", { ...CARD, choices: ["네"] }],
  ["mine", "카드 ‘배송 안내’", CARD],
])("of two pages the one that is chosen keeps its card: %s", async (choice, words, parts) => {
  put([{ kind: "reply", text: "처음", parts: CARD, mark: "x:1", files: [] }]);
  const theirs = { kind: "reply", text: "다른 글", parts: OTHER, mark: "y:7", files: [] };
  draftAnswers = [Response.json({ draft: theirs }, { status: 409 })];
  write("내 글");
  await vi.advanceTimersByTimeAsync(900);
  expect(document.querySelector("[data-other]")!.textContent).toBe(
    "다른 글 · 카드 ‘다른 카드’ · 빠른 답장 1개",
  );
  document.querySelector<HTMLButtonElement>(`[data-keep=${choice}]`)!.click();
  expect(chip()).toBe(words);
  await vi.advanceTimersByTimeAsync(10);
  expect(JSON.parse(saved().at(-1)!.values.parts!)).toEqual(parts);
});

test("a held reply comes back with its card", async () => {
  put([{ kind: "reply", text: "잘못 보낸 글", parts: CARD, mark: "x:1", files: [] }]);
  answers = [Response.json({ held: 10, undo: `${HOST}/undo`, closed: false })];
  withdrawals.push(
    Response.json({
      kind: "reply",
      text: "잘못 보낸 글",
      parts: CARD,
      mark: "majung:1",
      files: [],
    }),
  );
  await enter();
  expect(chip()).toBe("");
  press({ key: "z", code: "KeyZ", ctrlKey: true });
  await vi.waitFor(() => expect(chip()).toBe("카드 ‘배송 안내’"));
});
