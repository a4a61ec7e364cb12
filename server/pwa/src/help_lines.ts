// Who to turn to, as the server tells it (server/safety/help). A copy of its lines comes with the app, for a phone that
// never reached the server; a test compares the two.
import { request } from "./api";
import data from "./data/help_lines.json";
import { readFact, writeFact } from "./storage";
import type { Text } from "./wire";

export interface HelpLine {
  readonly id: string;
  readonly name: string;
  readonly about: Text;
  readonly hours: Text | null;
  readonly phone: string | null;
  readonly chat: string | null;
  readonly url: string | null;
  /** A number for text messages. */
  readonly text: string | null;
  readonly ages: { readonly from: number; readonly to: number };
  readonly for_you: boolean;
  readonly emergency: boolean;
  /** Date or year of the source. */
  readonly as_of: string;
  /** When a person last found it right; null: nobody has yet. */
  readonly checked_on: string | null;
}

export interface Contact {
  readonly name: string;
  readonly role: Text | null;
  readonly phone: string | null;
  readonly mail: string | null;
  readonly hours: Text | null;
}

export interface Help {
  readonly age_known: boolean;
  readonly lines: readonly HelpLine[];
  /** The study's own person; only for who is in it. */
  readonly contact: Contact | null;
}

/** The lines that came with the app, in the server's order: emergency, those for this age, those that can be called,
 *  those for the fewest ages. None is left out. */
export function packagedHelp(age: number | null): Help {
  const lines = data.lines.map((line) => ({ ...line, for_you: age !== null && line.ages.from <= age && age <= line.ages.to }));
  const order = (line: HelpLine): readonly number[] => [
    Number(!line.emergency), Number(!line.for_you), Number(line.phone === null), line.ages.to - line.ages.from,
  ];
  const sorted = [...lines].sort((a, b) => order(a).map((n, index) => n - order(b)[index]!).find((n) => n !== 0) ?? 0);
  return { age_known: age !== null, contact: null, lines: age === null ? lines : sorted };
}

/** From the server, and kept for a time without one; null when it was not reached. */
export async function fetchHelp(): Promise<Help | null> {
  const answer = await request<Help>("GET", "/help");
  if (!answer.ok) return null;
  await writeFact("help", answer.body);
  return answer.body;
}

/** What the phone knows: what the server told last, else what came with the app. */
export async function storedHelp(year: number): Promise<Help> {
  const [told, born] = await Promise.all([readFact("help"), readFact("birth_year")]);
  return told ?? packagedHelp(born ? year - born : null);
}
