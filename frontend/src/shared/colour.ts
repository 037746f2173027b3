/** OKLCH and contrast: https://bottosson.github.io/posts/oklab/, https://www.w3.org/TR/WCAG22/ */

/** Lightness 0–1, chroma 0–0.4, hue in degrees. */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

type Triple = readonly [number, number, number];

function toLinear({ l, c, h }: Oklch): Triple {
  const angle = (h * Math.PI) / 180;
  const a = c * Math.cos(angle);
  const b = c * Math.sin(angle);
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
}

function fromLinear([r, g, b]: Triple): Oklch {
  const x = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const y = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const z = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const l = 0.2104542553 * x + 0.793617785 * y - 0.0040720468 * z;
  const a = 1.9779984951 * x - 2.428592205 * y + 0.4505937099 * z;
  const c = 0.0259040371 * x + 0.7827717662 * y - 0.808675766 * z;
  return { l, c: Math.hypot(a, c), h: ((Math.atan2(c, a) * 180) / Math.PI + 360) % 360 };
}

/** Reads `#rgb`, `#rrggbb` or `oklch(l c h)`; null for anything else. */
export function parseColour(text: string): Oklch | null {
  const value = text.trim();
  const short = /^#([\da-f])([\da-f])([\da-f])$/i.exec(value);
  const hex = short
    ? `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join("")}`
    : value;
  if (/^#[\da-f]{6}$/i.test(hex)) {
    const channel = (at: number): number => {
      const part = parseInt(hex.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    };
    return fromLinear([channel(1), channel(3), channel(5)]);
  }
  const lch = /^oklch\(\s*([\d.]+)(%?)\s+([\d.]+)\s+([\d.]+)(?:deg)?\s*\)$/i.exec(value);
  if (!lch) return null;
  return { l: Number(lch[1]) / (lch[2] ? 100 : 1), c: Number(lch[3]), h: Number(lch[4]) };
}

function luminance(colour: Oklch): number {
  const [r, g, b] = toLinear(colour).map((part) => Math.min(1, Math.max(0, part))) as [
    number,
    number,
    number,
  ];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG contrast ratio, 1–21. */
export function contrast(one: Oklch, other: Oklch): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

function css({ l, c, h }: Oklch): string {
  return `oklch(${l.toFixed(3)} ${c.toFixed(3)} ${h.toFixed(1)})`;
}

function until(colour: Oklch, step: number, fine: (colour: Oklch) => boolean): Oklch {
  let now = colour;
  while (!fine(now) && now.l + step > 0.02 && now.l + step < 0.98)
    now = { ...now, l: now.l + step };
  return now;
}

// A little more than WCAG asks, for what a screen rounds away.
const TEXT = 4.6;
const DRAWN = 3.1;
// The most coloured that the accent and its tints may be: a neon sign is no place to read.
const MOST = { day: 0.16, night: 0.13, tint: { day: 0.022, night: 0.035 } };

/**
 * The accent tokens of a brand's colour, kept readable on light and on dark ground: as text on the
 * surface and on its own soft tint, and under the text of a button. The tint is the ground that is
 * furthest from white or black, so what can be read on it can be read on all. What is mixed from
 * these (`--accent-strong`, `--accent-line`) follows by itself.
 */
export function accentScale(brand: Oklch): Record<string, string> {
  const scale = (light: boolean): { accent: Oklch; ink: Oklch; soft: Oklch; focus: Oklch } => {
    const soft = {
      l: light ? 0.955 : 0.3,
      c: Math.min(brand.c, light ? MOST.tint.day : MOST.tint.night),
      h: brand.h,
    };
    const ink = { l: light ? 0.99 : 0.19, c: Math.min(brand.c, light ? 0.01 : 0.03), h: brand.h };
    const start = light
      ? { ...brand, l: Math.min(brand.l, 0.6), c: Math.min(brand.c, MOST.day) }
      : { ...brand, l: Math.max(brand.l, 0.76), c: Math.min(brand.c, MOST.night) };
    const step = light ? -0.01 : 0.01;
    const accent = until(
      start,
      step,
      (colour) => contrast(colour, soft) >= TEXT && contrast(colour, ink) >= TEXT,
    );
    const focus = until(
      { ...accent, l: light ? 0.6 : 0.78 },
      step,
      (colour) => contrast(colour, soft) >= DRAWN,
    );
    return { accent, ink, soft, focus };
  };
  const [day, night] = [scale(true), scale(false)];
  const both = (one: Oklch, other: Oklch): string => `light-dark(${css(one)}, ${css(other)})`;
  return {
    "--accent": both(day.accent, night.accent),
    "--accent-ink": both(day.ink, night.ink),
    "--accent-soft": both(day.soft, night.soft),
    "--focus": both(day.focus, night.focus),
  };
}

/** Sets the accent of a page or a part of it; nothing changes for a colour that cannot be read. */
export function applyAccent(element: HTMLElement, colour: string | null | undefined): void {
  const brand = colour ? parseColour(colour) : null;
  if (!brand) return;
  for (const [name, value] of Object.entries(accentScale(brand))) {
    element.style.setProperty(name, value);
  }
}
