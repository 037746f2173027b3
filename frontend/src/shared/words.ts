export type Locale = "ko" | "en";

/** The language to speak: what was asked for if we have it, Korean otherwise. */
export function pickLocale(...wishes: (string | null | undefined)[]): Locale {
  for (const wish of wishes) {
    if (wish?.toLowerCase().startsWith("ko")) return "ko";
    if (wish?.toLowerCase().startsWith("en")) return "en";
  }
  return "ko";
}

/** Puts values into the places of a text: `{n}개`. */
export function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** Words of a piece: Korean is the source, the dictionary gives the English. */
export function speaker<K extends string>(
  locale: Locale,
  english: Record<K, string>,
): (korean: K, values?: Record<string, string | number>) => string {
  return (korean, values) => fill(locale === "en" ? english[korean] : korean, values);
}
