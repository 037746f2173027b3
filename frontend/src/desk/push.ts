import { safeStore } from "../shared/storage";
import { csrf, problemText } from "./htmx";
import { say } from "./say";

const SCOPE = "/desk/";
const LOOK_EVERY = 4000;
/** The address that the server knows this browser by. */
const KNOWN = "majung:push";
const store = safeStore();

function registrations(): ServiceWorkerContainer | null {
  return (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker ?? null;
}

/** The bytes of an application server key. */
export function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const padded = text
    .replace(/-/g, "+")
    .replace(/_/g, "/")
    .padEnd(Math.ceil(text.length / 4) * 4, "=");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
}

function sameKey(subscription: PushSubscription, key: Uint8Array): boolean {
  const theirs = new Uint8Array(subscription.options.applicationServerKey ?? new ArrayBuffer(0));
  return theirs.length === key.length && theirs.every((byte, at) => byte === key[at]);
}

/** Tells the server of this browser; gives what went wrong, "" when it is known now. */
async function hand(url: string, subscription: PushSubscription): Promise<string> {
  const failed = say("푸시를 켜지 못했어요. 잠시 뒤 다시 해주세요.");
  try {
    const response = await fetch(url, {
      method: "POST",
      body: JSON.stringify(subscription),
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-Requested-With": "fetch",
        ...csrf(),
      },
    });
    if (!response.ok) return problemText(await response.text(), failed);
    store.set(KNOWN, subscription.endpoint);
    return "";
  } catch {
    return failed;
  }
}

class Switch {
  private readonly button: HTMLButtonElement | null;
  private readonly words: HTMLElement | null;
  private readonly key: Uint8Array<ArrayBuffer>;

  constructor(private readonly place: HTMLElement) {
    this.button = place.querySelector("[data-push-on]");
    this.words = place.querySelector("[data-push-words]");
    this.key = keyBytes(place.dataset.pushKey ?? "");
  }

  async start(): Promise<void> {
    const container = registrations();
    if (!container || !("PushManager" in window) || !("Notification" in window)) {
      this.tell(
        say("이 브라우저는 푸시를 받을 수 없어요. iPhone에서는 홈 화면에 추가한 뒤 켤 수 있어요."),
      );
      return;
    }
    if (Notification.permission === "denied") {
      this.tell(
        say("브라우저에서 알림을 막아 두었어요. 주소창 옆의 사이트 설정에서 허용해 주세요."),
      );
      return;
    }
    const registration = await container.ready;
    const subscription = await registration.pushManager.getSubscription();
    if (subscription && sameKey(subscription, this.key)) {
      // The server may have lost it; telling it again is harmless.
      const known = await hand(this.place.dataset.pushUrl ?? "", subscription);
      this.tell(known || say("이 브라우저로 푸시를 받고 있어요."));
      return;
    }
    this.tell(say("누르면 브라우저가 허용할지 물어봐요."));
    if (!this.button) return;
    this.button.hidden = false;
    this.button.addEventListener("click", () => void this.turnOn(registration));
  }

  private async turnOn(registration: ServiceWorkerRegistration): Promise<void> {
    if ((await Notification.requestPermission()) !== "granted") {
      this.tell(say("허용하지 않아서 켜지 않았어요."));
      return;
    }
    try {
      await (await registration.pushManager.getSubscription())?.unsubscribe();
      const subscription = await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: this.key,
      });
      const problem = await hand(this.place.dataset.pushUrl ?? "", subscription);
      if (problem) this.tell(problem);
      else location.reload();
    } catch {
      this.tell(say("푸시를 켜지 못했어요. 잠시 뒤 다시 해주세요."));
    }
  }

  private tell(text: string): void {
    if (this.words) this.words.textContent = text;
  }
}

/** Tells the server of the new address that the browser's maker gave this browser meanwhile. */
export async function renew(container: ServiceWorkerContainer, url: string): Promise<void> {
  const known = store.get(KNOWN);
  if (!known) return;
  const registration = await container.ready;
  const subscription = await registration.pushManager.getSubscription();
  if (subscription && subscription.endpoint !== known) await hand(url, subscription);
}

/** Opens the page again once the server answers: a network that is there need not lead to it. */
function comeBack(): void {
  const look = (): void => {
    fetch("/healthz", { cache: "no-store" }).then(
      (answer) => {
        if (answer.ok) location.reload();
      },
      () => undefined,
    );
  };
  window.addEventListener("online", look);
  setInterval(look, LOOK_EVERY);
}

/** The worker of the desk (push, and the page for when we are offline), and the switch for push. */
export function setUpPush(): void {
  const url = document.body.dataset.worker;
  const container = registrations();
  if (url && container) container.register(url, { scope: SCOPE }).catch(() => undefined);
  const told = document.body.dataset.push;
  if (told && container) void renew(container, told);
  for (const place of document.querySelectorAll<HTMLElement>("[data-push-key]"))
    void new Switch(place).start();
  if ("offline" in document.body.dataset) comeBack();
}
