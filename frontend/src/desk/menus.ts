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
    const done = !menu.hasAttribute("data-tagger") && target?.closest(".pop a, .pop button");
    if (!inside || done) menu.open = false;
    // What was pressed by key is hidden now: once its form is sent, the keyboard goes on from here.
    if (done && event.detail === 0) setTimeout(() => menu.querySelector("summary")?.focus());
  }
  const opened = target?.closest("summary")?.parentElement;
  // A key that presses the summary opens it within this very turn: no letter is lost.
  if (event.detail === 0 && opened instanceof HTMLDetailsElement && opened.matches(".menu"))
    queueMicrotask(() => begin(opened));
  const button = target?.closest<HTMLElement>("[data-copy], [data-dialog], [data-panel-toggle]");
  if (!button) return;
  const { copy: source, dialog } = button.dataset;
  if (source) void copy(source);
  else if (dialog) document.querySelector<HTMLDialogElement>(dialog)?.showModal();
  else togglePanel(button);
}

function items(menu: HTMLDetailsElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>(":scope > .pop :is(a, button)")].filter((item) =>
    item.checkVisibility(),
  );
}

/** Opened by a key, a menu begins at what is typed in, or at its first entry. */
function begin(menu: HTMLDetailsElement): void {
  if (!menu.open || menu.contains(document.activeElement?.closest(".pop") ?? null)) return;
  const field = menu.querySelector<HTMLElement>("input[role=combobox]");
  (field ?? items(menu)[0])?.focus();
}

/** Arrows move among the entries of an open menu; what is written in keeps its own. */
function moveInMenu(event: KeyboardEvent): void {
  const target = event.target instanceof Element ? event.target : null;
  const menu = target?.closest<HTMLDetailsElement>("details.menu[open]");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step || target?.matches("input, textarea, select")) return;
  const all = items(menu);
  const at = all.indexOf(target as HTMLElement);
  event.preventDefault();
  all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]?.focus();
}

// On a phone a menu of pages is one line that scrolls: it begins where one is, when the page is
// read or shown again, when a part of it was, and when the window becomes as narrow as that.
const HERE = ".side [aria-current], .tabs [aria-current]";
let begun = new WeakSet<Element>();

function beginWhereOneIs(): void {
  for (const here of document.querySelectorAll(HERE)) {
    // One who has scrolled it meanwhile is left alone.
    if (begun.has(here)) continue;
    here.scrollIntoView({ block: "nearest", inline: "center" });
  }
  begun = new WeakSet(document.querySelectorAll(HERE));
}

function beginAnew(): void {
  begun = new WeakSet();
  beginWhereOneIs();
}

/** Menus, dialogs, copying, the panel on narrow screens, and forms that are sent once. */
export function setUpMenus(): void {
  beginWhereOneIs();
  document.addEventListener("htmx:afterSettle", beginWhereOneIs);
  window.addEventListener("pageshow", beginAnew);
  matchMedia("(max-width: 700px)").addEventListener("change", beginAnew);
  document.addEventListener("click", clicked);
  let byKey = false;
  document.addEventListener("pointerdown", () => (byKey = false), true);
  document.addEventListener("keydown", () => (byKey = true), true);
  // Opening one closes the others.
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target instanceof HTMLDetailsElement ? event.target : null;
      if (!menu?.open || !menu.matches(".menu")) return;
      for (const other of openMenus()) if (other !== menu) other.open = false;
      if (byKey || menu.hasAttribute("data-tagger")) begin(menu);
    },
    true,
  );
  document.addEventListener("keydown", moveInMenu);
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
    if (!(elt instanceof HTMLElement) || !elt.dataset.refetch || !successful) return;
    refetch(elt.dataset.refetch);
    const past = elt.closest(".past");
    if (past) refetch(`#${CSS.escape(past.id)}`);
  });
}
