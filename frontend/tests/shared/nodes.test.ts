import { expect, test } from "vitest";
import { newKey } from "../../src/shared/locks";
import { linked } from "../../src/shared/nodes";
import { sizeText } from "../../src/shared/files";
import { pickLocale } from "../../src/shared/words";

function html(text: string): string {
  const box = document.createElement("div");
  box.append(linked(text));
  return box.innerHTML;
}

const link = (url: string): string =>
  `<a href="${url}" target="_blank" rel="noopener noreferrer nofollow">${url}</a>`;

test("addresses become links, the signs after them stay text", () => {
  expect(html("보세요: https://shop.example/a?b=1. 감사합니다")).toBe(
    `보세요: ${link("https://shop.example/a?b=1")}. 감사합니다`,
  );
  expect(html("(https://shop.example/a_(b))")).toBe(`(${link("https://shop.example/a_(b)")})`);
});

test("text is never HTML and only web addresses are links", () => {
  expect(html('<img src=x onerror=alert(1)> javascript:alert(1) "https://a.example"')).toBe(
    `&lt;img src=x onerror=alert(1)&gt; javascript:alert(1) "${link("https://a.example")}"`,
  );
});

test("keys are UUIDv7: unique and sorted by time", () => {
  const keys = [1, 2, 3].map((at) => newKey(1_800_000_000_000 + at));
  expect(keys).toEqual([...keys].sort());
  expect(newKey(0x0123456789ab)).toMatch(
    /^01234567-89ab-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  );
  expect(new Set(Array.from({ length: 1000 }, () => newKey())).size).toBe(1000);
});

test("sizes are said shortly", () => {
  expect([820, 12_400, 3_400_000].map(sizeText)).toEqual(["820 B", "12 KB", "3.4 MB"]);
});

test("the first language we have is spoken, else Korean", () => {
  expect(pickLocale(undefined, "en-US", "ko")).toBe("en");
  expect(pickLocale("fr", "ko-KR")).toBe("ko");
  expect(pickLocale("fr")).toBe("ko");
});
