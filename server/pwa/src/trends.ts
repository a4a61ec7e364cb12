// Trends as the server sends them (server/trends/summary.py), and the little the phone works out from them.
import type { Text } from "./wire";

export interface Need {
  readonly what: "answers" | "days" | "span_days" | "pairs";
  readonly have: number;
  readonly need: number;
  readonly missing: number;
}

/** A piece behind its gate: below it there is no number, only what is still needed. */
export interface Gated {
  readonly ready: boolean;
  readonly needs?: readonly Need[];
  readonly applies?: boolean;
}

export interface Dot {
  readonly at: string;
  readonly date: string;
  readonly slot: number;
  readonly value: number;
}

export interface DayMean {
  readonly date: string;
  readonly mean: number | null;
  readonly n: number;
}

export interface ProfilePart extends Gated {
  readonly part: "morning" | "midday" | "afternoon" | "evening";
  readonly mean?: number;
  readonly n?: number;
}

export interface Measure {
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly once_a_day: boolean;
  readonly n: number;
  /** Every answer; none when the picture spans more days than dots can be told apart in. */
  readonly dots: readonly Dot[];
  readonly days: readonly DayMean[];
  readonly week: Gated & { readonly mean?: number };
  readonly profile: Gated & { readonly parts?: readonly ProfilePart[] };
  readonly trend: Gated;
}

export interface Sentence {
  readonly code: string;
  readonly measure: string | null;
  readonly sureness: string | null;
  readonly text: Text;
}

export interface Trends {
  readonly until: string;
  readonly answers: { readonly n: number; readonly planned: number };
  readonly measures: Readonly<Record<string, Measure>>;
  readonly sleep_mood: Gated;
  readonly sentences: readonly Sentence[];
}

/** Answers on each day, from the measure that is asked in every questionnaire. */
export function dayCounts(trends: Trends): Map<string, number> {
  const counts = new Map<string, number>();
  for (const measure of Object.values(trends.measures)) {
    for (const day of measure.days) counts.set(day.date, Math.max(counts.get(day.date) ?? 0, day.n));
  }
  return counts;
}

export interface Gate {
  readonly name: "week" | "profile" | "trend" | "sleep_mood";
  /** The need that takes longest. */
  readonly need: Need;
  /** 0 to 1: how far towards opening. */
  readonly share: number;
}

// As the server's own sentences count: a day or night takes as long as two answers, at the pace that is usual.
const COST: Record<Need["what"], number> = { answers: 1, days: 2, span_days: 2, pairs: 2 };

/** What is still closed, the nearest first. */
export function nextGates(trends: Trends): Gate[] {
  const mood = trends.measures["mood"];
  const blocks: [Gate["name"], Gated | undefined][] = [
    ["week", mood?.week], ["profile", mood?.profile], ["trend", mood?.trend],
    // Who is never asked about the night does not wait for one.
    ["sleep_mood", trends.measures["sleep"]?.n ? trends.sleep_mood : undefined],
  ];
  return blocks
    .flatMap(([name, block]) => {
      if (!block || block.ready || !block.needs?.length) return [];
      const need = block.needs.reduce((worst, other) => (other.missing * COST[other.what] > worst.missing * COST[worst.what] ? other : worst));
      return [{ name, need, share: Math.min(1, need.have / need.need) }];
    })
    .sort((a, b) => a.need.missing * COST[a.need.what] - b.need.missing * COST[b.need.what]);
}

/** The stretches of days without a gap: a line is drawn inside a stretch, never across a day without an answer. */
export function unbrokenRuns(days: readonly DayMean[]): number[][] {
  const runs: number[][] = [];
  days.forEach((day, index) => {
    if (day.mean === null) return;
    const last = runs.at(-1);
    if (last && last.at(-1) === index - 1) last.push(index);
    else runs.push([index]);
  });
  return runs;
}
