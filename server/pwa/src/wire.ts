// The shapes that travel between the phone and the server, as the server documents them in its OpenAPI page.
// Times are ISO 8601 strings with an offset; dates are "YYYY-MM-DD" in the participant's own zone.

export type Language = "nl" | "en";
export type Text = Readonly<Record<Language, string>>;

/** A closed JSONLogic rule; see conditions.ts. */
export type Rule = { readonly [operator: string]: unknown };

export type AnswerValue = number | string | readonly string[];
export type Answers = Readonly<Record<string, AnswerValue>>;

export type ItemType = "slider" | "single" | "multiple" | "time" | "number" | "text" | "info";

export interface Option {
  readonly id: string;
  readonly label: Text;
  readonly exclusive?: boolean | null;
}

export interface Item {
  readonly id: string;
  readonly type: ItemType;
  readonly prompt: Text;
  readonly hint?: Text | null;
  readonly low?: Text | null;
  readonly high?: Text | null;
  readonly options?: readonly Option[] | null;
  readonly min?: number | null;
  readonly max?: number | null;
  readonly step?: number | null;
  readonly unit?: Text | string | null;
  readonly max_length?: number | null;
  readonly required?: boolean | null;
  readonly skippable?: boolean | null;
  readonly show_if?: Rule | null;
  readonly private?: boolean | null;
}

export interface Block {
  readonly id: string;
  readonly items: readonly Item[];
}

export interface Instrument {
  readonly id: string;
  readonly key: string;
  readonly title: Text;
  readonly blocks?: readonly Block[];
  readonly items?: readonly Item[];
}

export interface Beep {
  readonly id: string;
  readonly kind: "questionnaire" | "challenge" | "event";
  readonly slot: number;
  readonly local_date: string;
  readonly due_at: string;
  readonly expires_at: string;
  readonly instrument: string | null;
  readonly items: readonly string[];
  readonly answered: boolean;
  readonly answered_late: boolean;
}

export interface Card {
  readonly slug: string;
  readonly version: number;
  readonly strategy: string;
  readonly title: Text;
  readonly body: Text;
  readonly minutes: number;
  readonly place: "in" | "out" | "any";
  readonly company: "alone" | "together" | "either";
  readonly safety: Text | null;
}

export type Outcome = "done" | "skipped" | "swapped";

export interface ChallengeOutcome {
  readonly outcome: Outcome;
  readonly slug: string;
  readonly fun?: number | null;
  readonly helped?: number | null;
}

export interface Challenge {
  readonly beep: string;
  readonly local_date: string;
  readonly due_at: string;
  readonly expires_at: string;
  readonly chosen: Card;
  readonly alternatives: readonly Card[];
  readonly outcome: ChallengeOutcome | null;
}

/** A message of the study to her, from texts that were looked at. */
export interface Notice {
  readonly key: string;
  readonly text: Text;
  readonly at: string;
}

export interface Today {
  readonly now: string;
  readonly zone: string;
  readonly date: string;
  readonly study_day: number | null;
  readonly days: number;
  readonly beeps: readonly Beep[];
  readonly challenge: Challenge | null;
  readonly notices?: readonly Notice[];
}

export interface DayShape {
  readonly start: string;
  readonly end: string;
  readonly quiet: readonly (readonly [string, string])[];
}

export interface Rhythm {
  readonly school: DayShape;
  readonly free: DayShape;
  readonly school_days: readonly number[];
}

export interface Me {
  readonly code: string;
  readonly language: Language;
  readonly zone: string;
  readonly rhythm: Rhythm | null;
  readonly study: {
    readonly title: Text;
    readonly protocol: string;
    readonly days: number;
    readonly starts_on: string | null;
    readonly ends_on: string | null;
    readonly study_day: number | null;
    /** Those the study offers. */
    readonly languages?: readonly Language[];
  };
  readonly push_key: string | null;
  /** What is missing before the first beep: her own consent, or a parent's. */
  readonly waiting?: "consent" | "parent" | null;
  /** Since when a new yes is waited for although she had begun. */
  readonly asked_again_at?: string | null;
  /** When she stopped; null while she takes part. */
  readonly left_at?: string | null;
}

export interface Joined {
  readonly participant: Me;
  readonly recovery_code: string;
}

export interface ResponseBody {
  readonly instrument: string;
  readonly started_at: string;
  readonly finished_at: string;
  readonly answers: Answers;
  readonly skipped: readonly string[];
  readonly shown: readonly string[];
  readonly item_ms: Readonly<Record<string, number>>;
  readonly zone: string;
  readonly utc_offset_min: number;
  readonly app: string;
}

export interface ChallengeBody extends ChallengeOutcome {
  readonly at: string;
}

export type ReceiptKind = "shown" | "opened" | "started" | "dismissed";

export interface Receipt {
  readonly beep: string;
  readonly kind: ReceiptKind;
  readonly at: string;
}

/** RFC 9457 problem, with the stable code that the app acts on. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: unknown;
}
