import { Extension, Mark } from "@tiptap/core";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Plugin } from "@tiptap/pm/state";
import { isAddress } from "../../shared/rich";

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

/** A new line is a new paragraph, so that what begins a list or a quote may begin it. */
export const LineBreak = HardBreak.extend({
  addKeyboardShortcuts() {
    return {
      "Shift-Enter": () =>
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
      "Mod-Shift-k": () => {
        // Once the editor has heard of what the key before has selected.
        setTimeout(this.options.link);
        return true;
      },
      "Mod-Shift-9": () => this.editor.commands.toggleBlockquote(),
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
