// The words of the language on the screen. Each language is a file of its own, fetched when it is spoken: nobody loads
// the other one at the first start, and the worker keeps both.
import { signal } from "@preact/signals";
import type { nl } from "./strings/nl";
import type { Language } from "./wire";

export type Words = Readonly<Record<keyof typeof nl, string>>;

export const words = signal<Words>({} as Words);

const FILES: Record<Language, () => Promise<Words>> = {
  nl: () => import("./strings/nl").then((file) => file.nl),
  en: () => import("./strings/en").then((file) => file.en),
};

/** The words of `language`; null when their file cannot be reached. */
export async function fetchWords(language: Language): Promise<Words | null> {
  return FILES[language]().catch(() => null);
}
