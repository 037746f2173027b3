/* The editor with formatting: a script of its own, fetched when somebody begins to write. */
import { Editor } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { Document } from "@tiptap/extension-document";
import { BulletList } from "@tiptap/extension-list/bullet-list";
import { ListItem } from "@tiptap/extension-list/item";
import { ListKeymap } from "@tiptap/extension-list/keymap";
import { OrderedList } from "@tiptap/extension-list/ordered-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Text } from "@tiptap/extension-text";
import { UndoRedo } from "@tiptap/extensions/undo-redo";
import { Slice, type Node, type Schema } from "@tiptap/pm/model";
import { EditorState, TextSelection } from "@tiptap/pm/state";
import { el } from "../../shared/nodes";
import { isAddress } from "../../shared/rich";
import type { Field, Spot, Surface } from "./field";
import { Keys, LineBreak, Link, Lock, Strong } from "./formats";
import { Toolbar } from "./toolbar";
import { isFormatted, ofEditor, ofText, plain, type Words } from "./words";

interface Range {
  from: number;
  to: number;
}

function paragraphs(schema: Schema, text: string): Slice {
  const doc = schema.nodeFromJSON(ofText(text));
  return new Slice(doc.content, 1, 1);
}

/** What is copied, as text: like the whole of it would be said. */
function said(slice: Slice): string {
  const inline = slice.content.firstChild?.isInline;
  const content = slice.content.toJSON() as { type: string }[];
  const blocks = inline ? [{ type: "paragraph", content }] : content;
  return plain(ofEditor({ content: blocks }));
}

/** The editor in the place of the textarea. */
export class RichSurface implements Surface {
  readonly input: HTMLElement;
  private readonly editor: Editor;
  private readonly toolbar: Toolbar;
  private readonly spots = new Set<Range>();
  private isLocked = false;
  private known: { doc: Node; words: Words } | null = null;

  constructor(
    form: HTMLFormElement,
    area: HTMLTextAreaElement,
    field: Field,
    complain: (problem: string) => void,
  ) {
    const place = el("div", { class: "editor" });
    area.after(place);
    this.editor = new Editor({
      element: place,
      injectCSS: false,
      enablePasteRules: false,
      extensions: [
        Document,
        Paragraph,
        Text,
        Link,
        Strong,
        LineBreak,
        Blockquote,
        BulletList,
        OrderedList,
        ListItem,
        ListKeymap,
        UndoRedo,
        Keys.configure({ link: () => this.toolbar.openLink() }),
        Lock.configure({ isLocked: () => this.isLocked }),
      ],
      editorProps: {
        attributes: {
          class: "txt rich",
          role: "textbox",
          "aria-multiline": "true",
          "data-placeholder": area.placeholder,
          "aria-placeholder": area.placeholder,
        },
        clipboardTextParser: (text, _context, _plain, view) => paragraphs(view.state.schema, text),
        clipboardTextSerializer: said,
        handlePaste: (_view, event) => this.pasteAddress(event),
      },
      onTransaction: ({ transaction }) => {
        for (const spot of this.spots) {
          spot.from = transaction.mapping.map(spot.from, 1);
          spot.to = transaction.mapping.map(spot.to, -1);
        }
      },
      onUpdate: () => {
        this.shown();
        field.changed();
      },
      onSelectionUpdate: () => this.shown(),
    });
    this.input = this.editor.view.dom;
    this.toolbar = new Toolbar(form, this.editor, complain);
    this.shown();
  }

  get words(): Words {
    if (this.editor.isDestroyed && this.known) return this.known.words;
    const { doc } = this.editor.state;
    if (this.known?.doc !== doc) {
      const rich = ofEditor(doc.toJSON() as object);
      const text = plain(rich);
      this.known = { doc, words: isFormatted(rich) ? { text, rich } : { text } };
    }
    return this.known.words;
  }

  set({ text, rich }: Words, caret?: number): void {
    if (this.editor.isDestroyed) return;
    const { schema, plugins } = this.editor.state;
    let doc = schema.nodeFromJSON(ofText(text));
    try {
      if (rich) doc = schema.nodeFromJSON(rich);
      doc.check();
    } catch {
      // Formatting that this editor does not know: the words stay.
      doc = schema.nodeFromJSON(ofText(text));
    }
    // Between two lines of text lies one sign, between two paragraphs two.
    const at =
      caret === undefined || rich
        ? doc.content.size
        : 1 + caret + text.slice(0, caret).split("\n").length - 1;
    const selection = TextSelection.near(doc.resolve(Math.min(at, doc.content.size)), -1);
    this.spots.clear();
    // A new state rather than a change: what was sent does not come back with Ctrl+Z.
    this.editor.view.updateState(EditorState.create({ doc, plugins, selection }));
    this.shown();
  }

  get beforeCaret(): string | null {
    const { empty, $from } = this.editor.state.selection;
    return empty ? $from.parent.textBetween(0, $from.parentOffset, undefined, "\n") : null;
  }

  get needsEnter(): boolean {
    return this.editor.isActive("listItem");
  }

  last(length: number): Spot {
    const { to } = this.editor.state.selection;
    const spot = { from: to - length, to };
    const piece = this.editor.state.doc.textBetween(spot.from, spot.to);
    this.spots.add(spot);
    return {
      put: (text) => {
        const { doc, selection } = this.editor.state;
        const isThere = this.spots.delete(spot) && doc.textBetween(spot.from, spot.to) === piece;
        const { from, to } = isThere ? spot : selection;
        this.replace(from, to, text);
      },
    };
  }

  insert(text: string): void {
    const { from, to } = this.editor.state.selection;
    this.replace(from, to, text);
  }

  focus(): void {
    if (!this.editor.isDestroyed) this.editor.view.focus();
  }

  lock(yes: boolean): void {
    this.isLocked = yes;
    if (yes) this.input.setAttribute("aria-readonly", "true");
    else this.input.removeAttribute("aria-readonly");
  }

  leave(): void {
    this.known = { doc: this.editor.state.doc, words: this.words };
    this.editor.destroy();
  }

  private replace(from: number, to: number, text: string): void {
    const { state, view } = this.editor;
    const change = text.includes("\n")
      ? state.tr.replace(from, to, paragraphs(state.schema, text))
      : state.tr.insertText(text, from, to);
    const end = change.doc.resolve(change.mapping.map(to));
    view.dispatch(change.setSelection(TextSelection.near(end, -1)).scrollIntoView());
  }

  /** An address that is pasted over words becomes their link. */
  private pasteAddress(event: ClipboardEvent): boolean {
    const address = event.clipboardData?.getData("text/plain").trim();
    if (this.editor.state.selection.empty || !isAddress(address)) return false;
    return this.editor.commands.setLink(address);
  }

  private shown(): void {
    const { doc } = this.editor.state;
    const isBlank = doc.childCount === 1 && !doc.firstChild?.childCount;
    this.input.toggleAttribute("data-blank", isBlank && !!doc.firstChild?.isTextblock);
    this.toolbar.show();
  }
}
