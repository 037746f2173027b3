import plus from "icon:plus";
import { el, icon, linked } from "../shared/nodes";
import { ago, exact } from "../shared/times";
import type { Locale } from "../shared/words";
import type { HomePage, Recent } from "./api";
import type { Say } from "./say";

export interface HomeActions {
  open(conversation: string): void;
  begin(): void;
}

/** What stands before a conversation: open or not, how long it takes, and one's own talks. */
export class Home {
  readonly element: HTMLElement;
  private drawn = "";

  constructor(
    private readonly say: Say,
    private readonly locale: Locale,
    private readonly actions: HomeActions,
  ) {
    this.element = el("section", {
      class: "home",
      tabindex: "-1",
      "aria-label": say("처음 화면"),
      hidden: true,
    });
  }

  show(page: HomePage | null, greeting: string): void {
    // Drawn anew only when it says something else: focus stays where it is.
    const sign = JSON.stringify([page, greeting]);
    if (sign === this.drawn) return;
    this.drawn = sign;
    const focused = document.activeElement?.getAttribute("data-talk");
    const { opening, conversations = [] } = page ?? {};
    this.element.replaceChildren(
      el(
        "div",
        { class: "m" },
        greeting && el("div", { class: "b", dir: "auto" }, linked(greeting)),
      ),
      el(
        "div",
        { class: "opening", role: "status" },
        opening?.text &&
          el(
            "p",
            { class: opening.open ? "open" : "shut" },
            el("i", { class: "dot", "aria-hidden": "true" }),
            opening.text,
          ),
        opening?.wait && el("p", {}, opening.wait.text),
      ),
      ...(conversations.length ? this.recent(conversations) : []),
    );
    if (focused) this.element.querySelector<HTMLElement>(`[data-talk="${focused}"]`)?.focus();
  }

  private recent(conversations: readonly Recent[]): HTMLElement[] {
    const begin = el("button", { type: "button", class: "begin", "data-talk": "new" });
    begin.append(icon(plus, "i s"), this.say("새 상담"));
    begin.addEventListener("click", () => this.actions.begin());
    return [
      el("div", { class: "over" }, el("h2", {}, this.say("최근 상담")), begin),
      el("ul", { class: "recent" }, ...conversations.map((one) => this.row(one))),
    ];
  }

  private row({ id, text, from, at, unread, closed, rating }: Recent): HTMLElement {
    const date = new Date(at);
    const button = el(
      "button",
      { type: "button", "data-talk": id, class: unread ? "new" : undefined },
      el(
        "span",
        { class: "last", dir: "auto" },
        from === "customer" && `${this.say("나")}: `,
        text,
      ),
      el(
        "small",
        {},
        this.say(closed ? "끝난 상담" : "진행 중"),
        " · ",
        el(
          "time",
          { datetime: at, title: exact(date, this.locale) },
          ago(date, new Date(), this.locale),
        ),
        !!rating?.score && ` · ${this.say("만족도 {n}점", { n: rating.score })}`,
        rating?.open && !rating.score && ` · ${this.say("만족도 남기기")}`,
      ),
      unread > 0 &&
        el(
          "b",
          { class: "count" },
          `${unread}`,
          el("span", { class: "vh" }, ` ${this.say("새 메시지")}`),
        ),
    );
    button.addEventListener("click", () => this.actions.open(id));
    return el("li", {}, button);
  }
}
