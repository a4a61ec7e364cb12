// Words in the language of the screen. Keys are checked by the compiler; a test finds keys nobody uses.
import { now } from "./clock";
import { language } from "./state";
import type { Key } from "./strings/nl";
import type { Text } from "./wire";
import { words } from "./words";

/** The text of `key`, with {names} filled in. */
export function t(key: Key, values: Readonly<Record<string, string | number>> = {}): string {
  return (words.value[key] ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** One or several: picks between two keys by number, which is also filled in as {n}. */
export function count(n: number, one: Key, several: Key): string {
  return t(n === 1 ? one : several, { n });
}

export function say(text: Text | null | undefined): string {
  return text?.[language.value] ?? text?.nl ?? "";
}

export function formatTime(iso: string, zone: string): string {
  return new Intl.DateTimeFormat(language.value, { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(iso));
}

/** "zaterdag 14 maart" from a calendar date. */
export function formatDate(date: string, parts: Intl.DateTimeFormatOptions = { weekday: "long", day: "numeric", month: "long" }): string {
  const locale = language.value === "en" ? "en-GB" : "nl";
  return new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" }).format(new Date(`${date}T12:00:00Z`));
}

/** How long something stays open, in words: never seconds, they only make people hurry. */
export function formatLeft(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  if (minutes <= 1) return t("left.minute");
  if (minutes < 90) return t("left.minutes", { n: minutes });
  return count(Math.round(minutes / 60), "left.hour", "left.hours");
}

/** "14:20" today, else the day with it, in the phone's own time. */
export function formatMoment(iso: string): string {
  const at = new Date(iso);
  const isToday = at.toDateString() === now().toDateString();
  const parts: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...(isToday ? {} : { weekday: "short" }) };
  return new Intl.DateTimeFormat(language.value === "en" ? "en-GB" : "nl", parts).format(at);
}
