import type { Locale } from "./words";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function parts(at: Date, zone: string | undefined): { day: string; year: string } {
  const day = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(at);
  return { day, year: day.slice(0, 4) };
}

/** Calendar days from one moment to another in a zone; negative for the past. */
function daysBetween(from: Date, to: Date, zone: string | undefined): number {
  const number = (at: Date): number => Date.parse(`${parts(at, zone).day}T00:00:00Z`) / DAY;
  return Math.round(number(to) - number(from));
}

function dateText(at: Date, now: Date, locale: Locale, zone: string | undefined): string {
  const sameYear = parts(at, zone).year === parts(now, zone).year;
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    month: locale === "en" ? "short" : "long",
    day: "numeric",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

/** 방금, 4분, 3시간, 어제, 11월 20일; a future time is given as its clock or date. */
export function ago(at: Date, now: Date, locale: Locale, zone?: string): string {
  const past = now.getTime() - at.getTime();
  const korean = locale === "ko";
  if (past < -MINUTE) {
    return daysBetween(now, at, zone) === 0
      ? clock(at, locale, zone)
      : dateText(at, now, locale, zone);
  }
  if (past < MINUTE) return korean ? "방금" : "now";
  if (past < HOUR) return `${Math.floor(past / MINUTE)}${korean ? "분" : "m"}`;
  const days = -daysBetween(now, at, zone);
  if (past < DAY && (days === 0 || past < 12 * HOUR)) {
    return `${Math.floor(past / HOUR)}${korean ? "시간" : "h"}`;
  }
  if (days <= 1) return korean ? "어제" : "yesterday";
  return dateText(at, now, locale, zone);
}

/** 16:58, the same in both languages. */
export function clock(at: Date, locale: Locale, zone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
}

/** 오늘, 어제, 11월 20일 금요일: what divides the days of a talk. */
export function dayText(at: Date, now: Date, locale: Locale, zone?: string): string {
  const days = daysBetween(now, at, zone);
  if (days === 0) return locale === "ko" ? "오늘" : "Today";
  if (days === -1) return locale === "ko" ? "어제" : "Yesterday";
  const sameYear = parts(at, zone).year === parts(now, zone).year;
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    month: "long",
    day: "numeric",
    weekday: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

/** Which calendar day a moment is in, to tell days apart. */
export function dayKey(at: Date, zone?: string): string {
  return parts(at, zone).day;
}

/** The whole of it, for a title: 2026년 11월 20일 금요일 16:58:03. */
export function exact(at: Date, locale: Locale, zone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    dateStyle: "full",
    timeStyle: "medium",
    hourCycle: "h23",
  }).format(at);
}
