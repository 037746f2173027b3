type Shapes = readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>])[];
type Child = Node | string | null | undefined | false;

/** Makes an element. Text stays text: nothing here parses HTML. */
export function el<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** An icon from the drawing that `import … from "icon:name"` gives. */
export function icon(shapes: Shapes, className = "i"): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    svg.append(shape);
  }
  return svg;
}

const ADDRESS = /\bhttps?:\/\/[^\s<>"'「」『』]+/g;
/** Signs that end a sentence rather than an address. */
const TRAILING = /[.,!?:;)\]}…。]+$/;

/** Text with its web addresses made into links that tell the other side nothing about us. */
export function linked(text: string): DocumentFragment {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    let address = match[0].replace(TRAILING, "");
    const tail = match[0].slice(address.length);
    // A closing bracket belongs to the address if it was opened inside it.
    if (tail.startsWith(")") && address.includes("(")) address += ")";
    if (!URL.canParse(address)) continue;
    out.append(text.slice(from, match.index));
    out.append(
      el("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address),
    );
    from = match.index + address.length;
  }
  out.append(text.slice(from));
  return out;
}
