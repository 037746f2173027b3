import { newKey } from "../../shared/locks";

const PRESSED = " pressed";

/**
 * The key of the message that is being written: it stays the same until the message is stored, in
 * this tab also past a reload, so that sending again never makes a second message.
 */
export class MessageKey {
  private pressed = "";
  private readonly name: string;

  constructor(
    private readonly input: HTMLInputElement | null,
    conversation: string,
  ) {
    this.name = `majung:key:${conversation}`;
  }

  get value(): string {
    return this.input?.value ?? "";
  }

  /** Whether a message of this key may be stored: what is typed from then on is another text. */
  get isPressed(): boolean {
    return this.pressed !== "" && this.pressed === this.value;
  }

  /** It is pressed, here or before this part of the page was there. */
  press(key = this.value): void {
    if (this.input) this.input.value = key;
    this.pressed = key;
  }

  /** Nothing was stored under it. */
  release(): void {
    this.pressed = "";
  }

  /** It is used up; a newer one stays. */
  renew(used: string): void {
    if (this.input && used === this.value) this.input.value = newKey();
  }

  /** Keeps it past a reload as long as something is written. */
  keep(isWritten: boolean): void {
    try {
      const kept = this.value + (this.isPressed ? PRESSED : "");
      if (isWritten && kept) sessionStorage.setItem(this.name, kept);
      else sessionStorage.removeItem(this.name);
    } catch {
      // No storage: the key is still in the page.
    }
  }

  /** Takes the one that was kept, if there is one. */
  restore(): void {
    let kept = "";
    try {
      kept = sessionStorage.getItem(this.name) ?? "";
    } catch {
      // No storage: a new key.
    }
    const key = kept.replace(PRESSED, "");
    if (!key) return;
    if (kept !== key) this.press(key);
    else if (this.input) this.input.value = key;
  }
}
