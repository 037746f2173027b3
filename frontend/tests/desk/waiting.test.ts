/* A message of which nobody knows whether it arrived: sent again by itself, once, or asked about. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { setUpComposers } from "../../src/desk/composer/composer";
import { drop } from "../../src/desk/composer/waiting";

const HOST = "http://majung.example";
const MINUTE = 60_000;
type Values = Record<string, string>;

let isOnline = true;
/** Whether what the server says gets through. */
let isHeard = true;
let stored = new Map<string, Values>();
let posts: Values[] = [];
let drafts: Values[] = [];
let refusal: Response | null = null;

/** As `majung.web.agent.views.replies` has it. */
function server(url: string, values: Values): Response {
  posts.push(values);
  const known = stored.get(values.key!);
  const kind = url.endsWith("/notes") ? "note" : "reply";
  if (known && (known.text !== values.text || known.said !== kind))
    return Response.json(
      { code: "sent_otherwise", detail: "먼저 누른 글이 이미 나갔어요." },
      { status: 409 },
    );
  if (!known && refusal) return refusal.clone();
  stored.set(values.key!, { ...values, said: kind });
  return Response.json({ id: "1" }, { status: known ? 200 : 201 });
}

function put(conversation = "c1", drafts: object[] = []): HTMLFormElement {
  document.querySelector("form")?.remove();
  const at = `${HOST}/desk/c/${conversation}`;
  document.body.insertAdjacentHTML(
    "afterbegin",
    `<form method="post" action="${at}/replies" data-composer data-agent="a1"
           data-conversation="${conversation}" data-draft="${at}/draft">
      <input type="hidden" name="key" data-client-key value="key-${conversation}">
      <input type="hidden" name="last" value="m-1">
      <label>답장<input type="radio" name="kind" value="reply" data-action="${at}/replies" checked></label>
      <label>내부 메모<input type="radio" name="kind" value="note" data-action="${at}/notes"></label>
      <div><textarea name="text"></textarea></div><p data-error hidden></p>
      <button type="submit">보내기</button></form>`,
  );
  const form = document.querySelector("form")!;
  form.dataset.drafts = JSON.stringify(drafts);
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
  return form;
}

const field = (): HTMLTextAreaElement => document.querySelector("textarea")!;
const key = (): string => document.querySelector<HTMLInputElement>("[data-client-key]")!.value;
const error = (): string => document.querySelector("[data-error]")!.textContent;
const line = (): string => document.querySelector(".waits span")!.textContent;
const stop = (): HTMLButtonElement => document.querySelector(".waits button")!;
const toasts = (): string => document.querySelector("#toasts")?.textContent ?? "";

function write(text: string): void {
  field().value = text;
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

/** Nothing was sent: the text is there, with its key, and waits for a press. */
function expectQuestion(): void {
  const shown = [posts.length, field().value, line(), key()];
  expect(shown).toEqual([0, "터널에서 누른 답", "", "key-c1"]);
}

async function press(): Promise<void> {
  document.querySelector("form")!.requestSubmit();
  await vi.advanceTimersByTimeAsync(1);
}

async function comeOnline(): Promise<void> {
  isOnline = true;
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1);
}

setUpComposers();

beforeEach(() => {
  vi.useFakeTimers();
  isOnline = isHeard = true;
  stored = new Map();
  posts = [];
  drafts = [];
  refusal = null;
  sessionStorage.clear();
  localStorage.clear();
  vi.stubGlobal("fetch", (url: string, init: RequestInit = {}) => {
    init.signal?.throwIfAborted();
    if (!isOnline) return Promise.reject(new TypeError("offline"));
    const values = Object.fromEntries((init.body as FormData).entries()) as Values;
    if (url.endsWith("/draft")) drafts.push(values);
    if (!/(replies|notes)$/.test(url)) return Promise.resolve(Response.json({ mark: "t:1" }));
    const answer = server(url, values);
    return isHeard ? Promise.resolve(answer) : Promise.reject(new TypeError("reset"));
  });
});

