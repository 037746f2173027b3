import type { Locale } from "../shared/words";

/** How a widget is set up, as far as the page around the frame must know. */
export interface Settings {
  readonly position?: "right" | "left";
  /** Distance of the launcher from the side and from the bottom, in CSS pixels. */
  readonly side?: number;
  readonly bottom?: number;
  readonly launcher?: boolean;
  /** Words on the launcher, by language; none is an icon alone. */
  readonly label?: Readonly<Partial<Record<Locale, string>>>;
  readonly locales?: readonly Locale[];
  /** The colour of the launcher and of what is drawn on it. */
  readonly look?: readonly string[];
  /** Whether unread replies are counted in the page's title. */
  readonly title?: boolean;
  /** What one sees is a draft. */
  readonly preview?: boolean;
}

declare global {
  interface Window {
    /** By key. A page that writes its widget's settings itself saves the request. */
    majungWidgets?: Record<string, Settings | null>;
  }
}

/**
 * Gives the settings of a widget, at once if the page has them; null if there is no such widget.
 * They come as a script, so that a page's policy needs no rule for them.
 */
export function findSettings(
  key: string,
  address: string,
  found: (settings: Settings | null) => void,
): void {
  const here = (): Settings | null | undefined => window.majungWidgets?.[key];
  if (here() !== undefined) {
    found(here() ?? null);
    return;
  }
  const script = document.createElement("script");
  script.src = address;
  script.async = true;
  // Offline there still is what somebody has to say.
  script.onload = script.onerror = () => {
    script.remove();
    const settings = here();
    found(settings === undefined ? {} : settings);
  };
  document.head.appendChild(script);
}

const LOCALES: readonly Locale[] = ["ko", "en"];

/** The language to speak: the first wish that the widget offers, then the page's, the browser's. */
export function offered(
  locales: readonly Locale[] = LOCALES,
  ...wishes: (string | undefined)[]
): Locale {
  const all = [...wishes, document.documentElement.lang, navigator.language];
  const short = all.map((wish) => (wish ?? "").slice(0, 2).toLowerCase() as Locale);
  return short.find((one) => locales.indexOf(one) >= 0) ?? locales[0] ?? "ko";
}
