import check from "icon:check";
import { el, icon } from "../shared/nodes";
import type { ShellAt } from "./shell";
import { prime, tone } from "./sound";

const NAMES: Record<string, string> = { ko: "한국어", en: "English" };

interface Choice {
  readonly text: string;
  /** Whether it is on; missing for what is simply done. */
  readonly on?: boolean;
  readonly lang?: string;
  act(): void;
}

/** The widget's menu: the tone, and the other languages. Pressed again, it closes. */
export function shellMenu(button: HTMLElement, at: ShellAt): void {
  if (shut(button)) return;
  const chosen = at.store.get(at.sound);
  const on = chosen === null ? at.sounds : chosen === "1";
  const others = at.locales.filter((one) => one !== at.locale);
  openMenu(button, [
    {
      text: at.say("알림음 켜기"),
      on,
      act: () => {
        at.store.set(at.sound, on ? "0" : "1");
        if (on) return;
        prime();
        // So that one knows what to expect.
        setTimeout(tone, 60);
      },
    },
    ...others.map((one) => ({ text: NAMES[one] ?? one, lang: one, act: () => at.speak(one) })),
  ]);
}

/** Closes what stands open at a button, as pressing elsewhere does; false when nothing did. */
export function shut(button: HTMLElement): boolean {
  if (button.getAttribute("aria-expanded") !== "true") return false;
  document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  return true;
}

/** Opens a menu under its button; arrows move, Escape closes and gives the focus back. */
function openMenu(button: HTMLElement, choices: readonly Choice[]): void {
  const box = el("div", { class: "menu", role: "menu" });
  const close = (back: boolean): void => {
    box.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", away, true);
    if (back) button.focus();
  };
  const away = (event: Event): void => {
    if (!box.contains(event.target as Node) && !button.contains(event.target as Node)) close(false);
  };
  const items = choices.map((choice) => {
    const { text, on, lang } = choice;
    const item = el(
      "button",
      {
        type: "button",
        role: on === undefined ? "menuitem" : "menuitemcheckbox",
        "aria-checked": on === undefined ? undefined : String(on),
        lang,
      },
      el("span", {}, text),
      on === true && icon(check, "i s"),
    );
    item.addEventListener("click", () => {
      close(true);
      choice.act();
    });
    return item;
  });
  box.append(...items);
  box.addEventListener("keydown", (event) => {
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const step = { ArrowDown: 1, ArrowUp: items.length - 1 }[event.key];
    if (step) {
      event.preventDefault();
      items[(at + step) % items.length]?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.stopPropagation();
      if (event.key === "Escape") event.preventDefault();
      close(true);
    }
  });
  button.setAttribute("aria-expanded", "true");
  button.after(box);
  document.addEventListener("pointerdown", away, true);
  items[0]?.focus();
}
