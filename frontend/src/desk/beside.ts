/* What stands beside the words: what one looks at goes into the address, lists go by arrows. */
import htmx from "htmx.org";

/** Writes a choice into the address, so that reading the page again shows the same. */
function remember(param: string): void {
  const [name = "", value = ""] = param.split("=");
  const url = new URL(location.href);
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  history.replaceState(history.state, "", url);
}

/** From the field that looks for something down into what was found, and back. */
function moveByArrow(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const list = document.querySelector("[data-arrows]");
  const from = document.activeElement;
  if (!step || !list || !from) return;
  const field = document.querySelector<HTMLElement>("main input[type=search]");
  const stops = [field, ...list.querySelectorAll<HTMLElement>("a")].filter((one) => one !== null);
  const at = stops.indexOf(from as HTMLElement);
  const next = stops[at + step];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}

/** What was unfolded before and is not live itself is read again when it is unfolded again. */
function unfolded(event: Event): void {
  const fold = event.target;
  if (!(fold instanceof HTMLDetailsElement) || !fold.open || !fold.matches(".fold")) return;
  const part = fold.querySelector("[hx-trigger=again]");
  if (part) htmx.trigger(part, "again", {});
}

export function setUpBeside(): void {
  document.addEventListener("toggle", unfolded, true);
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = (event as CustomEvent<{ elt: Element; successful: boolean }>)
      .detail;
    if (successful && elt instanceof HTMLElement && elt.dataset.param) remember(elt.dataset.param);
  });
  document.addEventListener("keydown", moveByArrow);
}
