import { el } from "../../shared/nodes";
import { say } from "../say";

/** What a canned reply brings beside its words; the server has made it and checks it again. */
export interface Brought {
  readonly choices?: readonly string[];
  readonly cards?: readonly { readonly title: string }[];
}

/** Says to the form what goes along with the reply, from now on; `{}` is nothing. */
export function bring(form: HTMLFormElement, parts: Brought | undefined): void {
  form.dispatchEvent(new CustomEvent("bring", { detail: parts ?? {} }));
}

/**
 * Shows above the buttons which quick replies and cards go along, with a way to leave them out. It
 * stays with this tab past a reload, as long as it was not sent.
 */
export function setUpBring(form: HTMLFormElement): void {
  const name = `majung:bring:${form.dataset.conversation ?? ""}`;
  const input = el("input", { type: "hidden", name: "parts", disabled: true });
  const words = el("span");
  const out = el("button", { type: "button", class: "btn s quiet" }, say("빼기"));
  const line = el("div", { class: "bring", role: "status", hidden: true }, words, out, input);
  form.querySelector(".bar")?.before(line);

  const show = (parts: Brought): void => {
    const { choices = [], cards = [] } = parts;
    const some = choices.length > 0 || cards.length > 0;
    line.hidden = input.disabled = !some;
    input.value = some ? JSON.stringify(parts) : "";
    words.textContent = [
      cards[0] && say("카드 ‘{title}’", { title: cards[0].title }),
      choices.length > 0 && say("빠른 답장 {n}개", { n: choices.length }),
    ]
      .filter(Boolean)
      .join(" · ");
    try {
      if (some) sessionStorage.setItem(name, input.value);
      else sessionStorage.removeItem(name);
    } catch {
      // No storage: it is still in the page.
    }
  };
  form.addEventListener("bring", (event) => show((event as CustomEvent<Brought>).detail));
  out.addEventListener("click", () => {
    show({});
    form.querySelector<HTMLElement>("[contenteditable=true], textarea:not([hidden])")?.focus();
  });
  try {
    show(JSON.parse(sessionStorage.getItem(name) ?? "{}") as Brought);
  } catch {
    show({});
  }
}
