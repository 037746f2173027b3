import { remember } from "./memory";
import { findSettings } from "./settings";
import { putWidget } from "./widget";

type Call = [name: string, ...rest: unknown[]];
/** What stands at `window.Majung`: the page's own queue at first, then us. */
interface Api {
  (...call: Call): void;
  q?: ArrayLike<unknown>[];
  key?: string;
}

export function ownScript(): HTMLScriptElement | null {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement && current.dataset.key) return current;
  return document.querySelector<HTMLScriptElement>("script[data-key][src*='widget.js']");
}

/** Reads its script tag and puts the launcher on the page; a second tag changes nothing. */
export function start(script: HTMLScriptElement | null = ownScript()): void {
  const before = window.Majung as Api | undefined;
  const key = script && script.dataset.key;
  if (!key || (before && before.key)) return;
  const waiting = Array.from((before && before.q) || []) as Call[];
  let answer: ((...call: Call) => void) | null = null;
  const api: Api = (...call) => {
    if (answer) answer(...call);
    else waiting.push(call);
  };
  api.key = key;
  (window as { Majung?: Api }).Majung = api;
  const source = new URL(script.src);
  const tab = remember(() => window.sessionStorage);
  const kept = `majung:${key}:preview`;
  const asked = /[?&]majung_preview=([^&]+)/.exec(location.search);
  if (asked) tab.set(kept, asked[1] || "");
  const preview = tab.get(kept);
  const address = `${source.origin}/widget/${key}/settings.js${preview && `?preview=${preview}`}`;
  findSettings(key, address, (settings) => {
    if (!settings) return;
    const put = (): void => {
      answer = putWidget(key, source.origin, settings, script.dataset.locale, preview);
      for (const call of waiting) answer(...(Array.from(call) as Call));
    };
    if (document.body as HTMLElement | null) put();
    else document.addEventListener("DOMContentLoaded", put);
  });
}
