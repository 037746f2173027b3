import type { Editor } from "@tiptap/core";
import { composing } from "../../shared/keys";
import { isAddress } from "../../shared/rich";

type Format = "bold" | "bulletList" | "orderedList" | "blockquote" | "link";

/** What somebody types as an address, as one: shop.kr, hello@shop.kr, 02-123-4567. */
export function asAddress(typed: string): string | null {
  const text = typed.trim();
  const guesses = [
    text,
    /^[\d+][\d ().-]{6,}$/.test(text) && `tel:${text.replaceAll(" ", "")}`,
    /^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text) && `mailto:${text}`,
    /^[^\s/@:]+\.[^\s/@:]{2,}(?::\d+)?(?:[/?#]\S*)?$/.test(text) && `https://${text}`,
  ];
  return guesses.find((guess): guess is string => isAddress(guess)) ?? null;
}

/** The buttons that format what is selected, and the line in which a link's address is typed. */
export class Toolbar {
  private readonly buttons: readonly HTMLButtonElement[];
  private readonly line: HTMLElement | null;
  private readonly address: HTMLInputElement | null;

  constructor(
    form: HTMLFormElement,
    private readonly editor: Editor,
    private readonly complain: (problem: string) => void,
  ) {
    this.buttons = [...form.querySelectorAll<HTMLButtonElement>("[data-formats] [data-format]")];
    this.line = form.querySelector("[data-link]");
    this.address = this.line?.querySelector("input") ?? null;
    for (const button of this.buttons)
      button.addEventListener("click", () => this.press(button.dataset.format as Format));
    this.line?.addEventListener("click", (event) => {
      const act = (event.target as Element).closest<HTMLElement>("[data-link-act]");
      if (act?.dataset.linkAct === "set") this.setLink();
      else if (act) this.closeLink(act.dataset.linkAct === "unset");
    });
    this.line?.addEventListener("keydown", (event) => {
      if (composing(event)) return;
      if (event.key === "Escape") this.closeLink();
      else if (event.key === "Enter" && event.target === this.address) this.setLink();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /** Says on the buttons what the caret stands in. */
  show(): void {
    for (const button of this.buttons) {
      const pressed = String(this.editor.isActive(button.dataset.format ?? ""));
      if (button.getAttribute("aria-pressed") !== pressed)
        button.setAttribute("aria-pressed", pressed);
    }
  }

  openLink(): void {
    if (!this.line || !this.address) return;
    const { from, to } = this.editor.state.selection;
    const known = (this.editor.getAttributes("link") as { href?: string }).href;
    this.address.value = known ?? asAddress(this.editor.state.doc.textBetween(from, to)) ?? "";
    const unset = this.line.querySelector<HTMLElement>("[data-link-act=unset]");
    if (unset) unset.hidden = !known;
    this.line.hidden = false;
    this.address.focus();
    this.address.select();
  }

  private press(format: Format): void {
    if (format === "link") {
      this.openLink();
      return;
    }
    const chain = this.editor.chain();
    if (format === "bold") chain.toggleBold().run();
    else if (format === "blockquote") chain.toggleBlockquote().run();
    else if (format === "bulletList") chain.toggleBulletList().run();
    else chain.toggleOrderedList().run();
    this.editor.view.focus();
  }

  private setLink(): void {
    const href = asAddress(this.address?.value ?? "");
    if (!href) {
      this.complain(this.line?.dataset.link ?? "");
      this.address?.focus();
      return;
    }
    const chain = this.editor.chain();
    const { empty, to } = this.editor.state.selection;
    if (empty && !this.editor.isActive("link")) {
      const text = href.replace(/^(mailto|tel):/, "");
      const marks = [{ type: "link", attrs: { href } }];
      chain.insertContent({ type: "text", text, marks }).run();
    } else chain.extendMarkRange("link").setLink(href).setTextSelection(to).run();
    this.closeLink();
  }

  private closeLink(unset = false): void {
    if (unset) this.editor.chain().extendMarkRange("link").unsetLink().run();
    // At once: the next key is meant for the text.
    this.editor.view.focus();
    if (this.line) this.line.hidden = true;
    this.complain("");
  }
}
