import { expect, test } from "vitest";
import { asAddress } from "../../src/desk/composer/toolbar";
import {
  isFormatted,
  joined,
  ofEditor,
  ofText,
  plain,
  sameWords,
} from "../../src/desk/composer/words";
import { isAddress, type Block, type Doc, type Inline } from "../../src/shared/rich";

const p = (...content: Inline[]): Block => ({
  type: "paragraph",
  ...(content.length > 0 && { content }),
});
const t = (text: string, href = ""): Inline => ({
  type: "text",
  text,
  ...(href && { marks: [{ type: "link", attrs: { href } }] }),
});
const doc = (...content: Block[]): Doc => ({ type: "doc", content });
const list = (type: "bulletList" | "orderedList", ...items: Block[][]): Block => ({
  type,
  content: items.map((content) => ({ type: "listItem", content })),
});

test("each line of a text is a paragraph, there and back", () => {
  const text = "하나\n\n  셋";
  expect(ofText(text).content).toHaveLength(3);
  expect(plain(ofText(text))).toBe(text);
  expect(isFormatted(ofText(text))).toBe(false);
});

test("lists, quotes and links are said with signs", () => {
  const nested = list("bulletList", [p(t("안"))]);
  const all = doc(
    list("orderedList", [p(t("하나")), nested], [p(t("둘"), { type: "hardBreak" }, t("둘째 줄"))]),
    { type: "blockquote", content: [p(t("말씀")), p()] },
    p(
      t("여기", "https://ondam.example/a"),
      t(" 또는 "),
      t("ondam.example", "https://ondam.example/"),
    ),
    p(t("메일", "mailto:help@ondam.example")),
  );
  expect(plain(all)).toBe(
    "1. 하나\n   - 안\n2. 둘\n   둘째 줄\n> 말씀\n>\n" +
      "여기 (https://ondam.example/a) 또는 ondam.example\n메일 (help@ondam.example)",
  );
});

test("of what an editor has only that stays which the server keeps", () => {
  const given = {
    type: "doc",
    content: [
      {
        type: "orderedList",
        attrs: { start: 3, type: "a" },
        content: [
          {
            type: "listItem",
            content: [
              {
                type: "paragraph",
                attrs: { align: "left" },
                content: [
                  {
                    type: "text",
                    text: "여기",
                    marks: [
                      { type: "bold" },
                      { type: "link", attrs: { href: "https://ondam.example", target: "_self" } },
                      { type: "link", attrs: { href: "javascript:alert(1)" } },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };
  const marks = [{ type: "link", attrs: { href: "https://ondam.example" } }, { type: "bold" }];
  expect(ofEditor(given).content).toEqual([
    {
      type: "orderedList",
      attrs: { start: 3 },
      content: [
        {
          type: "listItem",
          content: [{ type: "paragraph", content: [{ type: "text", text: "여기", marks }] }],
        },
      ],
    },
  ]);
});

test("two texts are joined by an empty line, formatted as soon as one of them is", () => {
  expect(joined({ text: "하나" }, { text: " " })).toEqual({ text: "하나" });
  expect(joined({ text: "하나" }, { text: "둘" })).toEqual({ text: "하나\n\n둘" });
  const rich = doc(list("bulletList", [p(t("둘"))]));
  const both = joined({ text: "하나" }, { text: "- 둘", rich });
  expect(both.text).toBe("하나\n\n- 둘");
  expect(both.rich?.content).toEqual([p(t("하나")), p(), ...rich.content]);
});

test("the order of names in JSON and the ends of lines make no difference", () => {
  const one: unknown = { content: [{ text: "x", type: "text" }], type: "doc" };
  const other: unknown = { type: "doc", content: [{ type: "text", text: "x" }] };
  expect(sameWords({ text: "x\r\n", rich: one as Doc }, { text: "x\n", rich: other as Doc })).toBe(
    true,
  );
  expect(sameWords({ text: "x", rich: one as Doc }, { text: "x" })).toBe(false);
});

test.each([
  ["ondam.example/a?b=1#c", "https://ondam.example/a?b=1#c"],
  ["http://ondam.example", "http://ondam.example"],
  ["help@ondam.example", "mailto:help@ondam.example"],
  ["02-123-4567", "tel:02-123-4567"],
  ["+82 10 1234 5678", "tel:+821012345678"],
  ["javascript:alert(1)", null],
  ["그냥 말", null],
  ["https://ondam.example@evil.example", null],
  ["", null],
])("%s is the address %s", (typed, address) => {
  expect(asAddress(typed)).toBe(address);
});

test.each(["data:text/html,x", "//evil.example", "https:/evil", "https://a b", "vbscript:x", 7])(
  "nothing leads to %s",
  (href) => expect(isAddress(href)).toBe(false),
);
