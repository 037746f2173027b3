/** What the outbox and the session need of a store. */
export interface Store {
  keys(): string[];
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** A store that may have been kept for it elsewhere while its own place was forbidden. */
export interface SafeStore extends Store {
  /** Takes over what was kept elsewhere; what it has itself is newer. */
  take(kept: Readonly<Record<string, string>>): void;
}

/**
 * localStorage that never throws: where it is forbidden or full, values live in memory, and
 * `elsewhere` is told to keep them past this page (an empty value: to forget).
 */
export function safeStore(
  elsewhere: (key: string, value: string) => void = () => undefined,
): SafeStore {
  const memory = new Map<string, string>();
  let real: Storage | null = null;
  try {
    real = window.localStorage;
    real.getItem("majung");
  } catch {
    real = null;
  }
  const forget = (key: string): void => {
    if (memory.delete(key)) elsewhere(key, "");
  };
  const get = (key: string): string | null => memory.get(key) ?? real?.getItem(key) ?? null;
  const set = (key: string, value: string): void => {
    try {
      if (!real) throw new Error("no storage");
      real.setItem(key, value);
      forget(key);
    } catch {
      memory.set(key, value);
      elsewhere(key, value);
    }
  };
  return {
    keys: () => {
      const names = new Set(memory.keys());
      for (let at = 0; real && at < real.length; at += 1) {
        const name = real.key(at);
        if (name !== null) names.add(name);
      }
      return [...names];
    },
    get,
    set,
    remove: (key) => {
      forget(key);
      real?.removeItem(key);
    },
    take: (kept) => {
      for (const [key, value] of Object.entries(kept)) {
        if (get(key) !== null) continue;
        memory.set(key, value);
        set(key, value);
      }
    },
  };
}
