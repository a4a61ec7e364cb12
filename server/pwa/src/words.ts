// The words of the language on the screen. Each language is two files, fetched when they are needed: the words of the
// first screens, and the rest (see split_words.ts). Nobody loads another language at the first start; the worker keeps all.
import { signal } from "@preact/signals";
import type { nl } from "./strings/nl";
import type { Language } from "./wire";

export type Words = Readonly<Record<keyof typeof nl, string>>;

export const words = signal<Partial<Words>>({});

type Part = () => Promise<{ readonly words: Partial<Words> }>;

const FILES: Record<Language, { readonly first: Part; readonly rest: Part }> = {
  nl: { first: () => import("./strings/nl?first"), rest: () => import("./strings/nl?rest") },
  en: { first: () => import("./strings/en?first"), rest: () => import("./strings/en?rest") },
};

let spoken: Language = "nl";
let wantsRest = false;

/** The words of `language`, as far as screens have asked for them; null when a file cannot be reached. */
export async function fetchWords(language: Language): Promise<Partial<Words> | null> {
  const { first, rest } = FILES[language];
  const parts = await Promise.all([first(), ...(wantsRest ? [rest()] : [])]).catch(() => null);
  return parts && Object.assign({}, ...parts.map((part) => part.words)) as Partial<Words>;
}

const REMEMBERED = "kiem-language";

/** The language of the last start, before the storage that really knows it is open; else the browser's. */
export function guessLanguage(): Language {
  const known = readRemembered();
  return known === "nl" || known === "en" ? known : navigator.language.startsWith("nl") ? "nl" : "en";
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // Only a start that is a little slower in the other language.
  }
}

/** Null also where the browser refuses to keep anything. */
function readRemembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}

export function speak(language: Language, found: Partial<Words>): void {
  spoken = language;
  words.value = found;
}

/** Before a screen that comes later: all words there are, from now on in every language. */
export async function fetchRest(): Promise<void> {
  wantsRest = true;
  const language = spoken;
  const { words: rest } = await FILES[language].rest();
  if (language === spoken) words.value = { ...words.value, ...rest };
}
