import { findAt } from "../../shared/hangul";
import { composing } from "../../shared/keys";
import { el } from "../../shared/nodes";
import { announce } from "../announce";
import { csrf, problemText } from "../htmx";
import { say } from "../say";
import { toast } from "../toasts";
import { bring, type Brought } from "./bring";
import type { Field } from "./field";

export interface Canned {
  readonly id: string;
  readonly title: string;
  readonly shortcut: string;
  readonly folder: string;
  readonly text: string;
  readonly own: boolean;
}

const MOST = 40;
const FRESH = 60_000;
const LIST_TIMEOUT = 5000;
const FILL_TIMEOUT = 10_000;
const TRIGGER = /(?:^|\s)\/([^\s/]*)$/;
const LIST_ID = "canned-list";

/** How well a reply fits what is typed: 0 is best, null not at all. */
function fit(reply: Canned, query: string): number | null {
  if (!query) return 0;
  if (reply.shortcut && findAt(reply.shortcut, query) === 0) return 0;
  if (findAt(reply.title, query) === 0) return 1;
  const places = [reply.shortcut, reply.title, reply.folder, reply.text];
  const at = places.findIndex((place) => place && findAt(place, query) >= 0);
  return at < 0 ? null : at + 2;
}

/** The replies that somebody may mean, the best fit first, else in the order given. */
export function matching(replies: readonly Canned[], query: string): Canned[] {
  return replies
    .map((reply) => ({ reply, rank: fit(reply, query) }))
    .filter((found): found is { reply: Canned; rank: number } => found.rank !== null)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MOST)
    .map((found) => found.reply);
}

/**
 * Canned replies by `/` at the start of a word: a list above the composer, filtered as one types.
 * The texts come filled in from the server; the browser fills in nothing.
 */
export class CannedList {
  private replies: readonly Canned[] = [];
  private read = -Infinity;
  private reading: Promise<void> | null = null;
  private shown: Canned[] = [];
  private at = 0;
  private query = "";
  /** Where the word begins that the list is open for, and where Escape has closed it. */
  private from = -1;
  private closedAt = -1;
  /** What stands before the caret while the list for it is being read. */
  private looking: string | null = null;
  /** Enter was pressed before the list had come: its first reply is meant. */
  private isMeant = false;
  private filling = false;
  private readonly list = el("div", {
    id: LIST_ID,
    class: "canned",
    role: "listbox",
    "aria-label": say("답변 템플릿"),
    hidden: true,
  });

