/**
 * Majung's widget as your page sees it. Add this file to your project's types, or name it in a
 * `/// <reference path="majung.d.ts" />`. What each call and event means stands in docs/widget.md.
 */

/** A message that was sent from here or came in; what was said in it stays inside the widget. */
interface MajungMessage {
  readonly id: string;
  readonly conversation: string;
  readonly direction: "sent" | "received";
}

/** The events and what their listeners are given. */
interface MajungEvents {
  /** The widget stands in the page. Told at once to whoever listens later. */
  ready: undefined;
  open: undefined;
  close: undefined;
  /** How many replies are unread; told whenever that changes. */
  unread: { readonly count: number };
  message: MajungMessage;
  /** The token of `identify` or `window.majung.identity` was taken. */
  "signed-in": undefined;
  /** It was not: the person goes on as a visitor. */
  refused: { readonly reason: string };
}

type MajungListener<Name extends keyof MajungEvents> = (event: MajungEvents[Name]) => void;

interface MajungCall {
  /** `show` and `hide` are about the launcher; the window opens and closes without it, too. */
  (call: "open" | "close" | "toggle" | "show" | "hide" | "shutdown"): void;
  /** Says who is signed in, by the token that your server signed. */
  (call: "identify", token: string): void;
  <Name extends keyof MajungEvents>(
    call: "on" | "off",
    event: Name,
    listener: MajungListener<Name>,
  ): void;
}

/** What may be set before the script loads. */
interface MajungConfig {
  identity?: string;
  locale?: string;
  /** What is stored with a message instead of the page's own address and title. */
  page?: { url?: string; title?: string; referrer?: string };
  /** A selector of the element that the conversation is put into. */
  inline?: string;
  /** `false`: leave the page's title alone. */
  title?: boolean;
}

interface Window {
  majung?: MajungConfig;
  Majung?: MajungCall;
}

declare const Majung: MajungCall;
