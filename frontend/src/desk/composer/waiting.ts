import { notSent, post, type Outcome, type Press } from "./sending";

/** `waited`: it went out, or was refused, some time after it was pressed. */
export type Told = (outcome: Outcome, waited: boolean) => void;

interface Waiting {
  readonly press: Press;
  readonly told: Told;
  tries: number;
  /** The server wants nothing before; milliseconds since 1970. */
  notBefore: number;
  underWay: AbortController | null;
  isQueued: boolean;
  /** The try that is under way is given up for a new one. */
  isRushed: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const FIRST = 1000;
const LONGEST = 30_000;
/** After that one has gone on to other things: it is asked again. */
const BY_ITSELF_FOR = 10 * 60_000;

/** One message for each conversation, whether or not it is on screen, as long as the page lives. */
const all = new Map<string, Waiting>();
let before: Promise<void> = Promise.resolve();

/**
 * Sends a message, again and again if nobody knows what became of it: when the network or the live
 * connection is back, when the page is looked at, and after a while, each time a longer one. `told`
 * hears of every try that is unclear, and once of the end; of nothing more after `drop`.
 */
export function send(press: Press, told: Told): void {
  drop(press.conversation);
  const one: Waiting = {
    press,
    told,
    tries: 0,
    notBefore: 0,
    underWay: null,
    isQueued: false,
    isRushed: false,
    timer: undefined,
  };
  all.set(press.conversation, one);
  void attempt(one);
}

/** The message of a conversation of which nobody knows yet whether it has been sent. */
export function pending(conversation: string): Press | undefined {
  return all.get(conversation)?.press;
}

/** Tries no more. It may be stored all the same: its key must not be that of another text. */
export function drop(conversation: string): void {
  const one = all.get(conversation);
  if (!one) return;
  all.delete(conversation);
  clearTimeout(one.timer);
  one.underWay?.abort();
}

function isThere(one: Waiting): boolean {
  return all.get(one.press.conversation) === one;
}

async function attempt(one: Waiting): Promise<void> {
  clearTimeout(one.timer);
  one.isQueued = false;
  if (!isThere(one) || one.underWay) return;
  if (Date.now() - one.press.at > BY_ITSELF_FOR) {
    end(one, notSent());
    return;
  }
  const stop = new AbortController();
  one.underWay = stop;
  const outcome = await post(one.press, { again: one.tries > 0, stop });
  one.underWay = null;
  if (!isThere(one)) return;
  one.tries += 1;
  if (outcome.is !== "unclear") {
    end(one, outcome);
    return;
  }
  const grown = Math.min(LONGEST, FIRST * 2 ** (one.tries - 1));
  const wait = one.isRushed ? 0 : Math.max(outcome.wait, grown * (0.75 + Math.random() / 2));
  one.isRushed = false;
  one.notBefore = Date.now() + outcome.wait;
  one.timer = setTimeout(() => again(one), wait);
  one.told(outcome, one.tries > 1);
}

function end(one: Waiting, outcome: Outcome): void {
  all.delete(one.press.conversation);
  clearTimeout(one.timer);
  one.told(outcome, one.tries > 1);
}

/** What nobody pressed just now goes one after the other. */
function again(one: Waiting): void {
  if (one.isQueued || one.underWay) return;
  one.isQueued = true;
  before = before.then(() => attempt(one)).catch(() => undefined);
}

function tryAll(): void {
  for (const one of all.values()) if (Date.now() >= one.notBefore) again(one);
}

/** A try that began on the old network may hang for long: it is given up for a new one. */
function online(): void {
  for (const one of all.values()) {
    one.isRushed = one.underWay !== null;
    one.underWay?.abort();
  }
  tryAll();
}

export function setUpWaiting(): void {
  window.addEventListener("online", online);
  document.addEventListener("majung:live", (event) => {
    if ((event as CustomEvent<string>).detail === "live") tryAll();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") tryAll();
  });
  // A page that comes back from the browser's memory is another one: it asks.
  window.addEventListener("pagehide", () => {
    for (const one of [...all.values()]) {
      one.underWay?.abort();
      end(one, notSent());
    }
  });
}
