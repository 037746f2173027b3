import { Extension, Mark, markInputRule } from "@tiptap/core";
import { Bold } from "@tiptap/extension-bold";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Plugin } from "@tiptap/pm/state";
import { isAddress } from "../../shared/rich";
import { SHORTCUTS } from "./shortcuts";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    link: { setLink: (href: string) => ReturnType; unsetLink: () => ReturnType };
  }
}

/** A link to an address that the server takes, too; pasted ones to other places are plain text. */
export const Link = Mark.create({
  name: "link",
  priority: 1000,
  inclusive: false,
  addAttributes: () => ({ href: { default: null } }),
  parseHTML: () => [
    {
      tag: "a[href]",
      getAttrs: (element) => {
        const href = element.getAttribute("href");
        return isAddress(href) ? { href } : false;
      },
    },
  ],
  renderHTML: ({ HTMLAttributes }) => [
    "a",
    { href: HTMLAttributes.href as string, rel: "noopener noreferrer nofollow" },
    0,
  ],
  addCommands() {
    return {
      setLink:
        (href) =>
        ({ commands }) =>
          commands.setMark(this.name, { href }),
      unsetLink:
        () =>
        ({ commands }) =>
          commands.unsetMark(this.name, { extendEmptyMarkRange: true }),
    };
  },
});

/** `**bold**` wherever no word or number goes before: also behind a bracket, and behind 한글. */
const STARS = /(?<![A-Za-z0-9*\\])\*\*(?!\s)([^*]*[^*\s])\*\*$/;
const LINES = /(?<![\p{L}\p{N}_\\])__(?!\s)([^_]*[^_\s])__$/u;

export const Strong = Bold.extend({
  addInputRules() {
    return [STARS, LINES].map((find) => markInputRule({ find, type: this.type }));
  },
});

/** A new line is a new paragraph, so that what begins a list or a quote may begin it. */
export const LineBreak = HardBreak.extend({
  addKeyboardShortcuts() {
    return {
      [SHORTCUTS.line]: () =>
        this.editor.isActive("listItem")
          ? this.editor.commands.setHardBreak()
          : this.editor.commands.first(({ commands }) => [
              () => commands.liftEmptyBlock(),
              () => commands.splitBlock(),
            ]),
    };
  },
});

export const Keys = Extension.create<{ link: () => void }>({
  name: "keys",
  priority: 1000,
  addOptions: () => ({ link: () => undefined }),
  addKeyboardShortcuts() {
    return {
      [SHORTCUTS.bold]: () => this.editor.commands.toggleBold(),
      [SHORTCUTS.numbers]: () => this.editor.commands.toggleOrderedList(),
      [SHORTCUTS.points]: () => this.editor.commands.toggleBulletList(),
      [SHORTCUTS.quote]: () => this.editor.commands.toggleBlockquote(),
      [SHORTCUTS.undo]: () => this.editor.commands.undo(),
      [SHORTCUTS.redo]: () => this.editor.commands.redo(),
      [SHORTCUTS.link]: () => {
        // Once the editor has heard of what the key before has selected.
        setTimeout(this.options.link);
        return true;
      },
    };
  },
});

/** Refuses changes while a message is being sent; unlike a switched-off editor it keeps the focus. */
export const Lock = Extension.create<{ isLocked: () => boolean }>({
  name: "lock",
  addOptions: () => ({ isLocked: () => false }),
  addProseMirrorPlugins() {
    const { isLocked } = this.options;
    return [new Plugin({ filterTransaction: (change) => !change.docChanged || !isLocked() })];
  },
});
