/** The browser's Web Locks, or null where they are missing or forbidden (old browsers, plain HTTP). */
export function webLocks(): LockManager | null {
  const manager = (navigator as { locks?: LockManager }).locks;
  return typeof manager?.request === "function" ? manager : null;
}

/** Does the work while no other tab does work of that name; at once where locks are forbidden. */
export function oneAtATime(name: string, work: () => Promise<void>): Promise<void> {
  let begun: Promise<void> | null = null;
  const begin = (): Promise<void> => (begun ??= work());
  const locks = webLocks();
  return locks ? locks.request(name, begin).catch(begin) : begin();
}

/** A channel to the other tabs of this browser, or null where there is none. */
export function channelTo(name: string): BroadcastChannel | null {
  try {
    return typeof BroadcastChannel === "function" ? new BroadcastChannel(name) : null;
  } catch {
    return null;
  }
}

/** A random id for a message or a tab: a UUIDv7, so ids sort by the time they were made. */
export function newKey(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 0; at < 6; at += 1) bytes[at] = Math.floor(now / 2 ** (8 * (5 - at))) & 0xff;
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
