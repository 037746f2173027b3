import type { Editor } from "@tiptap/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RichSurface } from "../../src/desk/composer/editor";
import { Field } from "../../src/desk/composer/field";
import type { Doc } from "../../src/shared/rich";

const RICH: Doc = {
  type: "doc",
  content: [
    {
      type: "paragraph",
      content: [
        { type: "text", text: "오늘 " },
        { type: "text", text: "18시", marks: [{ type: "bold" }] },
      ],
    },
    {
      type: "bulletList",
      content: [
        {
          type: "listItem",
          content: [{ type: "paragraph", content: [{ type: "text", text: "운동화" }] }],
        },
      ],
    },
  ],
};
const written = vi.fn();
let field: Field;

function area(): HTMLTextAreaElement {
  return document.querySelector("textarea")!;
}

function become(): void {
  const form = document.querySelector("form")!;
  field.become((text) => new RichSurface(form, text, field, () => undefined));
}

beforeEach(() => {
  document.body.innerHTML = `<form>
    <div><textarea aria-label="답장" placeholder="답장을 쓰세요"></textarea></div>
    <div data-formats><button type="button" data-format="bold"></button></div></form>`;
  field = Field.of(area());
  written.mockClear();
  field.onWritten(written);
});

afterEach(() => document.body.replaceChildren());

test("the editor takes over text, caret, label and what is locked, and says it has no news", () => {
  area().value = "네, /지연\n둘째 줄";
  area().setSelectionRange(6, 6);
  area().readOnly = true;
  become();
  expect(field.words).toEqual({ text: "네, /지연\n둘째 줄" });
  expect(field.beforeCaret).toBe("네, /지연");
  const { input } = field;
  expect(["role", "aria-label", "aria-multiline"].map((name) => input.getAttribute(name))).toEqual([
    "textbox",
    "답장",
    "true",
  ]);
  expect(area().hidden).toBe(true);
  field.insert("x");
  expect(field.text).toBe("네, /지연\n둘째 줄");
  field.lock(false);
  field.insert("x");
  expect(field.text).toBe("네, /지연x\n둘째 줄");
  expect(written).toHaveBeenCalledTimes(1);
});

test("formatting comes and goes as it is, also that of a draft from before the editor", () => {
  field.words = { text: "오늘 18시\n- 운동화", rich: RICH };
  become();
  expect(field.words).toEqual({ text: "오늘 18시\n- 운동화", rich: RICH });
  expect(field.input.querySelector("strong")!.textContent).toBe("18시");
  expect(field.needsEnter).toBe(true);
  field.words = { text: "" };
  expect([field.words, field.isEmpty, field.needsEnter]).toEqual([{ text: "" }, true, false]);
  expect(field.input.hasAttribute("data-blank")).toBe(true);
});

test("what this editor does not know is shown as its text", () => {
  become();
  const rich = { type: "doc", content: [{ type: "table" }] } as unknown as Doc;
  field.words = { text: "표예요", rich };
  expect(field.words).toEqual({ text: "표예요" });
});

test("a word is put in where it stood, whatever was written meanwhile", () => {
  become();
  field.words = { text: "네, /지연" };
  const word = field.last(3);
  field.insert(" 그리고");
  word.put("늦어져요.\n\n죄송해요.");
  expect(field.text).toBe("네, 늦어져요.\n\n죄송해요. 그리고");
  const gone = field.last(2);
  field.words = { text: "다른 글" };
  gone.put("!");
  expect(field.text).toBe("다른 글!");
});

test("the buttons say what the caret stands in, and change it", () => {
  become();
  field.words = { text: "굵게" };
  const button = document.querySelector("button")!;
  button.click();
  field.insert("x");
  expect(button.getAttribute("aria-pressed")).toBe("true");
  expect(field.words.rich?.content[0]).toEqual({
    type: "paragraph",
    content: [
      { type: "text", text: "굵게" },
      { type: "text", text: "x", marks: [{ type: "bold" }] },
    ],
  });
});

test("once its conversation has left the page it still says what was written, and does no more", () => {
  become();
  field.words = { text: "쓰다 만 글" };
  field.leave();
  field.words = { text: "다른 글" };
  field.focus();
  expect(field.words).toEqual({ text: "쓰다 만 글" });
});

test("two stars make bold at the start of a line, behind a bracket, and behind 한글", () => {
  become();
  const typed = (before: string, text: string): string => {
    field.words = { text: before };
    for (const letter of text) {
      const { view } = (field.input as unknown as { editor: Editor }).editor;
      const { from, to } = view.state.selection;
      const insert = () => view.state.tr.insertText(letter, from, to);
      const taken = view.someProp("handleTextInput", (act) => act(view, from, to, letter, insert));
      if (!taken) view.dispatch(insert());
    }
    return field.input.querySelector("strong")?.textContent ?? "";
  };
  for (const before of ["", "네 ", "첫 줄\n", "(", "“", "오늘", "가격:"])
    expect([before, typed(before, "**18시**")]).toEqual([before, "18시"]);
  expect(field.text).toBe("가격:18시");
  for (const [before, text] of [
    ["2", "**3**"],
    ["a", "**b**"],
    ["", "** 18시**"],
    ["", "**18시 **"],
    ["이름", "__둘__"],
  ] as const)
    expect([before, text, typed(before, text)]).toEqual([before, text, ""]);
  expect(typed("(", "__18시__")).toBe("18시");
});
