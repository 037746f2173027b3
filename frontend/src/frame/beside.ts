import { el } from "../shared/nodes";
import { fill } from "../shared/words";
import { choices } from "./cards";
import type { HomePage, Message } from "./api";
import type { About, Asked } from "./asks";
import { Contact } from "./contact";
import type { PartsAt } from "./parts";
import { PreChat } from "./prechat";
import { RatingForm } from "./rating";
import type { PartsSay } from "./words";

/** What is on screen as far as the parts care. */
export interface Scene {
  readonly home: HomePage | null;
  readonly isHome: boolean;
  /** The conversation's id; null while it has none. */
  readonly thread: string | null;
  readonly last: Message | undefined;
  /** Nothing newer is on its way. */
  readonly still: boolean;
  readonly choices: readonly string[];
  readonly asked: Asked;
  readonly left: boolean;
}

/** What is asked beside the talk: at its end in a conversation, above the field at home. */
export class Beside {
  private readonly element = el("div", { class: "beside" });
  private readonly say: PartsSay = fill;
  private readonly prechat: PreChat;
  private readonly contact: Contact;
  private readonly rating: RatingForm;
  private drawn = "";
  private readonly quick = el("div");

  constructor(private readonly at: PartsAt) {
    const { say } = this;
    this.prechat = new PreChat(say, at.store, at.key, () => {
      at.again();
      at.composer.querySelector("textarea")?.focus();
    });
    this.contact = new Contact(say, at);
    this.rating = new RatingForm(say, at);
    this.element.append(
      this.prechat.element,
      this.rating.element,
      this.contact.element,
      this.quick,
    );
  }

  about(): About | undefined {
    return this.prechat.take();
  }

  show(choices: readonly string[], left: boolean): void {
    const { at, element } = this;
    const { home, isHome, stored: thread, asked, talk } = at.place;
    const last = talk.messages.at(-1);
    const still = !at.place.entries().length;
    const scene: Scene = { home, isHome, thread, last, still, choices, asked, left };
    if (scene.isHome) at.composer.before(element);
    else at.list.append(element);
    const begins = !scene.thread && !scene.last && scene.still;
    const before = begins ? (scene.home?.before ?? null) : null;
    const hasTalks = scene.isHome && !!scene.home?.conversations.length;
    this.prechat.show(before, !hasTalks);
    at.composer.hidden = this.prechat.waits;
    this.rating.show(scene.thread, scene.asked.rating ?? null);
    this.contact.show(scene);
    this.showChoices(scene, begins && !hasTalks);
  }

  /** Only the newest words have quick replies: said once, or passed over, they are gone. */
  private showChoices(scene: Scene, begins: boolean): void {
    const { last, still } = scene;
    const newest = still ? last?.parts?.choices : undefined;
    const offered = begins ? scene.choices : (newest ?? []);
    const shown = this.prechat.waits ? [] : offered;
    const sign = JSON.stringify([scene.thread, last?.id, shown]);
    if (sign === this.drawn) return;
    this.drawn = sign;
    const act = (text: string): void => {
      at.composer.querySelector("textarea")?.focus({ preventScroll: true });
      at.say(text);
    };
    const { at, quick } = this;
    const made = shown.length ? [choices(shown, this.say("빠른 답장"), act)] : [];
    quick.replaceChildren(...made);
  }
}
