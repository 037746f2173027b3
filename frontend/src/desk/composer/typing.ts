import { csrf } from "../htmx";

const EVERY = 3000;

/** Lets the customer see that somebody is writing. */
export class Typing {
  private at = 0;

  constructor(private readonly url: string | undefined) {}

  tell(): void {
    if (!this.url || Date.now() - this.at < EVERY) return;
    this.at = Date.now();
    void fetch(this.url, { method: "POST", headers: csrf() }).catch(() => undefined);
  }

  /** What is written next is told at once. */
  ends(): void {
    this.at = 0;
  }
}
