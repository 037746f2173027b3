import type { Words } from "./words";

/** A piece of what is written, wherever it moves to while one goes on writing. */
export interface Spot {
  /** Puts a text in its place, with the caret behind it; at the caret if it has changed since. */
  put(text: string): void;
}

/** What one writes in: a textarea, or the editor in its place. */
export interface Surface {
  /** What has the focus, and is told to screen readers. */
  readonly input: HTMLElement;
  readonly words: Words;
  /** Puts other words in, with the caret at their end or behind so many letters of plain text. */
  set(words: Words, caret?: number): void;
  /** The line before the caret; null while something is selected. */
  readonly beforeCaret: string | null;
  /** Whether Enter has work of its own to do here, as in a list. */
  readonly needsEnter: boolean;
  /** The last letters before the caret. */
  last(length: number): Spot;
  /** Puts a text at the caret. */
  insert(text: string): void;
  focus(): void;
  /** Nothing can be written while it is being sent; the focus stays. */
  lock(yes: boolean): void;
  /** It goes off the page; what was written can still be asked for. */
  leave(): void;
}

const GROWS_BY_ITSELF = typeof CSS !== "undefined" && CSS.supports("field-sizing", "content");
const MOST_OF_SCREEN = 0.4;

class Plain implements Surface {
  private rich: Words | null = null;

  constructor(readonly input: HTMLTextAreaElement) {}

  get words(): Words {
    const text = this.input.value;
    // Formatting that nobody could see here is not lost until somebody writes.
    return this.rich?.text === text ? this.rich : { text };
  }

  set(words: Words): void {
    this.rich = words.rich ? words : null;
    this.input.value = words.text;
    this.grow();
  }

  get beforeCaret(): string | null {
    const { selectionStart, selectionEnd, value } = this.input;
    return selectionStart === selectionEnd ? value.slice(0, selectionStart) : null;
  }

  readonly needsEnter = false;

  last(length: number): Spot {
    const to = this.input.selectionStart;
    const from = to - length;
    const piece = this.input.value.slice(from, to);
    return {
      put: (text) => {
        if (this.input.value.slice(from, to) === piece) this.replace(from, to, text);
        else this.insert(text);
      },
    };
  }

  insert(text: string): void {
    this.replace(this.input.selectionStart, this.input.selectionEnd, text);
  }

  focus(): void {
    this.input.focus();
  }

  lock(yes: boolean): void {
    // Read-only rather than disabled: a disabled field would lose the focus and its value.
    this.input.readOnly = yes;
  }

  leave(): void {
    this.input.hidden = true;
  }

  grow(): void {
    if (GROWS_BY_ITSELF) return;
    const { style } = this.input;
    style.setProperty("height", "auto");
    const height = Math.min(this.input.scrollHeight, window.innerHeight * MOST_OF_SCREEN);
    if (height) style.setProperty("height", `${height}px`);
  }

  private replace(from: number, to: number, text: string): void {
    this.input.setRangeText(text, from, to, "end");
    this.input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    this.grow();
  }
}

interface Piece {
  readonly text: string;
  spot: Spot;
}

type KeyListener = (event: KeyboardEvent) => boolean;
const fields = new WeakMap<HTMLTextAreaElement, Field>();

/**
 * What one writes in, whatever stands behind it: first the textarea of the page, then the editor.
 * Listeners and labels are given once and stay.
 */
export class Field {
  private surface: Surface;
  private readonly box: HTMLElement;
  private readonly lists: KeyListener[] = [];
  private readonly keys: KeyListener[] = [];
  private readonly written: (() => void)[] = [];
  private readonly placed: (() => void)[] = [];
  private readonly entered: (() => void)[] = [];
  private readonly left: (() => void)[] = [];
  private readonly plain: Plain;
  /** Pieces that somebody waits to put something in the place of. */
  private readonly pieces = new Set<Piece>();

