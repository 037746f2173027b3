import { refetch } from "./regions";
import { say } from "./say";
import { toast } from "./toasts";

function openMenus(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")];
}

async function copy(selector: string): Promise<void> {
  const source = document.querySelector<HTMLElement>(selector);
  if (!source) return;
  const text = source instanceof HTMLInputElement ? source.value : source.textContent;
  try {
    await navigator.clipboard.writeText(text.trim());
    toast(say("복사했어요"));
  } catch {
    // Not allowed here: select it, so that one key press copies.
    getSelection()?.selectAllChildren(source);
  }
}

function togglePanel(button: HTMLElement): void {
  const desk = button.closest<HTMLElement>(".desk");
  if (!desk) return;
  const opens = desk.dataset.panel !== "open";
  desk.dataset.panel = opens ? "open" : "";
  const other = opens ? ".panel [data-panel-toggle]" : ".conv [data-panel-toggle]";
  desk.querySelector<HTMLElement>(other)?.focus();
}

function clicked(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  for (const menu of openMenus()) {
    const inside = menu.contains(target);
    if (!inside || target?.closest(".pop a, .pop button")) menu.open = false;
  }
  const button = target?.closest<HTMLElement>("[data-copy], [data-dialog], [data-panel-toggle]");
  if (!button) return;
  const { copy: source, dialog } = button.dataset;
  if (source) void copy(source);
  else if (dialog) document.querySelector<HTMLDialogElement>(dialog)?.showModal();
  else togglePanel(button);
}

/** Menus, dialogs, copying, the panel on narrow screens, and forms that are sent once. */
export function setUpMenus(): void {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
    const desk = document.querySelector<HTMLElement>('.desk[data-panel="open"]');
    if (desk) desk.dataset.panel = "";
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.hasAttribute("data-once")) return;
    for (const button of form.querySelectorAll<HTMLButtonElement>(
      "button[type=submit], button:not([type])",
    )) {
      // After the event, so that the button's own name and value are still sent.
      setTimeout(() => (button.disabled = true));
    }
  });
  // Coming back by the back button shows the form as it was left.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document
      .querySelectorAll<HTMLButtonElement>("form[data-once] button")
      .forEach((button) => (button.disabled = false));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = (event as CustomEvent<{ elt: Element; successful: boolean }>)
      .detail;
    if (elt instanceof HTMLElement && elt.dataset.refetch && successful)
      refetch(elt.dataset.refetch);
  });
}
