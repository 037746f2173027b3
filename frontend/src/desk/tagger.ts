import { composing } from "../shared/keys";
import { onContent } from "./htmx";

const LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/** Final consonants, which may turn out to begin the next syllable: 갑 on the way to 가방. */
const FINALS: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from("ㄱㄲ ㄴ  ㄷㄹ       ㅁㅂ ㅅㅆㅇㅈㅊㅋㅌㅍㅎ", (letter, at) => [
    String.fromCharCode(0x11a8 + at),
    letter,
  ]),
);

function lead(letter: string): string {
  const at = LEADS.indexOf(letter);
  return at < 0 ? letter : String.fromCharCode(0x1100 + at);
}

/** A text as its letters in the order they are typed, so that half a syllable can be found. */
function letters(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/[ㄱ-ㅎ]/g, lead);
}

function initials(text: string): string {
  return letters(text).replace(/[\u1161-\u11c2\s]/g, "");
}

/** Whether a name has what was typed so far in it, or begins its syllables with it (ㅂㅅ: 배송). */
export function matches(name: string, typed: string): boolean {
  const wanted = letters(typed.trim());
  const last = FINALS[wanted.at(-1) ?? ""]?.trim();
  const moved = last ? wanted.slice(0, -1) + lead(last) : wanted;
  const whole = letters(name);
  return whole.includes(wanted) || whole.includes(moved) || initials(name).includes(wanted);
}

function taggerOf(target: EventTarget | null): HTMLDetailsElement | null {
  return target instanceof Element ? target.closest("details[data-tagger]") : null;
}

function parts(tagger: HTMLDetailsElement): { input: HTMLInputElement; list: HTMLElement } | null {
  const input = tagger.querySelector<HTMLInputElement>("input[role=combobox]");
  const list = tagger.querySelector<HTMLElement>("[role=listbox]");
  return input && list ? { input, list } : null;
}

function shown(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[role=option]:not([hidden])")];
}

function choose(tagger: HTMLDetailsElement, option: HTMLElement | undefined): void {
  const found = parts(tagger);
  if (!found) return;
  for (const each of found.list.children) each.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) found.input.setAttribute("aria-activedescendant", option.id);
  else found.input.removeAttribute("aria-activedescendant");
}

function filter(tagger: HTMLDetailsElement): void {
  const found = parts(tagger);
  if (!found) return;
  const { input, list } = found;
  for (const option of list.querySelectorAll<HTMLElement>("[role=option]"))
    option.hidden = !matches(option.dataset.name ?? "", input.value);
  const left = shown(list);
  choose(tagger, input.value.trim() ? left[0] : undefined);
  input.setAttribute("aria-expanded", String(left.length > 0));
  const none = tagger.querySelector<HTMLElement>("[data-none]");
  if (none) none.hidden = left.length > 0;
}

async function offer(tagger: HTMLDetailsElement): Promise<void> {
  const list = parts(tagger)?.list;
  if (!list?.dataset.url) return;
  try {
    const answer = await fetch(list.dataset.url, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...page.querySelectorAll("[role=option]"));
    filter(tagger);
  } catch {
    // Without the list, names can still be typed.
  }
}

function take(tagger: HTMLDetailsElement, option: HTMLElement): void {
  const found = parts(tagger);
  if (!found) return;
  found.input.value = option.dataset.name ?? "";
  found.input.form?.requestSubmit();
}

function pressed(event: KeyboardEvent): void {
  const tagger = taggerOf(event.target);
  const found = tagger ? parts(tagger) : null;
  if (!tagger || event.target !== found?.input || composing(event)) return;
  const options = shown(found.list);
  const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(
      tagger,
      options[(Math.max(at, step < 0 ? 0 : -1) + step + options.length) % options.length],
    );
  } else if (event.key === "Enter") {
    const option = options[at];
    if (option) take(tagger, option);
    else if (found.input.value.trim()) return;
  } else if (event.key === "Backspace" && !event.repeat && !found.input.value) {
    // Held down it empties the field, and stops there.
    const last = [...document.querySelectorAll<HTMLElement>("#head [data-tag]")].at(-1);
    last?.click();
  } else return;
  event.preventDefault();
}

/** Choosing tags by typing: the list narrows with every letter, Enter puts the first one on. */
export function setUpTaggers(): void {
  document.addEventListener("keydown", pressed);
  document.addEventListener("input", (event) => {
    const tagger = taggerOf(event.target);
    if (tagger) filter(tagger);
  });
  document.addEventListener(
    "toggle",
    (event) => {
      const tagger = taggerOf(event.target);
      if (tagger?.open) void offer(tagger);
    },
    true,
  );
  // The cursor stays in the field.
  document.addEventListener("pointerdown", (event) => {
    if (taggerOf(event.target) && (event.target as Element).closest("[role=option]"))
      event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const tagger = taggerOf(event.target);
    const option = (event.target as Element | null)?.closest<HTMLElement>("[role=option]");
    if (tagger && option) take(tagger, option);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = (event as CustomEvent<{ elt: Element; successful: boolean }>)
      .detail;
    if (!successful || !elt.closest(".tags")) return;
    const tagger = document.querySelector<HTMLDetailsElement>("details[data-tagger][open]");
    const input = tagger && parts(tagger)?.input;
    if (!input) return;
    if (tagger.contains(elt)) input.value = "";
    void offer(tagger);
  });
  // What the server sent anew is narrowed again.
  onContent(() => {
    const tagger = document.querySelector<HTMLDetailsElement>("details[data-tagger][open]");
    if (tagger) filter(tagger);
  });
}