afterEach(() => {
  drop("c1");
  drop("c2");
  document.body.replaceChildren();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function pressInTunnel(text = "터널에서 누른 답"): Promise<void> {
  put();
  isOnline = false;
  write(text);
  await press();
}

test("behind a tunnel it goes out by itself, once, as it stood and for the same eyes", async () => {
  await pressInTunnel();
  expect([field().value, field().readOnly]).toEqual(["터널에서 누른 답", false]);
  expect([line(), error()]).toEqual(["연결되면 보낼게요", ""]);
  document.querySelector<HTMLInputElement>("[name=last]")!.value = "m-2";
  await comeOnline();
  expect(posts.map(({ text, key, last, resend }) => [text, key, last, resend])).toEqual([
    ["터널에서 누른 답", "key-c1", "m-1", "1"],
  ]);
  expect([field().value, line(), stop().hidden]).toEqual(["", "", true]);
  expect(key()).not.toBe("key-c1");
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(posts).toHaveLength(1);
});

test("an answer that was lost is asked for again, and there is one message", async () => {
  put();
  isHeard = false;
  write("한 번만");
  await press();
  expect([posts.length, field().value]).toEqual([1, "한 번만"]);
  isHeard = true;
  await vi.advanceTimersByTimeAsync(1500);
  expect([posts.length, stored.size, field().value, error()]).toEqual([2, 1, "", ""]);
});

test("after a lost answer another text is not the one that was sent: it stays, with a new key", async () => {
  put();
  isHeard = false;
  write("환불은 3만원");
  await press();
  isHeard = true;
  write("환불은 5만원");
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(posts).toHaveLength(1);
  await press();
  expect([field().value, error()]).toEqual(["환불은 5만원", "먼저 누른 글이 이미 나갔어요."]);
  expect([key() === "key-c1", [...stored.values()].map(({ text }) => text)]).toEqual([
    false,
    ["환불은 3만원"],
  ]);
  await press();
  expect([...stored.values()].map(({ text }) => text)).toEqual(["환불은 3만원", "환불은 5만원"]);
  expect(field().value).toBe("");
});

test.each([
  ["answered_meanwhile", "그사이 박서연 님이 먼저 답했어요."],
  ["wrote_meanwhile", "그사이 고객이 글을 남겼어요."],
])(
  "what came in the tunnel (%s) is told, nothing is sent, the text stays",
  async (code, detail) => {
    await pressInTunnel();
    refusal = Response.json({ code, detail }, { status: 409 });
    await comeOnline();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect([posts.length, stored.size]).toEqual([1, 0]);
    expect([field().value, error(), line()]).toEqual(["터널에서 누른 답", detail, ""]);
    refusal = null;
    await press();
    expect([posts.at(-1)?.resend, stored.size, field().value]).toEqual([undefined, 1, ""]);
  },
);

test.each([401, 403, 413, 422])("an answer of %i ends it, and keeps the text", async (status) => {
  await pressInTunnel();
  refusal = new Response("<p>", { status });
  await comeOnline();
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect([posts.length, field().value, line()]).toEqual([1, "터널에서 누른 답", ""]);
  expect(error()).toContain("다시 보내");
});

test("a server that is busy is left in peace for as long as it says, and asked again", async () => {
  put();
  refusal = new Response("", { status: 429, headers: { "Retry-After": "20" } });
  write("나중에");
  await press();
  expect(line()).toBe("연결되면 보낼게요");
  await vi.advanceTimersByTimeAsync(19_000);
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1);
  expect(posts).toHaveLength(1);
  refusal = null;
  await vi.advanceTimersByTimeAsync(2000);
  expect([posts.length, field().value]).toEqual([2, ""]);
});

test("a page of the network instead of an answer is no answer", async () => {
  put();
  refusal = new Response("<h1>Wi-Fi에 로그인하세요</h1>");
  write("기다려요");
  await press();
  expect([field().value, line()]).toEqual(["기다려요", "연결되면 보낼게요"]);
});

test("it is tried ever more seldom, and at once when the desk is live or looked at", async () => {
  await pressInTunnel();
  const tries = vi.spyOn(globalThis, "fetch");
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  const sent = (): number =>
    tries.mock.calls.filter(([url]) => typeof url === "string" && url.endsWith("/replies")).length;
  expect(sent()).toBeGreaterThan(4);
  expect(sent()).toBeLessThan(12);
  const before = sent();
  document.dispatchEvent(new CustomEvent("majung:live", { detail: "connecting" }));
  await vi.advanceTimersByTimeAsync(1);
  expect(sent()).toBe(before);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(1);
  expect(sent()).toBe(before + 1);
  isOnline = true;
  document.dispatchEvent(new CustomEvent("majung:live", { detail: "live" }));
  await vi.advanceTimersByTimeAsync(1);
  expect([posts.length, field().value]).toEqual([1, ""]);
});

test("a try that hangs on the old network is given up when the new one is there", async () => {
  put();
  const answered = globalThis.fetch;
  vi.stubGlobal("fetch", (_url: string, { signal }: RequestInit = {}) => {
    return new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    });
  });
  write("끊기는 순간에 누른 글");
  await press();
  expect(field().readOnly).toBe(true);
  vi.stubGlobal("fetch", answered);
  await comeOnline();
  await vi.advanceTimersByTimeAsync(10);
  expect([posts.length, field().value, field().readOnly]).toEqual([1, "", false]);
});

test("after ten minutes it asks instead of going out by itself", async () => {
  await pressInTunnel();
  await vi.advanceTimersByTimeAsync(11 * MINUTE);
  expect(error()).toBe("보내지 못했어요. 쓴 글은 그대로 있으니 다시 보내주세요.");
  await comeOnline();
  await vi.advanceTimersByTimeAsync(MINUTE);
  expectQuestion();
  await press();
  expect([posts.length, posts[0]!.resend, field().value]).toEqual([1, undefined, ""]);
});

