import { fetched } from "../../shared/fetched";
import type { Field } from "./field";
import type * as Rich from "./editor";
import { Emoji } from "./picking";

const loads = new Map<string, Promise<typeof Rich>>();

function load(url: string): Promise<typeof Rich> {
  const known = loads.get(url) ?? fetched<typeof Rich>(url);
  loads.set(url, known);
  // Tried again by the next key or press; until then one writes plain text.
  known.catch(() => loads.delete(url));
  return known;
}

/** Waits until no syllable is being put together. */
async function settled(area: HTMLTextAreaElement, isComposing: () => boolean): Promise<void> {
  while (isComposing())
    await new Promise((done) => area.addEventListener("compositionend", done, { once: true }));
}

/**
 * Puts the editor in the place of the textarea once it is needed: when one turns to the form, or
 * has a draft with formatting. It is its own script, so that reading costs nothing of it.
 */
export function enrich(
  form: HTMLFormElement,
  field: Field,
  complain: (problem: string) => void,
): void {
  const url = form.dataset.editor;
  if (!url) return;
  let isComposing = false;
  field.area.addEventListener("compositionstart", () => (isComposing = true));
  field.area.addEventListener("compositionend", () => (isComposing = false));
  let isRich = false;
  let coming: Promise<void> | null = null;
  const come = async (): Promise<void> => {
    try {
      const { RichSurface } = await load(url);
      await settled(field.area, () => isComposing);
      if (!form.isConnected) return;
      field.become((area) => new RichSurface(form, area, field, complain));
      isRich = true;
    } catch {
      coming = null;
    }
  };
  const begin = (): Promise<void> => (coming ??= come());
  for (const name of ["focusin", "pointerenter", "touchstart"])
    form.addEventListener(name, () => void begin(), { passive: true });
  const formats = form.querySelector<HTMLElement>("[data-formats]");
  const opener = form.querySelector<HTMLElement>("[data-formats-open]");
  if (formats && opener) {
    formats.hidden = false;
    opener.hidden = false;
    // Where there is no room they wait behind a button.
    opener.addEventListener("pointerdown", (event) => event.preventDefault());
    opener.addEventListener("click", () => {
      const isOpen = opener.getAttribute("aria-expanded") === "true";
      opener.setAttribute("aria-expanded", String(!isOpen));
    });
    // The field keeps the focus, and what is selected in it.
    formats.addEventListener("pointerdown", (event) => event.preventDefault());
    formats.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-format]");
      if (isRich || !button) return;
      void begin().then(() => {
        if (isRich) button.click();
      });
    });
  }
  new Emoji(form, field);
  if (field.words.rich || form.contains(document.activeElement)) void begin();
}
