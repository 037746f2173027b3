import type { Store } from "../shared/storage";
import type { Locale } from "../shared/words";
import type { Api, Session } from "./api";
import type { About } from "./asks";
import { late } from "./late";
import type { Beside } from "./late/parts";
import type { List } from "./list";
import type { Place } from "./place";

/** What the parts do in the talk. */
export interface PartsAt {
  readonly key: string;
  readonly locale: Locale;
  readonly store: Store;
  readonly api: Api;
  readonly place: Place;
  readonly list: List;
  readonly composer: HTMLElement;
  say(text: string): void;
  /** Something is to be drawn again. */
  again(): void;
}

/**
 * Quick replies, cards and what is asked beside the talk. All of it is drawn by a script that is
 * fetched only when there is something to show.
 */
export class Parts {
  private beside: Beside | null = null;
  private fetching = false;
  /** The window was closed on words that nobody has answered. */
  private left = false;

  constructor(private readonly at: PartsAt) {}

  leave(): void {
    this.left = true;
  }

  show(session: Session | null): void {
    const { place, list } = this.at;
    const { asked, home, talk } = place;
    const choices = session?.brand.choices ?? [];
    if (talk.messages.at(-1)?.from !== "customer") this.left = false;
    if (this.beside) {
      this.beside.show(choices, this.left);
      list.keepEnd();
    } else if (
      asked.rating ||
      asked.contact ||
      home?.before ||
      choices.length ||
      talk.messages.some((message) => message.parts)
    ) {
      void this.fetch();
    }
  }

  /** What was said before the conversation that begins with the next words; once. */
  about(): About | undefined {
    return this.beside?.about();
  }

  private async fetch(): Promise<void> {
    if (this.fetching) return;
    this.fetching = true;
    try {
      const { Beside, cards } = await late("parts");
      this.beside = new Beside(this.at);
      const say = (text: string): void => this.at.say(text);
      this.at.list.cards = (parts, live) => cards(parts, live ? say : null);
      this.at.again();
    } catch {
      // Asked again with the next thing that is shown.
    }
    this.fetching = false;
  }
}
