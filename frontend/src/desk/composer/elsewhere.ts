import { inWords } from "./bring";
import type { Content, Saved } from "./drafts";
import { joined } from "./words";

/** Says what another window has saved, and lets one join it to what stands here or leave it out. */
export class Elsewhere {
  private readonly box: HTMLElement | null;

  constructor(form: HTMLFormElement, settle: (both: boolean) => void) {
    this.box = form.querySelector("[data-elsewhere]");
    this.box?.addEventListener("click", (event) => {
      const choice = (event.target as Element).closest<HTMLElement>("[data-keep]");
      if (choice) settle(choice.dataset.keep === "both");
    });
  }

  show(other: Saved | null): void {
    if (!this.box) return;
    this.box.hidden = !other;
    const quote = this.box.querySelector("[data-other]");
    const told = [other?.text, inWords(other?.parts ?? {})];
    if (quote) quote.textContent = told.filter(Boolean).join(" · ");
  }
}

export function together(content: Content, other: Content): Content {
  const own = new Set(content.files.map((file) => file.id));
  return {
    ...joined(content, other),
    parts: { ...other.parts, ...content.parts },
    envelope: content.envelope ?? other.envelope,
    files: [...content.files, ...other.files.filter((file) => !own.has(file.id))],
  };
}

/** What was taken back, with what was typed since and the server did not have. */
export function regained(saved: Saved, missing: Content): Content {
  const parts = { ...missing.parts, ...saved.parts };
  const { files, envelope } = saved;
  return { ...joined(saved, missing), files, parts, envelope };
}
