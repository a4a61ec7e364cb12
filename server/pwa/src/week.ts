// One's own last seven days, as far as the gates allow to show them. Below a gate there is nothing of that kind.
import type { DayMean, Measure, Need, Sentence, Trends } from "./trends";

export interface WeekDay {
  readonly date: string;
  readonly answers: number;
  /** 0 to 1 between the ends of the scale; null without an answer, or while the week of it is not shown yet. */
  readonly mood: number | null;
  readonly people: number | null;
  readonly asleepMin: number | null;
  readonly challenge: boolean;
}

export interface Week {
  readonly days: readonly WeekDay[];
  readonly challenges: number;
  /** Mean of the nights, in minutes. */
  readonly asleepMin: number | null;
  readonly sentence: Sentence | null;
}

export const DAYS = 7;

/** The week up to the last day of `trends`; what is still missing when there is none to show yet.
 *  done: the dates on which a challenge was done. */
export function weekOf(trends: Trends, done: ReadonlySet<string>): Week | { readonly needs: readonly Need[] } {
  const mood = trends.measures["mood"];
  if (!mood?.week.ready) return { needs: mood?.week.needs ?? [] };
  const [sleep, people] = ["time_asleep", "social_contact"].map((key) => shown(trends.measures[key]));
  const days = lastDates(trends.until).map((date): WeekDay => ({
    date,
    answers: find(mood, date)?.n ?? 0,
    mood: scaled(mood, date),
    people: people ? scaled(people, date) : null,
    asleepMin: sleep ? (find(sleep, date)?.mean ?? null) : null,
    challenge: done.has(date),
  }));
  const told = trends.sentences.filter((sentence) => !sentence.code.startsWith("more.") && sentence.code !== "start");
  return { days, challenges: days.filter((day) => day.challenge).length, asleepMin: sleep?.week.mean ?? null, sentence: told[0] ?? null };
}

/** The seven dates up to and with `until`. */
export function lastDates(until: string): string[] {
  const last = Date.parse(`${until}T12:00:00Z`);
  return Array.from({ length: DAYS }, (_, index) => new Date(last - (DAYS - 1 - index) * 86_400_000).toISOString().slice(0, 10));
}

function shown(measure: Measure | undefined): Measure | null {
  return measure?.week.ready ? measure : null;
}

function find(measure: Measure, date: string): DayMean | undefined {
  return measure.days.find((day) => day.date === date);
}

function scaled(measure: Measure, date: string): number | null {
  const mean = find(measure, date)?.mean ?? null;
  return mean === null ? null : (mean - measure.low) / (measure.high - measure.low);
}

/** The words in lines of at most `most` characters; a longer word has a line of its own. */
export function wrapWords(words: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
