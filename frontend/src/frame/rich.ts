import { el, linked } from "../shared/nodes";
import { byAddress, isAddress, type Block, type Doc, type Inline, type Item } from "../shared/rich";

const TAGS = {
  bulletList: "ul",
  orderedList: "ol",
  blockquote: "blockquote",
  listItem: "li",
} as const;

function piece(one: Inline, inLink: boolean): Node | string {
  if (one.type === "hardBreak") return el("br");
  const words = inLink ? one.text : linked(one.text);
  return one.marks?.some((mark) => mark.type === "bold") ? el("strong", {}, words) : words;
}

function block(one: Block | Item): HTMLElement {
  if (one.type !== "paragraph") {
    const made = el(TAGS[one.type], {}, ...one.content.map(block));
    const start = one.type === "orderedList" ? one.attrs?.start : undefined;
    if (start) made.setAttribute("start", String(start));
    return made;
  }
  const made = el("p");
  for (const { href, pieces } of byAddress(one)) {
    // What the server may not have said leads nowhere; its words stay.
    const isLink = isAddress(href);
    const into = isLink
      ? el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" })
      : made;
    into.append(...pieces.map((each) => piece(each, isLink)));
    if (isLink) made.append(into);
  }
  if (!made.hasChildNodes()) made.append(el("br"));
  return made;
}

/** A formatted message as nodes. */
export function formatted(doc: Doc): HTMLElement[] {
  return doc.content.map(block);
}