test("a page that is left asks when it comes back", async () => {
  await pressInTunnel();
  window.dispatchEvent(new Event("pagehide"));
  await comeOnline();
  expect([posts.length, field().value, line()]).toEqual([0, "터널에서 누른 답", ""]);
  expect(error()).toContain("다시 보내주세요");
});

test("one may stop it: the text stays, with its key", async () => {
  await pressInTunnel();
  stop().click();
  await comeOnline();
  await vi.advanceTimersByTimeAsync(MINUTE);
  expectQuestion();
});

test("what is changed does not go out by itself, and says so", async () => {
  for (const change of [
    () => write("터널에서 고친 답"),
    () => {
      const note = document.querySelector<HTMLInputElement>("[value=note]")!;
      note.checked = true;
      note.dispatchEvent(new Event("change", { bubbles: true }));
    },
    () => document.querySelector("form")!.dispatchEvent(new CustomEvent("files")),
  ]) {
    sessionStorage.clear();
    localStorage.clear();
    await pressInTunnel();
    change();
    await comeOnline();
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect([posts.length, key()]).toEqual([0, "key-c1"]);
    expect(line()).toBe("글이 바뀌어 보내지 않았어요. 다 쓰면 다시 보내 주세요.");
    put("c9");
  }
});

test("pressed again it is the same message, with what is on screen by now", async () => {
  await pressInTunnel();
  document.querySelector<HTMLInputElement>("[name=last]")!.value = "m-2";
  isOnline = true;
  await press();
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(posts.map(({ key, last, resend }) => [key, last, resend])).toEqual([
    ["key-c1", "m-2", undefined],
  ]);
});

test("while one is elsewhere it goes out, says so, and leaves what stands there alone", async () => {
  await pressInTunnel();
  put("c2");
  write("다른 상담의 답");
  await comeOnline();
  expect(posts.map(({ text, key }) => [text, key])).toEqual([["터널에서 누른 답", "key-c1"]]);
  expect(toasts()).toContain("기다리던 글을 보냈어요");
  expect(toasts()).toContain("상담 열기");
  expect([field().value, line()]).toEqual(["다른 상담의 답", ""]);
  // Nothing of it is a draft any more.
  put("c1");
  expect(field().value).toBe("");
});

test("a refusal that comes while one is elsewhere is told, with a way there", async () => {
  await pressInTunnel();
  put("c2");
  refusal = Response.json(
    { code: "wrote_meanwhile", detail: "고객이 글을 남겼어요." },
    { status: 409 },
  );
  await comeOnline();
  expect(toasts()).toContain("고객이 글을 남겼어요.");
  expect(toasts()).toContain("상담 열기");
  expect([field().value, error()]).toEqual(["", ""]);
  put("c1");
  expect(field().value).toBe("터널에서 누른 답");
});

test("who comes back to its conversation finds it waiting there, and sees it go", async () => {
  await pressInTunnel();
  put("c2");
  put("c1");
  expect([field().value, line(), key()]).toEqual([
    "터널에서 누른 답",
    "연결되면 보낼게요",
    "key-c1",
  ]);
  await comeOnline();
  expect([posts.length, field().value, line()]).toEqual([1, "", ""]);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(posts).toHaveLength(1);
});

test("what is changed there stops it, too", async () => {
  await pressInTunnel();
  put("c2");
  put("c1");
  write("터널에서 고친 답");
  await comeOnline();
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect([posts.length, field().value]).toEqual([0, "터널에서 고친 답"]);
});

test("a reload asks: the text is there, and goes out by a press, as the same message", async () => {
  await pressInTunnel();
  drop("c1");
  put("c1");
  await comeOnline();
  expectQuestion();
});

test("a draft says whether it was typed after a press that may have been stored, past a reload", async () => {
  put();
  write("환불은");
  await vi.advanceTimersByTimeAsync(900);
  put("c1", [{ kind: "reply", text: "환불은", files: [], mark: "t:1" }]);
  isHeard = false;
  write("환불은 3만원");
  await press();
  drop("c1");
  await vi.advanceTimersByTimeAsync(900);
  put("c1", [{ kind: "reply", text: "환불은 3만원", files: [], mark: "t:1" }]);
  write("환불은 5만원");
  await vi.advanceTimersByTimeAsync(900);
  isHeard = true;
  await press();
  write("환불은 5만원이에요");
  await vi.advanceTimersByTimeAsync(900);
  const said = drafts.map(({ text, key, pressed }) => [text, key === "key-c1", pressed]);
  expect(said).toEqual([
    ["환불은", true, undefined],
    ["환불은 3만원", true, "1"],
    ["환불은 5만원", true, "1"],
    ["환불은 5만원이에요", false, undefined],
  ]);
});
