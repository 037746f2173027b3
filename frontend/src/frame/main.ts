/*
 * The talk inside the iframe. The page is made by the server:
 *
 *   <body data-key="<inbox key>" data-api="/widget/<key>" data-locale="ko|en"
 *         data-origins='["https://shop.example"]' data-brand="온담" data-accent="#0b6b63">
 *     <div id="app"></div>
 *
 * `data-origins` are the pages that may embed and speak to it (`["*"]`: any). With no page around
 * it, it is a full-page talk that keeps its own session. Data attributes besides the key and the
 * api may be missing.
 */
import { accentLook, applyAccent } from "../shared/colour";
import { safeStore } from "../shared/storage";
import { pickLocale } from "../shared/words";
import { App } from "./app";
import { Host } from "./host";

function stringList(json: string | undefined): string[] {
  const value: unknown = JSON.parse(json ?? "[]");
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function start(): void {
  const { key = "", api = "", locale, origins, brand = "", accent } = document.body.dataset;
  let host: Host | null = null;
  const store = safeStore((name, value) => host?.tell("keep", { name, value }));
  const alone = window.parent === window;
  const tokenName = `majung:${key}:session`;
  const title = document.title;
  let watchedAlone = (): boolean => false;
  applyAccent(document.documentElement, accent);

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
      close: () => app.looked(),
      identify: (identity) => void app.identify(identity),
      focus: () => app.looked(),
    });
  } else {
    watchedAlone = () => document.visibilityState === "visible" && document.hasFocus();
  }

  const app = new App({
    key,
    api,
    locale: pickLocale(locale, navigator.language),
    brand,
    store,
    page: () =>
      host?.page ?? { url: location.href, title: document.title, referrer: document.referrer },
    watched: () => host?.watched ?? watchedAlone(),
    keep: (token) => {
      if (host) host.tell("session", { token });
      else if (token) store.set(tokenName, token);
      else store.remove(tokenName);
    },
    waiting: (count) => host?.tell("waiting", { count }),
    unread: (count) => {
      host?.tell("unread", { count });
      document.title = count ? `(${count}) ${title}` : title;
    },
    ...(host ? { close: () => host.tell("close") } : {}),
    ready: () => host?.tell("ready", { look: accentLook(document.documentElement) }),
    refused: (reason) => host?.tell("refused", { reason }),
  });
  document.getElementById("app")?.append(app.element);

  for (const name of ["focus", "blur"]) window.addEventListener(name, () => app.looked());
  document.addEventListener("visibilitychange", () => app.looked());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) host?.tell("close");
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
    app.composer.attach(event.dataTransfer?.files ?? []);
  });
}

start();
