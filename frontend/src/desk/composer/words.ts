import {
  byAddress,
  isAddress,
  type Block,
  type Doc,
  type Inline,
  type Item,
  type Mark,
  type Paragraph,
} from "../../shared/rich";

/** What is written: the plain text says all; `rich` is there when it has formatting. */
export interface Words {
  readonly text: string;
  readonly rich?: Doc | null | undefined;
}

interface Raw {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly attrs?: Readonly<Record<string, unknown>> | undefined;
  readonly marks?: readonly Raw[] | undefined;
  readonly content?: readonly Raw[] | undefined;
}

/** Whether there is anything that the plain text does not say. */
export function isFormatted(doc: Doc): boolean {
  return doc.content.some(
    (block) =>
      block.type !== "paragraph" ||
      block.content?.some((piece) => piece.type === "text" && piece.marks?.length),
  );
}

/** A text as a document: a paragraph for each line. */
export function ofText(text: string): Doc {
  const content = text.split(/\r?\n/).map((line): Paragraph => ({
    type: "paragraph",
    ...(line && { content: [{ type: "text", text: line }] }),
  }));
  return { type: "doc", content };
}

/** What an editor has, as the server keeps it: no attributes but those that say something. */
export function ofEditor(doc: Raw): Doc {
  return { type: "doc", content: (doc.content ?? []).map(block) };
}

function block(raw: Raw): Block {
  const children = raw.content ?? [];
  if (raw.type === "bulletList") return { type: raw.type, content: children.map(item) };
  if (raw.type === "blockquote") return { type: raw.type, content: children.map(block) };
  if (raw.type === "orderedList") {
    const start = Number(raw.attrs?.start ?? 1);
    return {
      type: raw.type,
      ...(start !== 1 && { attrs: { start } }),
      content: children.map(item),
    };
  }
  return { type: "paragraph", ...(children.length > 0 && { content: children.map(inline) }) };
}

function item(raw: Raw): Item {
  return { type: "listItem", content: (raw.content ?? []).map(block) };
}

function inline(raw: Raw): Inline {
  if (raw.type === "hardBreak") return { type: "hardBreak" };
  const marks: Mark[] = [];
  for (const { type, attrs } of raw.marks ?? [])
    if (type === "link" && isAddress(attrs?.href))
      marks.unshift({ type, attrs: { href: attrs.href } });
    else if (type === "bold") marks.push({ type });
  const text = typeof raw.text === "string" ? raw.text : "";
  return { type: "text", text, ...(marks.length > 0 && { marks }) };
}

/** The text as it is said where there is no formatting; the server says it in the same way. */
export function plain(doc: Doc): string {
  return lines(doc.content).join("\n");
}

function lines(blocks: readonly Block[]): string[] {
  return blocks.flatMap((one) => {
    if (one.type === "paragraph") return said(one).split("\n");
    if (one.type === "blockquote") return lines(one.content).map((line) => `> ${line}`.trimEnd());
    const first = one.type === "orderedList" ? (one.attrs?.start ?? 1) : 0;
    return one.content.flatMap((each, at) => {
      const sign = one.type === "orderedList" ? `${first + at}. ` : "- ";
      const [begin = "", ...rest] = lines(each.content);
      return [sign + begin, ...rest.map((line) => " ".repeat(sign.length) + line)];
    });
  });
}

function said(paragraph: Paragraph): string {
  return byAddress(paragraph)
    .map(({ href, pieces }) => {
      const text = pieces.map((one) => (one.type === "text" ? one.text : "\n")).join("");
      if (!href) return text;
      const shown = href.replace(/^(mailto|tel):/i, "");
      const short = shown.replace(/^https?:\/\//i, "").replace(/\/+$/, "");
      const words = text.trim().replace(/\/+$/, "");
      const saysIt = [short, shown.replace(/\/+$/, ""), href].includes(words);
      return saysIt ? text : `${text} (${shown})`;
    })
    .join("");
}

/** Two texts, an empty line between them; a blank one is none. */
export function joined(one: Words, other: Words): Words {
  if (!one.text.trim()) return other;
  if (!other.text.trim()) return one;
  if (!one.rich && !other.rich) return { text: `${one.text}\n\n${other.text}` };
  const content: Block[] = [
    ...(one.rich ?? ofText(one.text)).content,
    { type: "paragraph" },
    ...(other.rich ?? ofText(other.text)).content,
  ];
  const rich: Doc = { type: "doc", content };
  return { text: plain(rich), rich };
}

/** Whether two say the same in the same form; the order of names in JSON is nobody's promise. */
export function sameWords(one: Words, other: Words): boolean {
  const text = ({ text }: Words): string => text.replaceAll("\r\n", "\n");
  return text(one) === text(other) && equal(one.rich ?? null, other.rich ?? null);
}

export function equal(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return one === other;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) =>
      equal((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]),
    )
  );
}
