/** What the outbox and the session need of a store. */
export interface Store {
  keys(): string[];
  get(key: string): string | null;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/**
 * localStorage that never throws: where it is forbidden or full, values live in memory until the
 * page goes, which is all that is left to do.
 */
export function safeStore(): Store {
  const memory = new Map<string, string>();
  let real: Storage | null = null;
  try {
    real = window.localStorage;
    real.getItem("majung");
  } catch {
    real = null;
  }
  return {
    keys: () => {
      const names = new Set(memory.keys());
      for (let at = 0; real && at < real.length; at += 1) {
        const name = real.key(at);
        if (name !== null) names.add(name);
      }
      return [...names];
    },
    get: (key) => memory.get(key) ?? real?.getItem(key) ?? null,
    set: (key, value) => {
      try {
        if (!real) throw new Error("no storage");
        real.setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    remove: (key) => {
      memory.delete(key);
      real?.removeItem(key);
    },
  };
}
