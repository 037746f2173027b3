import { el } from "../shared/nodes";
import type { Signal } from "../shared/live/stream";
import { announce } from "./announce";
import { colleagues, forgetColleagues, type Colleague } from "./colleagues";
import { csrf, onContent } from "./htmx";
import { say } from "./say";

type State = "came" | "looking" | "typing" | "gone";

/** How often a screen says that somebody looks, and after how long a silent one is gone. */
const EVERY = 20_000;
const GONE_AFTER = 45_000;
const TYPING_EVERY = 3000;
const TYPING_FOR = 6000;
/** Those who are there answer one who comes, not all in the same moment. */
const ANSWER_WITHIN = 400;
const MOST_SHOWN = 3;
/** A new stream listens by then. */
const HEARS_AFTER = 2500;

interface Watcher {
  until: number;
  typingUntil: number;
}

const watchers = new Map<string, Watcher>();
let people: readonly Colleague[] = [];
let typedAt = 0;
let place = "";
/** What was said aloud last: drawn again it is not said again. */
let told = "";
let again: ReturnType<typeof setTimeout> | undefined;

function region(): HTMLElement | null {
  return document.getElementById("presence");
}

function tell(state: State): void {
  const url = region()?.dataset.watching;
  if (!url) return;
  // `keepalive` lets the last word out while the page goes.
  void fetch(url, {
    method: "POST",
    body: new URLSearchParams({ state }),
    headers: { "X-Requested-With": "fetch", ...csrf() },
    keepalive: true,
  }).catch(() => undefined);
}

/** Takes what another screen says of itself. */
export function hear(signal: Signal, now = Date.now()): void {
  const [id, state] = signal.ids;
  if (!id || `watching:${place}` !== signal.topic) return;
  if (id === region()?.dataset.me) {
    // Another tab of one's own was closed: one is still here.
    if (state === "gone" && isSeen()) tell("looking");
    return;
  }
  if (state === "gone") watchers.delete(id);
  else {
    const typingUntil = state === "typing" ? now + TYPING_FOR : 0;
    watchers.set(id, { until: now + GONE_AFTER, typingUntil });
  }
  if (state === "came" && isSeen())
    setTimeout(() => tell("looking"), Math.random() * ANSWER_WITHIN);
  void draw(now);
}

function isSeen(): boolean {
  return document.visibilityState === "visible";
}

/** Draws who is there: small signs, and a sentence. Oneself is not among the colleagues. */
export async function draw(now = Date.now()): Promise<void> {
  const element = region();
  if (!element) return;
  for (const [id, { until }] of watchers) if (until <= now) watchers.delete(id);
  await learn(element.dataset.colleagues ?? "");
  const here = people.filter(({ id }) => watchers.has(id));
  const typing = here.filter(({ id }) => (watchers.get(id)?.typingUntil ?? 0) > now);
  mark(now);
  const words = sentence(typing.length ? typing : here, typing.length > 0);
  if (words !== told) announce(words);
  told = words;
  if (element.dataset.words === words && (element.childElementCount || !words)) return;
  element.dataset.words = words;
  element.classList.toggle("typing", typing.length > 0);
  element.replaceChildren(
    ...here
      .slice(0, MOST_SHOWN)
      .map((one) =>
        el("span", { class: `av s ${one.tint}`, "aria-hidden": "true" }, one.name.slice(0, 1)),
      ),
    ...(words ? [el("span", {}, words)] : []),
  );
}

/** Says of those who took part whether they look or write now. */
function mark(now: number): void {
  for (const person of document.querySelectorAll<HTMLElement>("[data-person]")) {
    const sign = person.querySelector<HTMLElement>("[data-now]");
    const watcher = watchers.get(person.dataset.person ?? "");
    if (!sign) continue;
    const { looks = "", types = "" } = sign.dataset;
    const text = watcher ? (watcher.typingUntil > now ? types : looks) : "";
    if (sign.textContent !== text) sign.textContent = text;
    sign.hidden = !text;
  }
}

async function learn(url: string): Promise<void> {
  const unknown = [...watchers.keys()].some((id) => !people.some((one) => one.id === id));
  if (!url || !unknown) return;
  people = await colleagues(url).catch(() => people);
}

function sentence(who: readonly Colleague[], typing: boolean): string {
  const [first, second] = who;
  if (!first) return "";
  if (who.length > 2) {
    const values = { who: first.name, n: who.length - 1 };
    return typing
      ? say("{who} 님 외 {n}명이 쓰고 있어요", values)
      : say("{who} 님 외 {n}명이 함께 보고 있어요", values);
  }
  const values = { who: second ? `${first.name}, ${second.name}` : first.name };
  return typing
    ? say("{who} 님이 쓰고 있어요", values)
    : say("{who} 님이 함께 보고 있어요", values);
}

/**
 * Says that one is here, twice: at once for the others, and again when the answers can be heard,
 * since a stream takes a moment to listen to a new topic.
 */
function arrive(): void {
  if (!isSeen()) return;
  tell("came");
  clearTimeout(again);
  again = setTimeout(() => {
    if (isSeen()) tell("came");
  }, HEARS_AFTER);
}

/** The page shows a conversation, perhaps another one than before. */
function enter(): void {
  const element = region();
  const now = element?.dataset.live?.replace("watching:", "") ?? "";
  if (now !== place) {
    place = now;
    watchers.clear();
    if (element) {
      forgetColleagues(element.dataset.colleagues ?? "");
      arrive();
    }
  }
  void draw();
}

export function setUpPresence(): void {
  document.addEventListener("majung:signal", (event) =>
    hear((event as CustomEvent<Signal>).detail),
  );
  document.addEventListener("input", (event) => {
    const text = event.target;
    if (Date.now() - typedAt < TYPING_EVERY || !(text instanceof HTMLElement)) return;
    if (!text.matches("[data-composer] :is(textarea, [contenteditable])")) return;
    const written = text instanceof HTMLTextAreaElement ? text.value : text.textContent;
    if (!written.trim()) return;
    typedAt = Date.now();
    tell("typing");
  });
  document.addEventListener("visibilitychange", () => {
    if (isSeen()) arrive();
    else tell("gone");
  });
  window.addEventListener("pagehide", () => {
    if (isSeen()) tell("gone");
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) arrive();
  });
  setInterval(() => {
    if (isSeen()) tell("looking");
  }, EVERY);
  setInterval(() => void draw(), 2000);
  onContent(enter);
}
