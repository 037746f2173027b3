/** The host page's storage where it is allowed, this page's memory where it is not. */
export function remember(pick: () => Storage): {
  get(key: string): string;
  set(key: string, value: string): void;
  /** The values whose names begin so, by the rest of their names. */
  all(prefix: string): Record<string, string>;
} {
  const memory: Record<string, string> = {};
  return {
    get(key) {
      try {
        return pick().getItem(key) ?? memory[key] ?? "";
      } catch {
        return memory[key] ?? "";
      }
    },
    set(key, value) {
      memory[key] = value;
      try {
        if (value) pick().setItem(key, value);
        else pick().removeItem(key);
      } catch {
        // Kept in memory: the talk lasts as long as this page.
      }
    },
    all(prefix) {
      const found = { ...memory };
      try {
        Object.assign(found, pick());
      } catch {
        // Memory is all there is.
      }
      const named: Record<string, string> = {};
      for (const [name, value] of Object.entries(found)) {
        if (name.startsWith(prefix) && value) named[name.slice(prefix.length)] = value;
      }
      return named;
    },
  };
}
