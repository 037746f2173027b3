import { oneAtATime } from "../shared/locks";
import { announce } from "./announce";
import { csrf, onContent } from "./htmx";
import { say } from "./say";

const RUNG = "majung:rung";
let title = "";
let written = "";
let newest: string | null = null;

interface Bell {
  readonly count: number;
  readonly newest: string;
  readonly about: readonly string[];
  readonly rings: boolean;
  readonly reading: string;
}

function bell(): Bell | null {
  const element = document.getElementById("bell");
  if (!element) return null;
  const { bell: count = "0", newest: id = "", about = "", reading = "" } = element.dataset;
  return {
    count: Number(count),
    newest: id,
    about: about.split(" ").filter(Boolean),
    rings: element.dataset.rings !== undefined,
    reading,
  };
}

/** The conversation that somebody looks at in this tab, "" when none. */
function onScreen(): string {
  if (document.visibilityState !== "visible") return "";
  // On the way to another conversation the address is there before its words are.
  const shown = document.querySelector<HTMLElement>("[data-composer]")?.dataset.conversation;
  if (shown) return shown;
  return /^\/desk\/c\/([0-9a-f-]{36})\//.exec(location.pathname)?.[1] ?? "";
}

/** Puts the count before the title of the tab: (3) 내 상담. */
export function nameTab(count: number): void {
  if (document.title !== written) title = document.title;
  written = count ? `(${count > 99 ? "99+" : count}) ${title}` : title;
  if (document.title !== written) document.title = written;
}

/** Takes the bell as it stands now: it was read with the page, or again since. */
export function look(): void {
  const now = bell();
  if (!now) return;
  nameTab(now.count);
  const here = onScreen();
  // What is on the visible screen is read: it neither rings nor stays.
  if (here && now.about.includes(here)) markRead(now.reading, here);
  const isNews = newest !== null && now.newest !== "" && now.newest > newest;
  const aboutHere = here !== "" && now.about.length === 1 && now.about[0] === here;
  newest = newest !== null && newest > now.newest ? newest : now.newest;
  if (!isNews || aboutHere) return;
  announce(say("새 알림이 왔어요. 읽지 않은 알림 {n}개", { n: now.count }));
  if (now.rings) void ringOnce(now.newest);
}

function markRead(url: string, conversation: string): void {
  void fetch(url, {
    method: "POST",
    body: new URLSearchParams({ conversation }),
    headers: { "X-Requested-With": "fetch", ...csrf() },
  }).catch(() => undefined);
}

/** Rings in one tab of the browser, however many are open. */
async function ringOnce(id: string): Promise<void> {
  await oneAtATime("majung-ring", async () => {
    try {
      if ((localStorage.getItem(RUNG) ?? "") >= id) return;
      localStorage.setItem(RUNG, id);
    } catch {
      // No storage: better twice than never.
    }
    await ring();
  });
}

/** Two short soft tones, made here: there is no sound file. */
export async function ring(): Promise<void> {
  try {
    const audio = new AudioContext();
    // Browsers keep quiet until somebody has touched the page.
    if (audio.state === "suspended") await Promise.race([audio.resume(), wait(500)]);
    const volume = audio.createGain();
    volume.connect(audio.destination);
    const begin = audio.currentTime;
    for (const [tone, at] of [
      [660, 0],
      [880, 0.12],
    ] as const) {
      const source = audio.createOscillator();
      source.type = "sine";
      source.frequency.value = tone;
      source.connect(volume);
      source.start(begin + at);
      source.stop(begin + at + 0.16);
    }
    volume.gain.setValueAtTime(0.0001, begin);
    volume.gain.exponentialRampToValueAtTime(0.12, begin + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.34);
    await wait(500);
    await audio.close();
  } catch {
    // No sound here; the bell shows it.
  }
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function setUpNotices(): void {
  onContent(look);
  document.addEventListener("visibilitychange", look);
  for (const button of document.querySelectorAll<HTMLElement>("[data-sound-trial]")) {
    button.hidden = false;
    button.addEventListener("click", () => void ring());
  }
}
