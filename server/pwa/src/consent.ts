// What a study tells before anybody joins, and saying yes to the very text that was shown.
import { type Answer, request } from "./api";
import type { Language, Text } from "./wire";

export interface ConsentText {
  readonly version: number;
  readonly sha256: string;
  readonly language: Language;
  readonly sections: readonly { readonly title: string; readonly text: string }[];
}

export interface Intro {
  readonly study: {
    readonly title: Text;
    readonly days: number;
    readonly beeps_a_day: number;
    readonly challenge: boolean;
    readonly institution: string | null;
  };
  /** Null: this study asks for none. */
  readonly consent: ConsentText | null;
  /** Younger than this a parent agrees too. */
  readonly consent_from: number;
  readonly minimum_age: number;
}

/** Sharing and being asked again are free choices; taking part is using the app and being in the research. */
export interface Choice {
  readonly version: number;
  readonly sha256: string;
  readonly language: Language;
  readonly scopes: { readonly use: true; readonly research: true; readonly sharing: boolean; readonly recontact: boolean };
}

export function chooseFrom(text: ConsentText, free: { sharing: boolean; recontact: boolean }): Choice {
  return { version: text.version, sha256: text.sha256, language: text.language, scopes: { use: true, research: true, ...free } };
}

export function fetchIntro(code: string, language: Language): Promise<Answer<Intro>> {
  return request<Intro>("GET", `/intro/${encodeURIComponent(code)}?language=${language}`);
}

export interface Scopes {
  readonly use: boolean;
  readonly research: boolean;
  readonly sharing: boolean;
  readonly recontact: boolean;
}

export interface OwnConsent {
  readonly waiting: "consent" | "parent" | null;
  readonly text: ConsentText | null;
  readonly given: { readonly version: number; readonly scopes: Scopes } | null;
  /** Said yes, but to an older text than the one in force. */
  readonly text_changed: boolean;
}

export function fetchOwnConsent(language: Language): Promise<Answer<OwnConsent>> {
  return request<OwnConsent>("GET", `/me/consent?language=${language}`);
}

export function giveConsent(choice: Choice): Promise<Answer<OwnConsent>> {
  return request<OwnConsent>("PUT", "/me/consent", choice);
}

/** Changes or takes back what was said yes to. */
export function changeScopes({ version, sha256, language }: ConsentText, scopes: Scopes): Promise<Answer<OwnConsent>> {
  return request<OwnConsent>("PUT", "/me/consent", { version, sha256, language, scopes });
}
