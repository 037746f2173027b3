import { csrf, problemText } from "../htmx";
import { say } from "../say";
import type { Content } from "./drafts";

/** What the server says of a message that it has stored. */
export interface Answer {
  readonly held?: number;
  readonly undo?: string;
  readonly closed?: boolean;
}

/**
 * A message as it stood when it was pressed. It is never made anew: sent again it says the same,
 * for the same eyes (`last` in the body is the newest entry that was on screen).
 */
export interface Press {
  readonly conversation: string;
  readonly kind: string;
  readonly key: string;
  readonly action: string;
  readonly content: Content;
  readonly body: FormData;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** `unclear`: nobody knows whether it is stored; it may be sent again, after `wait` milliseconds. */
export type Outcome =
  | { readonly is: "stored"; readonly answer: Answer }
  | { readonly is: "refused"; readonly text: string; readonly code: string }
  | { readonly is: "unclear"; readonly wait: number };

const TIMEOUT = 30_000;
/** Too slow, too early, too many: what the server answers before it has looked at a message. */
const NOT_YET = [408, 425, 429];

export function notSent(): Outcome & { is: "refused" } {
  const text = say("보내지 못했어요. 쓴 글은 그대로 있으니 다시 보내주세요.");
  return { is: "refused", text, code: "" };
}

export function freeze(
  form: HTMLFormElement,
  about: { kind: string; key: string; content: Content; tab: string; closes: boolean },
): Press {
  const { content, closes, tab, kind, key } = about;
  const body = new FormData(form);
  body.set("key", key);
  body.set("tab", tab);
  body.set("text", content.text);
  if (content.rich) body.set("rich", JSON.stringify(content.rich));
  if (closes) body.set("then", "close");
  else body.delete("then");
  const { conversation = "" } = form.dataset;
  return { conversation, kind, key, action: form.action, content, body, at: Date.now() };
}

/** While it is being sent nobody presses anything, nor makes it another kind of message. */
export function seal(form: HTMLFormElement, sending: boolean): void {
  form.toggleAttribute("data-sending", sending);
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) {
    button.setAttribute("aria-busy", String(sending));
    button.disabled = sending;
  }
  for (const kind of form.querySelectorAll<HTMLInputElement>("input[name=kind]"))
    kind.disabled = sending;
}

/** `again` says that nobody pressed just now: then the server looks harder at what came since. */
export async function post(
  press: Press,
  { again, stop }: { again: boolean; stop: AbortController },
): Promise<Outcome> {
  if (again) press.body.set("resend", "1");
  const late = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const response = await fetch(press.action, {
      method: "POST",
      body: press.body,
      headers: { Accept: "application/json", "X-Requested-With": "fetch", ...csrf() },
      signal: stop.signal,
    });
    return outcome(response, await response.text());
  } catch {
    return { is: "unclear", wait: 0 };
  } finally {
    clearTimeout(late);
  }
}

function outcome(response: Response, text: string): Outcome {
  const { status } = response;
  if (response.redirected) return notSent();
  const body = parsed(text);
  if (response.ok) {
    // A page instead of an answer is not from us: a network that wants one to sign in first.
    return body ? { is: "stored", answer: body } : { is: "unclear", wait: 0 };
  }
  if (status >= 500 || NOT_YET.includes(status)) {
    const seconds = Number(response.headers.get("Retry-After"));
    return { is: "unclear", wait: seconds > 0 ? seconds * 1000 : 0 };
  }
  const words =
    status === 403
      ? say("이 화면이 오래됐어요. 새로고침한 뒤 다시 보내 주세요. 쓴 글은 남아 있어요.")
      : notSent().text;
  const { code }: { code?: unknown } = body ?? {};
  const refused = { text: problemText(text, words), code: typeof code === "string" ? code : "" };
  return { is: "refused", ...refused };
}

function parsed(text: string): object | null {
  try {
    const found: unknown = JSON.parse(text || "{}");
    return typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}
