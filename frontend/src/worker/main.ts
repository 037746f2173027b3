/*
 * The service worker of everything under /desk/: shows what is pushed, opens the conversation when
 * one presses it, and answers with a calm page while nothing can be reached. It keeps that page and
 * its files, and nothing of what customers wrote.
 */

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Pushed extends Extendable {
  readonly data: { json(): unknown } | null;
}
interface Pressed extends Extendable {
  readonly notification: Notification;
}
interface Renewed extends Extendable {
  readonly oldSubscription: PushSubscription | null;
  readonly newSubscription: PushSubscription | null;
}
interface Fetched extends Extendable {
  readonly request: Request;
  readonly preloadResponse: Promise<Response | undefined>;
  respondWith(answer: Promise<Response>): void;
}
interface Tab {
  readonly url: string;
  readonly visibilityState: string;
  focus(): Promise<Tab>;
  navigate(url: string): Promise<Tab | null>;
}
interface Worker {
  /** What the server writes before this script: files of the offline page, and pictures. */
  readonly KEPT: readonly string[];
  readonly ICON: string;
  readonly BADGE: string;
  readonly location: Location;
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: object): Promise<readonly Tab[]>;
    openWindow(url: string): Promise<Tab | null>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(name: string, act: (event: never) => void): void;
}
interface Payload {
  readonly title: string;
  readonly body: string;
  readonly conversation: string;
}

const worker = self as unknown as Worker;
const CACHE = "majung-offline";

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function payload(event: Pushed): Payload {
  let said: Record<string, unknown> = {};
  try {
    said = event.data?.json() as Record<string, unknown>;
  } catch {
    // Nothing that we sent; the browser still wants something shown.
  }
  return {
    title: textOf(said.title) || "마중",
    body: textOf(said.body),
    conversation: textOf(said.conversation).replace(/[^0-9a-f-]/g, ""),
  };
}

function pathOf(conversation: string): string {
  return conversation ? `/desk/c/${conversation}/` : "/desk/";
}

async function tabs(): Promise<readonly Tab[]> {
  return worker.clients.matchAll({ type: "window", includeUncontrolled: true });
}

async function show(said: Payload): Promise<void> {
  const path = pathOf(said.conversation);
  const looked = (await tabs()).some(
    (tab) => tab.visibilityState === "visible" && new URL(tab.url).pathname === path,
  );
  if (looked && said.conversation) return;
  // A later one about the same conversation takes the place of the one before.
  await worker.registration.showNotification(said.title, {
    body: said.body,
    tag: said.conversation || "majung",
    icon: worker.ICON,
    badge: worker.BADGE,
    data: { path },
  });
}

async function open(path: string): Promise<void> {
  const open = await tabs();
  const there = open.find((tab) => new URL(tab.url).pathname === path);
  if (there) {
    await there.focus();
    return;
  }
  const desk = open.find((tab) => new URL(tab.url).pathname.startsWith("/desk/"));
  // A tab in which somebody writes is left as it is.
  if (desk && !new URL(desk.url).pathname.startsWith("/desk/c/")) {
    await (await desk.focus()).navigate(path);
    return;
  }
  await worker.clients.openWindow(path);
}

async function page(event: Fetched): Promise<Response> {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const kept = await caches.match("/app/offline");
    if (!kept) throw error;
    return kept;
  }
}

worker.addEventListener("install", (event: Extendable) => {
  const keep = async (): Promise<void> => {
    await caches.delete(CACHE);
    const cache = await caches.open(CACHE);
    await cache.addAll([...worker.KEPT]);
    await worker.skipWaiting();
  };
  event.waitUntil(keep());
});

worker.addEventListener("activate", (event: Extendable) => {
  const begin = async (): Promise<void> => {
    await (worker.registration.navigationPreload as NavigationPreloadManager | undefined)?.enable();
    await worker.clients.claim();
  };
  event.waitUntil(begin());
});

worker.addEventListener("fetch", (event: Fetched) => {
  const { request } = event;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(page(event));
    return;
  }
  // The files of the offline page, once it is shown; everything else goes its own way.
  const { pathname, origin } = new URL(request.url);
  if (origin !== worker.location.origin || !worker.KEPT.includes(pathname)) return;
  event.respondWith(
    fetch(request).catch(async () => (await caches.match(pathname)) ?? Response.error()),
  );
});

// The page that is opened next tells the server of the new address: it may write, we may not.
worker.addEventListener("pushsubscriptionchange", (event: Renewed) => {
  const key = event.oldSubscription?.options.applicationServerKey;
  if (event.newSubscription || !key) return;
  event.waitUntil(
    worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }),
  );
});

worker.addEventListener("push", (event: Pushed) => event.waitUntil(show(payload(event))));

worker.addEventListener("notificationclick", (event: Pressed) => {
  event.notification.close();
  const { path } = (event.notification.data ?? {}) as { path?: string };
  event.waitUntil(open(path ?? "/desk/"));
});
