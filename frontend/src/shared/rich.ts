/** Formatted text as the server keeps it: see majung/core/rich_text.py. */
export interface Doc {
  readonly type: "doc";
  readonly content: readonly Block[];
}

export type Mark =
  { readonly type: "link"; readonly attrs: { readonly href: string } } | { readonly type: "bold" };

export type Inline =
  | { readonly type: "text"; readonly text: string; readonly marks?: readonly Mark[] }
  | { readonly type: "hardBreak" };

export interface Paragraph {
  readonly type: "paragraph";
  readonly content?: readonly Inline[];
}

export interface Item {
  readonly type: "listItem";
  readonly content: readonly Block[];
}

export type Block =
  | Paragraph
  | { readonly type: "bulletList"; readonly content: readonly Item[] }
  | {
      readonly type: "orderedList";
      readonly attrs?: { readonly start: number };
      readonly content: readonly Item[];
    }
  | { readonly type: "blockquote"; readonly content: readonly Block[] };

// The same rule as the server's.
const ADDRESS =
  /^(?:https?:\/\/[^\s/?#\\@<>"'`]+(?:[/?#][^\s\\<>"`]*)?|mailto:[^\s@/\\<>"'`?]+@[^\s@/\\<>"'`]+|tel:\+?[0-9][0-9().-]{1,30})$/i;

/** Whether a link may lead there: a web address, a mail address, a phone number. */
export function isAddress(href: unknown): href is string {
  return typeof href === "string" && href.length <= 2000 && ADDRESS.test(href);
}

/** Where a piece of a text leads to; "" where it leads nowhere. */
export function hrefOf(piece: Inline): string {
  const marks = piece.type === "text" ? (piece.marks ?? []) : [];
  for (const mark of marks) if (mark.type === "link") return mark.attrs.href;
  return "";
}

/** The pieces of a paragraph, those that lead to the same place together. */
export function byAddress(paragraph: Paragraph): { href: string; pieces: Inline[] }[] {
  const runs: { href: string; pieces: Inline[] }[] = [];
  for (const piece of paragraph.content ?? []) {
    const href = hrefOf(piece);
    const last = runs[runs.length - 1];
    if (last?.href === href) last.pieces.push(piece);
    else runs.push({ href, pieces: [piece] });
  }
  return runs;
}
