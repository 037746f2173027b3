/* What stands around the talk: the menu, the tone, signs, pictures in large, both directions. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lend } from "../../src/frame/late";
import * as emoji from "../../src/frame/late/emoji";
import * as extras from "../../src/frame/late/extras";
import { fill } from "../../src/shared/words";
import { Shell } from "../../src/frame/shell";
import { safeStore } from "../../src/shared/storage";
import { Source } from "../browser";
import { app, Server, settle, stage } from "./visitor";

let server: Server;
stage((made) => (server = made));

class Param {
  value = 0;
  setValueAtTime(): void {
    return undefined;
  }
  exponentialRampToValueAtTime(): void {
    return undefined;
  }
}
class Sounding {
  static contexts = 0;
  static tones = 0;
  state = "suspended";
  currentTime = 0;
  destination = {};
  constructor() {
    Sounding.contexts += 1;
  }
  resume(): Promise<void> {
    this.state = "running";
    return Promise.resolve();
  }
  createGain(): unknown {
    return { gain: new Param(), connect: () => undefined };
  }
  createOscillator(): unknown {
    const start = (): void => void (Sounding.tones += 0.5);
    const connect = (): void => undefined;
    return { type: "", frequency: new Param(), connect, start, stop: () => undefined };
  }
}

function shell(options: { sounds?: boolean; locales?: string[]; from?: typeof Shell } = {}) {
  const inserted: string[] = [];
  const spoken: string[] = [];
  const wide: boolean[] = [];
  const sorry = vi.fn<() => void>();
  const store = safeStore();
  const made = new (options.from ?? Shell)({
    say: fill,
    locale: "ko",
    locales: options.locales ?? ["ko", "en"],
    store,
    sound: "sound",
    sounds: options.sounds ?? false,
    insert: (text) => inserted.push(text),
    speak: (locale) => spoken.push(locale),
    sorry,
    wide: (on) => wide.push(on),
  });
  const composer = document.createElement("form");
  composer.className = "composer";
  composer.append(made.emoji);
  document.body.append(made.menu, composer);
  return { made, inserted, spoken, wide, sorry, store };
}

function press(key: string): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
  document.activeElement!.dispatchEvent(event);
  return event;
}

beforeEach(() => {
  lend("extras", extras);
  lend("emoji", emoji);
  vi.stubGlobal("AudioContext", Sounding);
  Sounding.tones = 0;
});

afterEach(() => document.body.replaceChildren());

test("new messages sound once a gesture has allowed it and nobody looks", async () => {
  const { made } = shell({ sounds: true });
  made.count(1, false);
  await settle();
  expect([Sounding.contexts, Sounding.tones]).toEqual([0, 0]);
  document.dispatchEvent(new Event("pointerup"));
  await settle();
  expect(Sounding.contexts).toBe(1);
  made.count(2, true);
  made.count(1, false);
  await settle();
  expect(Sounding.tones).toBe(0);
  made.count(2, false);
  await settle();
  expect(Sounding.tones).toBe(1);
});

test("whether they sound is chosen in the menu and remembered", async () => {
  const { made, store } = shell();
  made.menu.click();
  await settle();
  const [sound] = document.querySelectorAll<HTMLElement>("[role=menuitemcheckbox]");
  expect([sound!.textContent, sound!.getAttribute("aria-checked")]).toEqual([
    "알림음 켜기",
    "false",
  ]);
  sound!.click();
  expect(store.get("sound")).toBe("1");
  expect(document.querySelector("[role=menu]")).toBe(null);
  expect(document.activeElement).toBe(made.menu);
  made.count(1, false);
  await settle();
  expect(Sounding.tones).toBeGreaterThan(0);
  made.menu.click();
  await settle();
  expect(document.querySelector("[role=menuitemcheckbox]")!.getAttribute("aria-checked")).toBe(
    "true",
  );
});

test("the menu offers the other languages, by arrows and Escape too", async () => {
  const { made, spoken } = shell();
  made.menu.click();
  await settle();
  press("ArrowDown");
  expect(document.activeElement?.textContent).toBe("English");
  expect(press("Escape").cancelBubble).toBe(true);
  expect(document.activeElement).toBe(made.menu);
  made.menu.click();
  await settle();
  press("ArrowUp");
  (document.activeElement as HTMLElement).click();
  expect(spoken).toEqual(["en"]);
  const one = shell({ locales: ["ko"] });
  one.made.menu.click();
  await settle();
  expect(document.querySelectorAll("[role=menu] button")).toHaveLength(1);
});

test("signs are found by name and by arrows, and the button takes them away again", async () => {
  const { made, inserted } = shell();
  made.emoji.click();
  await settle();
  const signs = document.querySelectorAll<HTMLElement>(".emoji button");
  expect(signs.length).toBeGreaterThan(50);
  expect(signs[0]!.getAttribute("aria-label")).toBe("웃음");
  press("ArrowRight");
  press("ArrowDown");
  (document.activeElement as HTMLElement).click();
  expect(inserted).toEqual([signs[9]!.textContent]);
  expect(document.querySelector(".emoji")).toBe(null);
  made.emoji.click();
  await settle();
  made.emoji.click();
  await settle();
  expect(document.querySelector(".emoji")).toBe(null);
});

test("a picture opens in large; Escape ends that alone and gives the focus back", async () => {
  const { made, wide } = shell();
  const talk = document.createElement("div");
  const link = Object.assign(document.createElement("a"), { className: "picture", href: "/p.png" });
  link.append(Object.assign(document.createElement("img"), { alt: "영수증.png" }));
  talk.append(link);
  document.body.append(talk);
  made.enlarge(talk);
  const click = new MouseEvent("click", { bubbles: true, cancelable: true });
  link.dispatchEvent(click);
  await settle();
  expect(click.defaultPrevented).toBe(true);
  const box = document.querySelector("[role=dialog]")!;
  expect(box.querySelector("img")!.alt).toBe("영수증.png");
  expect(document.activeElement?.getAttribute("aria-label")).toBe("닫기");
  press("Tab");
  const size = document.activeElement as HTMLElement;
  size.click();
  expect(size.getAttribute("aria-pressed")).toBe("true");
  const out = vi.fn<() => void>();
  document.addEventListener("keydown", out);
  press("Escape");
  expect(out).not.toHaveBeenCalled();
  expect(document.querySelector("[role=dialog]")).toBe(null);
  expect(document.activeElement).toBe(link);
  expect(wide).toEqual([true, false]);
  const away = new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey: true });
  link.dispatchEvent(away);
  expect(away.defaultPrevented).toBe(false);
});

test("what is said has a direction of its own, and so do names", async () => {
  const { made, messages } = app();
  void made.begin("");
  await settle();
  server.put("agent", "שלום, 마중이에요");
  server.put("customer", "مرحبا");
  Source.open[0]!.hello("e", { "visitor:v1": 0 });
  Source.open[0]!.signal("visitor:v1", "e", 1);
  await settle();
  const all = [...made.element.querySelectorAll(".m .b, .m .name, .title h1, textarea")];
  expect(all.length).toBeGreaterThan(3);
  expect(all.map((element) => element.getAttribute("dir"))).toEqual(all.map(() => "auto"));
  expect(messages).toEqual(["received m1"]);
});

/** What is asked for and cannot be fetched. */
function unreachable(): { asked: () => number } {
  let asked = 0;
  vi.spyOn(document.head, "appendChild").mockImplementation((node) => {
    asked += 1;
    setTimeout(() => (node as unknown as HTMLElement).dispatchEvent(new Event("error")));
    return node;
  });
  return { asked: () => asked };
}

test("what cannot be fetched is not asked for with every key, but again once one is back", async () => {
  vi.resetModules();
  const { Shell: Fresh } = await import("../../src/frame/shell");
  const { asked } = unreachable();
  const { made } = shell({ sounds: true, from: Fresh });
  const keys = async (): Promise<void> => {
    for (let at = 0; at < 5; at += 1) {
      document.dispatchEvent(new KeyboardEvent("keydown", { key: "a" }));
      await settle(50);
    }
  };
  await keys();
  made.count(1, false);
  expect(asked()).toBe(1);
  window.dispatchEvent(new Event("online"));
  await keys();
  expect(asked()).toBe(2);
  await settle(30_000);
  await keys();
  expect(asked()).toBe(3);
});

test("a button whose part cannot be fetched says so, and tries again when pressed again", async () => {
  vi.resetModules();
  const { Shell: Fresh } = await import("../../src/frame/shell");
  const { asked } = unreachable();
  const { made, sorry } = shell({ from: Fresh });
  made.menu.click();
  await settle(50);
  made.emoji.click();
  await settle(50);
  made.emoji.click();
  await settle(50);
  expect([sorry.mock.calls.length, asked()]).toEqual([3, 3]);
});
