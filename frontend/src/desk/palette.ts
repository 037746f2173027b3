/*
 * Ctrl/Cmd+K: go anywhere, do what the page offers, find customers, conversations and messages.
 * What there is to find comes from the server as options; what can be done here are the page's own
 * keys (data-hotkey), found by their labels.
 */
import { composing } from "../shared/keys";
import { el } from "../shared/nodes";
import { isPressed, SHORTCUTS } from "./composer/shortcuts";
import { isShown, press } from "./hotkeys";
import { say } from "./say";

const WAIT = 120;
const MOST_ACTIONS = 6;

interface Action {
  readonly label: string;
  readonly key: string;
  readonly element: HTMLElement;
}

/** As it is compared: spaces and case do not count. */
function bare(text: string): string {
  return text.normalize("NFC").toLowerCase().replace(/\s+/g, "");
}

function actions(text: string): Action[] {
  const wanted = bare(text);
  return [...document.querySelectorAll<HTMLElement>("[data-hotkey][data-hotkey-label]")]
    .filter(isShown)
    .map((element) => ({
      label: element.dataset.hotkeyLabel ?? "",
      key: element.dataset.hotkey ?? "",
      element,
    }))
    .filter((action) => bare(action.label).includes(wanted))
    .slice(0, MOST_ACTIONS);
}

class Palette {
  private readonly input = el("input", {
    type: "search",
    class: "in",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "palette-options",
    "aria-autocomplete": "list",
    "aria-label": say("찾거나 할 일"),
    placeholder: say("이동, 할 일, 고객, 상담 번호, 메시지 찾기"),
    autocomplete: "off",
    maxlength: "200",
  });
  private readonly close = el("button", { type: "button", class: "btn s" }, say("닫기"));
  private readonly options = el("div", {
    id: "palette-options",
    role: "listbox",
    "aria-label": say("찾은 것"),
  });
  private readonly status = el("p", { class: "vh", role: "status" });
  private readonly dialog = el(
    "dialog",
    { id: "palette", class: "palette", "aria-label": say("찾기") },
    el("div", { class: "top" }, this.input, this.close),
    this.options,
    this.status,
  );
  private asked: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private found = "";
  /** What the lines shown were found for; Enter takes none that was found for something else. */
  private foundFor = "";
  private isTaking = false;

  constructor(private readonly url: string) {
    this.input.addEventListener("input", (event) => {
      if (!(event instanceof InputEvent && event.isComposing)) this.look();
    });
    this.input.addEventListener("compositionend", () => this.look());
    this.input.addEventListener("keydown", (event) => this.keyed(event));
    this.options.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option && !(option instanceof HTMLAnchorElement)) this.take(option);
    });
    this.close.addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => {
      this.asked?.abort();
      clearTimeout(this.timer);
      this.dialog.remove();
    });
  }

  open(): void {
    document.body.append(this.dialog);
    this.show(this.do(""));
    this.dialog.showModal();
    void this.ask("");
  }

  private look(): void {
    const text = this.input.value.trim();
    clearTimeout(this.timer);
    this.asked?.abort();
    this.isTaking = false;
    this.show(this.do(text));
    this.timer = setTimeout(() => void this.ask(text), text ? WAIT : 0);
  }

  private async ask(text: string): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    try {
      const answer = await fetch(`${this.url}?q=${encodeURIComponent(text)}`, {
        signal: asked.signal,
        headers: { "X-Requested-With": "fetch" },
      });
      if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
      this.found = await answer.text();
      this.foundFor = text;
      this.show(this.do(text));
      if (this.isTaking && this.selected) this.take(this.selected);
    } catch {
      if (asked.signal.aborted) return;
      this.options.replaceChildren(
        el("p", { class: "none" }, say("서버에 닿지 않아요. 연결을 확인하고 다시 해주세요.")),
      );
    }
  }

  /** What this page can do, as a group of options. */
  private do(text: string): HTMLElement | null {
    const offered = actions(text);
    if (!offered.length) return null;
    const group = el("div", { role: "group", "aria-labelledby": "palette-do" });
    group.append(el("h3", { id: "palette-do" }, say("여기서 할 일")));
    for (const { label, key, element } of offered) {
      const option = el(
        "div",
        { role: "option", "aria-selected": "false", tabindex: "-1" },
        el("span", { class: "i s", "aria-hidden": "true" }),
        el("span", { class: "mid" }, el("b", {}, label)),
        el("kbd", {}, key.toUpperCase()),
      );
      option.addEventListener("palette:take", () => press(element));
      group.append(option);
    }
    return group;
  }

  private show(own: HTMLElement | null): void {
    const page = new DOMParser().parseFromString(this.found, "text/html");
    const parts = own ? [own, ...page.body.children] : [...page.body.children];
    this.options.replaceChildren(...parts);
    const all = this.all();
    all.forEach((option, at) => (option.id = `palette-option-${at}`));
    this.select(all[0]);
    const words = all.length
      ? say("{n}개 찾음", { n: String(all.length) })
      : say("찾은 것이 없어요");
    if (this.status.textContent !== words) this.status.textContent = words;
  }

  private all(): HTMLElement[] {
    return [...this.options.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private get selected(): HTMLElement | null {
    return this.options.querySelector<HTMLElement>("[aria-selected=true]");
  }

  private select(option: HTMLElement | undefined): void {
    this.selected?.setAttribute("aria-selected", "false");
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  private keyed(event: KeyboardEvent): void {
    if (composing(event)) return;
    const all = this.all();
    const at = this.selected ? all.indexOf(this.selected) : -1;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.select(all[(at + step + all.length) % all.length]);
    } else if (event.key === "Escape") {
      // A field for searching would only be emptied by the first one.
      event.preventDefault();
      this.dialog.close();
    } else if (event.key === "Enter") {
      event.preventDefault();
      // Whoever types fast and presses Enter means what they typed.
      if (this.foundFor !== this.input.value.trim()) this.isTaking = true;
      else if (this.selected) this.take(this.selected, event.ctrlKey || event.metaKey);
    }
  }

  private take(option: HTMLElement, elsewhere = false): void {
    if (option instanceof HTMLAnchorElement) {
      if (elsewhere) window.open(option.href, "_blank", "noopener");
      else location.assign(option.href);
      return;
    }
    this.dialog.close();
    option.dispatchEvent(new Event("palette:take"));
  }
}

export function setUpPalette(): void {
  const url = document.body.dataset.palette;
  if (!url) return;
  const open = (event: Event): void => {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) new Palette(url).open();
  };
  document.addEventListener("keydown", (event) => {
    if (!event.altKey && isPressed(event, SHORTCUTS.find)) open(event);
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    if (plain && target?.closest("[data-palette-open]")) open(event);
  });
}