  /** The one of a textarea, for all who have to do with it. */
  static of(area: HTMLTextAreaElement): Field {
    const known = fields.get(area) ?? new Field(area);
    fields.set(area, known);
    return known;
  }

  constructor(readonly area: HTMLTextAreaElement) {
    this.plain = new Plain(area);
    this.surface = this.plain;
    this.box = area.parentElement ?? area;
    area.addEventListener("input", () => {
      this.plain.grow();
      this.changed();
    });
    const on = <K extends "click" | "focusin" | "focusout" | "keydown">(
      name: K,
      act: (event: HTMLElementEventMap[K]) => void,
    ): void =>
      this.box.addEventListener(
        name,
        (event) => {
          if (this.input.contains(event.target as Node)) act(event);
        },
        // Before the editor's own keys.
        { capture: true },
      );
    on("click", () => this.moved());
    on("focusin", () => this.entered.forEach((tell) => tell()));
    on("focusout", () => this.left.forEach((tell) => tell()));
    on("keydown", (event) => this.pressed(event));
  }

  get input(): HTMLElement {
    return this.surface.input;
  }

  get words(): Words {
    return this.surface.words;
  }

  set words(words: Words) {
    this.surface.set(words);
  }

  get text(): string {
    return this.surface.words.text;
  }

  get isEmpty(): boolean {
    return !this.text.trim();
  }

  get beforeCaret(): string | null {
    return this.surface.beforeCaret;
  }

  get needsEnter(): boolean {
    return this.surface.needsEnter;
  }

  last(length: number): Spot {
    const before = this.beforeCaret ?? "";
    const text = before.slice(Math.max(0, before.length - length));
    const piece: Piece = { text, spot: this.surface.last(text.length) };
    this.pieces.add(piece);
    return {
      put: (words) => {
        this.pieces.delete(piece);
        piece.spot.put(words);
      },
    };
  }

  insert(text: string): void {
    this.surface.insert(text);
  }

  focus(): void {
    this.surface.focus();
  }

  lock(yes: boolean): void {
    this.surface.lock(yes);
  }

  /** Called for keys while one writes; true says that it was meant for this listener alone. */
  onKey(listener: KeyListener, { list = false } = {}): void {
    (list ? this.lists : this.keys).push(listener);
  }

  onWritten(tell: () => void): void {
    this.written.push(tell);
  }

  /** Something was written, or the caret was put somewhere. */
  onPlaced(tell: () => void): void {
    this.placed.push(tell);
  }

  onEntered(tell: () => void): void {
    this.entered.push(tell);
  }

  onLeft(tell: () => void): void {
    this.left.push(tell);
  }

  changed(): void {
    this.written.forEach((tell) => tell());
    this.moved();
  }

  moved(): void {
    this.placed.forEach((tell) => tell());
  }

  /** The page has gone on to something else. */
  leave(): void {
    this.surface.leave();
  }

  /** Puts an editor in the place of the textarea, with its text, its caret and its focus. */
  become(make: (area: HTMLTextAreaElement, field: Field) => Surface): void {
    const { area } = this;
    const hadFocus = document.activeElement === area;
    const { readOnly, selectionEnd: caret } = area;
    const { words } = this.surface;
    const next = make(area, this);
    next.set(words, words.rich ? undefined : caret);
    for (const { name, value } of area.attributes)
      if (name.startsWith("aria-")) next.input.setAttribute(name, value);
    this.surface = next;
    this.plain.leave();
    next.lock(readOnly);
    for (const piece of this.pieces) {
      const isThere = !!piece.text && next.beforeCaret?.endsWith(piece.text);
      piece.spot = isThere ? next.last(piece.text.length) : { put: (text) => next.insert(text) };
    }
    if (hadFocus) next.focus();
    // What is offered for the line before the caret asks the editor from now on.
    this.moved();
  }

  private pressed(event: KeyboardEvent): void {
    for (const listener of [...this.lists, ...this.keys]) {
      if (!listener(event)) continue;
      event.preventDefault();
      event.stopPropagation();
      return;
    }
  }
}
