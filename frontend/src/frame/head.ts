import down from "icon:chevron-down";
import left from "icon:chevron-left";
import { el, icon } from "../shared/nodes";
import type { Say } from "./say";

export interface HeadAt {
  readonly say: Say;
  readonly tools: readonly HTMLElement[];
  home(): void;
  /** Missing where there is nothing to close. */
  readonly close?: (() => void) | undefined;
}

/** The line above the talk: the way back, who one talks to, and the way out. */
export class Head {
  readonly element: HTMLElement;
  private readonly title = el("h1", { dir: "auto" });
  private readonly avatar = el("span", { class: "av", "aria-hidden": "true" });
  private readonly agent = el("small", { dir: "auto" });
  private readonly back: HTMLElement;

  constructor(private readonly at: HeadAt) {
    const { say, tools, close } = at;
    const button = (label: string, shape: typeof down, act: () => void): HTMLElement => {
      const made = el("button", { class: "icon", type: "button", "aria-label": label });
      made.append(icon(shape));
      made.addEventListener("click", act);
      return made;
    };
    this.back = button(say("처음 화면"), left, () => at.home());
    this.back.hidden = true;
    this.element = el(
      "header",
      {},
      this.back,
      this.avatar,
      el("div", { class: "title" }, this.title, this.agent),
      ...tools,
      close && button(say("닫기"), down, close),
    );
  }

  name(brand: string): void {
    this.title.textContent = brand || this.at.say("상담");
    this.avatar.textContent = String.fromCodePoint(brand.codePointAt(0) ?? 0x00b7);
  }

  show(agent: string, hasBack: boolean): void {
    this.agent.textContent = agent;
    this.agent.hidden = !agent;
    this.back.hidden = !hasBack;
  }
}
