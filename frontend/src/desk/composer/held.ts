import { csrf, onContent, problemText } from "../htmx";
import { refetch } from "../regions";
import { say } from "../say";
import { toast } from "../toasts";
import type { Saved } from "./drafts";
import type { Answer } from "./sending";

const TICK = 250;
const TIMEOUT = 20_000;
const deadlines = new WeakMap<HTMLElement, { given: string; at: number }>();

/** Asks for a reply back; gives the draft that it is again, or null when it was too late. */
export async function takeBack(url: string): Promise<Saved | null> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { Accept: "application/json", "X-Requested-With": "fetch", ...csrf() },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (answer.ok && !answer.redirected) return (await answer.json()) as Saved;
    toast(problemText(await answer.text()));
  } catch {
    toast(say("서버에 닿지 않아요. 연결을 확인하고 다시 해주세요."));
  }
  refetch("#thread");
  return null;
}

/** The way back from the reply that was just sent, for as long as it is held. */
export class WayBack {
  private held: { readonly url: string; readonly unsay: () => void } | null = null;

  /** Where it is taken back; null once it is too late, or taken. */
  get url(): string | null {
    return this.held?.url ?? null;
  }

  offer({ held = 0, undo, closed }: Answer, take: (url: string) => void): void {
    if (!undo || !held) {
      if (closed) toast(say("답을 보내고 상담을 마쳤어요"));
      return;
    }
    const text = closed ? say("답을 보내고 상담을 마쳐요") : say("답을 보내는 중이에요");
    const stays = held * 1000;
    const unsay = toast(text, { act: () => take(undo), undo_text: say("취소"), stays });
    const mine = { url: undo, unsay };
    this.held = mine;
    setTimeout(() => {
      if (this.held === mine) this.held = null;
    }, stays);
  }

  taken(url: string): void {
    if (this.held?.url !== url) return;
    this.held.unsay();
    this.held = null;
  }
}

/** Seconds left by this page's own clock: the server's says only how many it gave. */
function left(element: HTMLElement): number {
  const given = element.dataset.left ?? "0";
  let known = deadlines.get(element);
  if (known?.given !== given) {
    known = { given, at: performance.now() + Number(given) * 1000 };
    deadlines.set(element, known);
  }
  return Math.max(0, known.at - performance.now()) / 1000;
}

function tell(element: HTMLElement): void {
  const seconds = left(element);
  const text = seconds ? String(Math.ceil(seconds)) : "";
  if (element.textContent !== text) element.textContent = text;
  const form = element.closest("form");
  if (form) form.hidden = !seconds;
}

/** Counts down on the bubbles of held replies, and hands their way back to the composer. */
export function setUpHeld(withdraw: (url: string) => void): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const count = (): void => {
    const shown = [...document.querySelectorAll<HTMLElement>("[data-left]")];
    shown.forEach(tell);
    if (!shown.length) {
      clearInterval(timer);
      timer = undefined;
    }
  };
  onContent(() => {
    count();
    if (document.querySelector("[data-left]")) timer ??= setInterval(count, TICK);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("form[data-withdraw]") || !document.querySelector("[data-composer]")) return;
    event.preventDefault();
    withdraw(form.action);
  });
}
