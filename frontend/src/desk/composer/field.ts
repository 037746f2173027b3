const GROWS_BY_ITSELF = typeof CSS !== "undefined" && CSS.supports("field-sizing", "content");
const MOST_OF_SCREEN = 0.4;

/** What one writes in. A textarea stands behind it; what is asked of it would suit rich text, too. */
export class Field {
  constructor(readonly element: HTMLTextAreaElement) {}

  get text(): string {
    return this.element.value;
  }

  set text(value: string) {
    this.element.value = value;
    this.grow();
  }

  get isEmpty(): boolean {
    return !this.text.trim();
  }

  /** The text before the caret; null while something is selected. */
  get beforeCaret(): string | null {
    const { selectionStart, selectionEnd, value } = this.element;
    return selectionStart === selectionEnd ? value.slice(0, selectionStart) : null;
  }

  /** Puts a text in place of a piece, with the caret behind it. */
  replace(from: number, to: number, text: string): void {
    this.element.setRangeText(text, from, to, "end");
    this.element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.grow();
  }

  focus(): void {
    this.element.focus();
  }

  grow(): void {
    if (GROWS_BY_ITSELF) return;
    const { style } = this.element;
    style.setProperty("height", "auto");
    const height = Math.min(this.element.scrollHeight, window.innerHeight * MOST_OF_SCREEN);
    if (height) style.setProperty("height", `${height}px`);
  }
}
