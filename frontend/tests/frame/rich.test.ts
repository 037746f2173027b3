import { expect, test } from "vitest";
import { formatted } from "../../src/frame/rich";
import type { Doc } from "../../src/shared/rich";

const html = (content: unknown): string => {
  const box = document.createElement("div");
  box.append(...formatted({ type: "doc", content } as Doc));
  return box.innerHTML;
};
const text = (words: string, ...marks: unknown[]): unknown => ({
  type: "text",
  text: words,
  marks,
});
const paragraph = (...content: unknown[]): unknown => ({ type: "paragraph", content });
const LINK = 'target="_blank" rel="noopener noreferrer nofollow"';

test("formatting is drawn as nodes, and what is no formatting stays text", () => {
  const list = {
    type: "orderedList",
    attrs: { start: 2 },
    content: [{ type: "listItem", content: [paragraph(text("<b>둘</b>"))] }],
  };
  const quote = { type: "blockquote", content: [paragraph(text("말씀", { type: "bold" }))] };
  expect(html([list, quote, paragraph()])).toBe(
    '<ol start="2"><li><p>&lt;b&gt;둘&lt;/b&gt;</p></li></ol>' +
      "<blockquote><p><strong>말씀</strong></p></blockquote><p><br></p>",
  );
});

test("a link is one link, and leads nowhere that is not an address", () => {
  const to = (href: string): unknown => ({ type: "link", attrs: { href } });
  const good = to("https://ondam.example/");
  expect(html([paragraph(text("여", good), text("기", good, { type: "bold" }))])).toBe(
    `<p><a href="https://ondam.example/" ${LINK}>여<strong>기</strong></a></p>`,
  );
  expect(html([paragraph(text("여기", to("javascript:alert(1)")))])).toBe("<p>여기</p>");
  // An address that is only written is a link, as in any message.
  expect(html([paragraph(text("https://a.example 로"))])).toBe(
    `<p><a href="https://a.example" ${LINK}>https://a.example</a> 로</p>`,
  );
});