  constructor(
    private readonly form: HTMLFormElement,
    private readonly field: Field,
    private readonly url: string,
  ) {
    form.append(this.list);
    field.onEntered(() => void this.load());
    field.onPlaced(() => this.look());
    field.onLeft(() => {
      this.looking = null;
      this.close();
    });
    // Before the composer's own keys: Enter chooses here instead of sending.
    field.onKey((event) => this.key(event), { list: true });
    form.querySelector("[data-canned-open]")?.addEventListener("click", () => this.offer());
    // The field keeps the focus while one chooses with mouse or finger.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      const reply = this.shown[Number(option?.dataset.at ?? NaN)];
      if (reply) void this.choose(reply);
    });
  }

  get isOpen(): boolean {
    return !this.list.hidden;
  }

  /** Opens the list by hand: as if `/` had been typed. */
  private offer(): void {
    this.field.focus();
    const before = this.field.beforeCaret ?? this.field.text;
    const gap = before && !/\s$/.test(before) ? " /" : "/";
    this.closedAt = -1;
    this.field.insert(gap);
  }

  private look(): void {
    const before = this.field.beforeCaret;
    const found = before === null ? null : TRIGGER.exec(before);
    this.looking = null;
    this.isMeant = false;
    if (!found || before === null) {
      this.closedAt = -1;
      this.close();
      return;
    }
    const query = found[1] ?? "";
    this.from = before.length - query.length - 1;
    if (this.from === this.closedAt) return;
    // What is known is shown at once, and what has changed since when it comes.
    if (this.isRead) this.show(query);
    if (this.isFresh) return;
    this.looking = before;
    void this.load().then(() => {
      if (this.looking !== before) return;
      const isMeant = this.isMeant && !this.isOpen;
      this.looking = null;
      this.show(query);
      const [first] = this.shown;
      if (isMeant && first) void this.choose(first);
    });
  }

  private get isRead(): boolean {
    return this.read > -Infinity;
  }

  private get isFresh(): boolean {
    return performance.now() - this.read < FRESH;
  }

  private async load(): Promise<void> {
    if (this.isFresh) return;
    this.reading ??= fetch(this.url, {
      headers: { Accept: "application/json", "X-Requested-With": "fetch", ...csrf() },
      signal: AbortSignal.timeout(LIST_TIMEOUT),
    })
      .then(async (answer) => {
        if (!answer.ok || answer.redirected) return;
        this.replies = ((await answer.json()) as { replies: Canned[] }).replies;
        this.read = performance.now();
      })
      .catch(() => undefined)
      .finally(() => (this.reading = null));
    await this.reading;
  }

  private show(query: string): void {
    const before = this.shown[this.at]?.id;
    this.shown = matching(this.replies, query);
    if (!this.shown.length) {
      if (!query && !this.replies.length) this.teach();
      else this.close();
      return;
    }
    const wasOpen = this.isOpen;
    this.list.replaceChildren(...this.shown.map((reply, at) => option(reply, at)));
    this.list.hidden = false;
    // A text of many lines stays a text; what a combobox says of its list it may say, too.
    this.field.input.setAttribute("aria-controls", LIST_ID);
    this.field.input.setAttribute("aria-autocomplete", "list");
    const same = this.query === query ? this.shown.findIndex(({ id }) => id === before) : -1;
    this.query = query;
    this.select(Math.max(0, same));
    if (!wasOpen)
      announce(say("답변 템플릿 {n}개. 화살표로 고르고 Enter로 넣어요.", { n: this.shown.length }));
  }

  private teach(): void {
    const where = this.form.dataset.cannedHome ?? "";
    const link = el("a", { href: where }, say("내 템플릿 만들기"));
    const none = [say("아직 답변 템플릿이 없어요."), " ", link];
    // Nobody knows of any as long as none could be read.
    const words = this.isRead ? none : [say("서버에 닿지 않아요. 연결을 확인하고 다시 해주세요.")];
    this.list.replaceChildren(el("p", { class: "none" }, ...words));
    this.list.hidden = false;
  }

  private close(): void {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.shown = [];
    for (const name of ["controls", "autocomplete", "activedescendant"])
      this.field.input.removeAttribute(`aria-${name}`);
  }

  private select(at: number): void {
    const options = [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
    this.at = (at + options.length) % options.length;
    options.forEach((each, number) =>
      each.setAttribute("aria-selected", String(number === this.at)),
    );
    const chosen = options[this.at];
    if (!chosen) return;
    this.field.input.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  }

  private key(event: KeyboardEvent): boolean {
    if (composing(event)) return false;
    const held = event.ctrlKey || event.metaKey || event.altKey;
    const chooses = (event.key === "Enter" || event.key === "Tab") && !event.shiftKey && !held;
    // The reply that is meant is on its way: what stands there is not what one wants to say.
    if (chooses && this.filling) return true;
    if (!this.isOpen && this.looking === null) return false;
    if (event.key === "Escape") {
      this.closedAt = this.from;
      this.looking = null;
      this.close();
    } else if (chooses && this.looking !== null && !this.shown.length) this.isMeant = true;
    else if (held || !this.shown.length) return false;
    else if (event.key === "ArrowDown") this.select(this.at + 1);
    else if (event.key === "ArrowUp") this.select(this.at - 1);
    else if (chooses) {
      const reply = this.shown[this.at];
      if (reply) void this.choose(reply);
    } else return false;
    return true;
  }

  private async choose(reply: Canned): Promise<void> {
    const { from } = this;
    const word = this.field.last((this.field.beforeCaret ?? "").length - from);
    this.closedAt = from;
    this.looking = null;
    this.close();
    this.filling = true;
    const text = await this.fill(reply.id);
    this.filling = false;
    if (text === null) return;
    this.closedAt = -1;
    word.put(text);
    this.form.append(
      el("input", { type: "hidden", name: "canned", value: reply.id, "data-canned-used": true }),
    );
  }

  private async fill(id: string): Promise<string | null> {
    this.form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${this.url}/${id}`, {
        headers: { Accept: "application/json", "X-Requested-With": "fetch", ...csrf() },
        signal: AbortSignal.timeout(FILL_TIMEOUT),
      });
      if (answer.ok && !answer.redirected) {
        const { text, parts } = (await answer.json()) as { text: string; parts?: Brought };
        if (parts?.cards ?? parts?.choices) bring(this.form, parts);
        return text;
      }
      toast(problemText(await answer.text()));
    } catch {
      toast(say("서버에 닿지 않아요. 연결을 확인하고 다시 해주세요."));
    } finally {
      this.form.removeAttribute("aria-busy");
    }
    return null;
  }
}

function option(reply: Canned, at: number): HTMLElement {
  const made = el(
    "div",
    { role: "option", id: `canned-${at}`, "data-at": String(at), "aria-selected": "false" },
    el("b", {}, reply.title),
    reply.shortcut && el("span", { class: "mono" }, `/${reply.shortcut}`),
    el("span", { class: "where" }, reply.own ? say("내 템플릿") : reply.folder),
    el("span", { class: "text" }, reply.text.replace(/\s+/g, " ").slice(0, 160)),
  );
  return made;
}
