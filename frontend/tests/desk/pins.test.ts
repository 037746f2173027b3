import { afterEach, beforeEach, expect, test } from "vitest";
import { setUpPins } from "../../src/desk/pins";

setUpPins();

function message(id: string, text: string, side = ""): string {
  return `<article class="msg ${side}" id="msg-${id}"><div class="b">${text}</div></article>`;
}

function thread(): HTMLElement {
  return document.querySelector<HTMLElement>("#thread")!;
}

async function comes(html: string, where: InsertPosition = "beforeend"): Promise<string[]> {
  thread().insertAdjacentHTML(where, html);
  await new Promise((done) => setTimeout(done));
  return [...(document.querySelector("#announcer")?.children ?? [])].map(
    (line) => line.textContent,
  );
}

beforeEach(() => {
  document.body.innerHTML = `<section id="thread" data-pin="bottom" data-customer="김하늘">
    ${message("1", "환불되나요?")}${message("2", "네, 돼요", "me")}</section>`;
  document.dispatchEvent(new CustomEvent("htmx:afterSwap"));
});

afterEach(() => document.body.replaceChildren());

test("what the customer writes in the open conversation is said aloud, once", async () => {
  expect(await comes(message("3", "언제\n  들어오나요?"))).toEqual(["김하늘: 언제 들어오나요?"]);
  expect(await comes("<p class=typing></p>")).toHaveLength(1);
});

test("long words are cut, and a picture is said by its name", async () => {
  const [said = ""] = await comes(message("3", "가".repeat(400)));
  expect(said.length).toBeLessThan(200);
  const picture = `<article class="msg" id="msg-4"><a class="file img"><img alt="상자.png"></a></article>`;
  expect((await comes(picture)).at(-1)).toBe("김하늘: 상자.png");
});

test("our own words, notes, automatic ones and what was said before are not said", async () => {
  const own = message("3", "네", "me") + message("4", "확인 필요", "note");
  expect(await comes(own + message("5", "곧 답할게요", "me auto"))).toEqual([]);
  expect(await comes(message("0", "지난주에 샀어요"), "afterbegin")).toEqual([]);
});
