// What a study tells before anybody joins, and saying yes to the very text that was shown.
import { type Answer, request } from "./api";
import { writeFact } from "./storage";
import type { Language, Text } from "./wire";

export interface ConsentText {
  readonly version: number;
  readonly sha256: string;
  readonly language: Language;
  /** What is different from the version before, in plain words; an empty line separates paragraphs. */
  readonly changes?: string | null;
  readonly sections: readonly { readonly title: string; readonly text: string }[];
}

export interface Intro {
  readonly study: {
    readonly title: Text;
    readonly days: number;
    readonly beeps_a_day: number;
    readonly challenge: boolean;
    readonly institution: string | null;
    readonly languages?: readonly Language[];
    /** Staff look after signs in this study, of whoever agrees to that. */
    readonly monitored?: boolean;
  };
  readonly consent: ConsentText;
  /** Younger than this a parent agrees too. */
  readonly consent_from: number;
  readonly minimum_age: number;
}

/** Free choices: what one may say no to and take part all the same. */
export type FreeScope = "sharing" | "recontact" | "monitoring";

export interface Scopes {
  readonly use: boolean;
  readonly research: boolean;
  readonly sharing: boolean;
  readonly recontact: boolean;
  /** Only where the study asks for it. */
  readonly monitoring?: boolean;
}

/** A yes or a no to one text. */
export interface Choice {
  readonly version: number;
  readonly sha256: string;
  readonly language: Language;
  readonly scopes: Scopes;
}

export interface OwnConsent {
  readonly waiting: "consent" | "parent" | null;
  /** Why a yes is asked once more; null: it is not. */
  readonly why_again?: "text" | "sixteen" | null;
  readonly monitored?: boolean;
  readonly text: ConsentText | null;
  readonly given: { readonly version: number; readonly scopes: Scopes } | null;
  /** Said yes, but to an older text than the one in force. */
  readonly text_changed: boolean;
}

export function freeScopes(monitored: boolean | undefined): readonly FreeScope[] {
  return monitored ? ["sharing", "recontact", "monitoring"] : ["sharing", "recontact"];
}

/** A yes to `text`: taking part is using the app and being in the research; `free` is what was chosen besides. */
export function agreeTo(text: ConsentText, free: readonly FreeScope[], asked: readonly FreeScope[]): Choice {
  const chosen = Object.fromEntries(asked.map((scope) => [scope, free.includes(scope)]));
  return choose(text, { use: true, research: true, sharing: false, recontact: false, ...chosen });
}

/** Taking part no longer. */
export function refuse(text: ConsentText): Choice {
  return choose(text, { use: false, research: false, sharing: false, recontact: false });
}

export function choose({ version, sha256, language }: ConsentText, scopes: Scopes): Choice {
  return { version, sha256, language, scopes };
}

export function fetchIntro(code: string, language: Language): Promise<Answer<Intro>> {
  return request<Intro>("GET", `/intro/${encodeURIComponent(code)}?language=${language}`);
}

export async function fetchOwnConsent(language: Language): Promise<Answer<OwnConsent>> {
  return noteWatched(await request<OwnConsent>("GET", `/me/consent?language=${language}`));
}

export async function giveConsent(choice: Choice): Promise<Answer<OwnConsent>> {
  return noteWatched(await request<OwnConsent>("PUT", "/me/consent", choice));
}

/** What the help screen says of who reads along must be true without a network too. */
async function noteWatched(answer: Answer<OwnConsent>): Promise<Answer<OwnConsent>> {
  if (answer.ok) await writeFact("watched", Boolean(answer.body.monitored && answer.body.given?.scopes.monitoring));
  return answer;
}

/** The paragraphs of a text from the server. */
export function paragraphsOf(text: string): string[] {
  return text.trim().split(/\n\s*\n/);
}
