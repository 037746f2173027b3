/** What the page around the frame tells it. */
export interface HostEvents {
  init(init: {
    token: string;
    /** What this frame asked the page to keep for it. */
    kept: Readonly<Record<string, string>>;
    /** Somebody left since the last frame was here. */
    forget: boolean;
    identity: string;
    open: boolean;
    focus: boolean;
  }): void;
  open(focus: boolean): void;
  close(): void;
  identify(identity: string): void;
  focus(): void;
}

export type PageInfo = Record<string, unknown>;

/** The loader on the other side of postMessage. */
export class Host {
  page: PageInfo = {};
  open = false;
  private focused = false;
  private origin = "";

  constructor(
    private readonly origins: readonly string[],
    private readonly events: HostEvents,
  ) {
    window.addEventListener("message", (event: MessageEvent<unknown>) => this.hear(event));
    // Carries nothing, so anyone may hear it; only an allowed page is listened to.
    window.parent.postMessage({ majung: 1, type: "hello" }, "*");
  }

  /** Whether the person looks at the talk. */
  get watched(): boolean {
    const focused = this.focused || document.hasFocus();
    return this.open && focused && document.visibilityState === "visible";
  }

  tell(type: string, values: Record<string, unknown> = {}): void {
    if (this.origin) window.parent.postMessage({ majung: 1, type, ...values }, this.origin);
  }

  private hear(event: MessageEvent<unknown>): void {
    if (event.source !== window.parent) return;
    if (!this.origins.includes("*") && !this.origins.includes(event.origin)) return;
    const note = event.data as Record<string, unknown> | null;
    if (note?.majung !== 1) return;
    this.origin = event.origin;
    if (typeof note.page === "object" && note.page) this.page = note.page as PageInfo;
    const text = (name: string): string => (typeof note[name] === "string" ? note[name] : "");
    switch (note.type) {
      case "init":
        this.open = note.open === true;
        this.events.init({
          token: text("token"),
          kept: strings(note.kept),
          forget: note.forget === true,
          identity: text("identity"),
          open: this.open,
          focus: note.focus === true,
        });
        break;
      case "open":
        this.open = true;
        this.events.open(note.focus !== false);
        break;
      case "close":
        this.open = false;
        this.events.close();
        break;
      case "identify":
        this.events.identify(text("identity"));
        break;
      case "focus":
        this.focused = note.focused === true;
        // In the page it is as open as it is in view.
        if (typeof note.seen === "boolean") this.open = note.seen;
        this.events.focus();
        break;
      default:
    }
  }
}

function strings(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value).filter(([, one]) => typeof one === "string");
  return Object.fromEntries(entries);
}
