// From a push payload to what the lock screen says. The payload is the declarative form (webpush 8030), which some
// browsers show by themselves; the others hand it to the worker, and both must read the same.
import type { Language } from "./wire";

export interface Shown {
  readonly title: string;
  readonly options: NotificationOptions;
  readonly beep: string | null;
  /** A test that somebody asked for: to be confirmed, and no beep. */
  readonly isTest: boolean;
}

const WORDS = {
  nl: {
    title: "Kiem",
    hello: "Er staat iets voor je klaar.",
    lateTitle: "Deze was al voorbij",
    late: "Je bericht kwam te laat binnen. Geeft niks, er komt weer een nieuwe.",
  },
  en: {
    title: "Kiem",
    hello: "Something is ready for you.",
    lateTitle: "This one had already closed",
    late: "The message reached you too late. No worries, another one will come.",
  },
} as const;

/** What to show at `now`. Any payload, however broken, gives something to show: a silent push costs the permission. */
export function describeNotification(payload: unknown, language: Language, now: Date): Shown {
  const words = WORDS[language];
  const notification = readObject(readObject(payload)["notification"]);
  const data = readObject(notification["data"]);
  const isTest = data["kind"] === "test";
  const beep = isTest ? null : readText(data["beep"]);
  const expiresAt = Date.parse(readText(data["expires_at"]) ?? "");
  const isLate = Number.isFinite(expiresAt) && now.getTime() >= expiresAt;
  const navigate = isLate ? "/" : (readText(notification["navigate"]) ?? (beep ? `/beep/${beep}` : "/"));
  return {
    title: isLate ? words.lateTitle : (readText(notification["title"]) ?? words.title),
    beep,
    isTest,
    options: {
      body: isLate ? words.late : (readText(notification["body"]) ?? words.hello),
      lang: readText(notification["lang"]) ?? language,
      tag: readText(notification["tag"]) ?? "kiem",
      icon: "/icons/kiem-192.png",
      badge: "/icons/badge-96.png",
      data: { ...data, beep, navigate },
      // A reminder has the tag of the first message and replaces it; only a reminder may be heard again.
      ...({ renotify: data["kind"] === "reminder" && !isLate } as object),
    },
  };
}

function readObject(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
}

function readText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
