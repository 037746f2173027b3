import dots from "icon:ellipsis";
import face from "icon:smile";
import { el, icon } from "../shared/nodes";
import type { Store } from "../shared/storage";
import type { Locale } from "../shared/words";
import { late } from "./late";
import type { Say } from "./say";

export interface ShellAt {
  readonly say: Say;
  readonly locale: Locale;
  readonly locales: readonly string[];
  readonly store: Store;
  /** The name under which is kept whether new messages sound. */
  readonly sound: string;
  /** Whether they do for those who have not chosen. */
  readonly sounds: boolean;
  insert(text: string): void;
  speak(locale: string): void;
  /** Says that what was pressed cannot be had now. */
  sorry(): void;
  /** The whole window is wanted, or not any more. */
  wide(on: boolean): void;
}

const REST = 30_000;

/** What stands around the talk: its menu, the tone, signs to write with, pictures in large. */
export class Shell {
  readonly menu;
  readonly emoji;
  private unread = 0;
  /** Until when the tone is not asked for: it could not be fetched. */
  private rests = 0;

  constructor(private readonly at: ShellAt) {
    const sorry = (): void => at.sorry();
    this.menu = tool(at.say("더보기"), dots, () => {
      late("extras").then(({ shellMenu }) => shellMenu(this.menu, at), sorry);
    });
    this.emoji = tool(at.say("이모지"), face, () => {
      late("emoji").then(({ pick }) => pick(this.emoji, at), sorry);
    });
    // Browsers let a page sound from within a gesture only, and it is not asked for before one.
    for (const name of ["pointerup", "keydown"])
      document.addEventListener(name, () => this.sound("prime"));
    window.addEventListener("online", () => (this.rests = 0));
  }

  /** Sounds when there is more to read than before and nobody looks. */
  count(unread: number, watched: boolean): void {
    if (unread > this.unread && !watched) this.sound("tone");
    this.unread = unread;
  }

  private sound(what: "prime" | "tone"): void {
    if (!this.sounds || Date.now() < this.rests) return;
    late("extras").then(
      (extras) => extras[what](),
      () => (this.rests = Date.now() + REST),
    );
  }

  /** Lets pictures in an element open in large. */
  enlarge(element: HTMLElement): void {
    element.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("a.picture");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      late("extras").then(
        ({ zoom }) => zoom(link, this.at),
        () => window.open(link.href, "_blank", "noopener"),
      );
    });
  }

  private get sounds(): boolean {
    const chosen = this.at.store.get(this.at.sound);
    return chosen === null ? this.at.sounds : chosen === "1";
  }
}

function tool(
  label: string,
  shape: Parameters<typeof icon>[0],
  act: () => void,
): HTMLButtonElement {
  const attributes = { type: "button", class: "icon", "aria-label": label, title: label };
  const button = el("button", { ...attributes, "aria-haspopup": "true", "aria-expanded": "false" });
  button.append(icon(shape));
  button.addEventListener("click", act);
  return button;
}
