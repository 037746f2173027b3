/*
 * The talk inside the iframe. The page is made by the server:
 *
 *   <body data-key="<inbox key>" data-api="/widget/<key>" data-locale="ko|en"
 *         data-origins='["https://shop.example"]' data-brand="온담"
 *         data-tokens="light-dark(#00635e,#5fc4bb);…" data-locales="ko en" data-sound="on" data-greeting="" data-late='{"emoji": "…"}'>
 *     <div id="app"></div>
 *
 * `data-origins` are the pages that may embed and speak to it (`["*"]`: any). With no page around
 * it, it is a full-page talk that keeps its own session. `data-late` says where the parts of
 * `late/` are. Data attributes besides the key and the api may be missing.
 */
import { applyTokens } from "../shared/accent";
import { composing } from "../shared/keys";
import { safeStore } from "../shared/storage";
import { fill, pickLocale } from "../shared/words";
import { App } from "./app";
import { Host } from "./host";
import type { Say } from "./say";
import { Shell } from "./shell";

function stringList(json: string | undefined): string[] {
  const value: unknown = JSON.parse(json ?? "[]");
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function start(): void {
  const data = document.body.dataset;
  const { key = "", api = "", origins, brand = "", greeting = "" } = data;
  const locale = pickLocale(data.locale);
  const say: Say = fill;
  let host: Host | null = null;
  const store = safeStore((name, value) => host?.tell("keep", { name, value }));
  const alone = window.parent === window;
  const tokenName = `majung:${key}:session`;
  const title = document.title;
  let watchedAlone = (): boolean => false;
  const watched = (): boolean => host?.watched ?? watchedAlone();
  applyTokens(data.tokens);

  if (!alone) {
    host = new Host(stringList(origins), {
      init: ({ token, kept, forget, identity, open, focus }) => {
        store.take(kept);
        if (forget) app.forget();
        app.composer.restore();
        if (token || identity || open || app.waiting) void app.begin(token, identity);
        if (open) app.opened(focus);
      },
      open: (focus) => app.opened(focus),
      close: () => app.left(),
      identify: (identity) => void app.identify(identity),
      focus: () => app.looked(),
    });
  } else {
    watchedAlone = () => document.visibilityState === "visible" && document.hasFocus();
  }

  const shell = new Shell({
    say,
    locale,
    locales: (data.locales ?? "ko en").split(" "),
    store,
    sound: `majung:${key}:sound`,
    sounds: data.sound === "on",
    insert: (text) => {
      app.composer.insert(text);
      app.composer.focus();
    },
    speak: (to) => {
      if (host) host.tell("locale", { locale: to });
      else location.search = `?locale=${to}`;
    },
    sorry: () => app.composer.sorry(),
    wide: (on) => host?.tell("wide", { on }),
  });
  const inPage = /[?&]inline=1/.test(location.search);
  const app = new App({
    key,
    api,
    locale,
    say,
    brand,
    greeting,
    store,
    tools: { head: [shell.menu], line: [shell.emoji] },
    page: () =>
      host?.page ?? { url: location.href, title: document.title, referrer: document.referrer },
    watched,
    keep: (token) => {
      if (host) host.tell("session", { token });
      else if (token) store.set(tokenName, token);
      else store.remove(tokenName);
    },
    waiting: (count) => host?.tell("waiting", { count }),
    unread: (count) => {
      host?.tell("unread", { count });
      shell.count(count, watched());
      document.title = count ? `(${count}) ${title}` : title;
    },
    ...(host && !inPage ? { close: () => host.tell("close") } : {}),
    ready: (signed) => host?.tell("ready", { signed }),
    message: ({ id, conversation }, direction) =>
      host?.tell("message", { id, conversation, direction }),
    refused: (reason) => host?.tell("refused", { reason }),
  });
  shell.enlarge(app.element);
  document.getElementById("app")?.append(app.element);

  for (const name of ["focus", "blur"]) window.addEventListener(name, () => app.looked());
  document.addEventListener("visibilitychange", () => app.looked());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !composing(event)) host?.tell("close");
  });
  acceptDrops(app);
  if (alone) void app.begin(store.get(tokenName) ?? "");
}

function acceptDrops(app: App): void {
  const over = (yes: boolean): void => void document.body.classList.toggle("drop", yes);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(event.dataTransfer?.types.includes("Files") === true);
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) over(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    void app.composer.attach(event.dataTransfer?.files ?? []);
  });
}

start();
