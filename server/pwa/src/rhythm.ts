// The shape of somebody's days, as edited on the phone: when awake, when at school, what to keep quiet.
import type { Rhythm } from "./wire";

export interface RhythmDraft {
  readonly school: readonly [string, string];
  readonly free: readonly [string, string];
  readonly days: readonly number[];
  readonly quiet: readonly [string, string] | null;
}

const USUAL: RhythmDraft = { school: ["07:00", "22:00"], free: ["09:30", "23:30"], days: [1, 2, 3, 4, 5], quiet: ["08:30", "15:00"] };

/** What to show at first: the stored rhythm, or usual hours that are easily changed. */
export function toDraft(rhythm: Rhythm | null): RhythmDraft {
  if (!rhythm?.school || !rhythm.free) return USUAL;
  const quiet = rhythm.school.quiet[0];
  return {
    school: [rhythm.school.start, rhythm.school.end],
    free: [rhythm.free.start, rhythm.free.end],
    days: rhythm.school_days,
    quiet: quiet ? [quiet[0], quiet[1]] : null,
  };
}

/** Quiet windows of free days, and further ones of school days, are kept as they are. */
export function toRhythm(draft: RhythmDraft, before: Rhythm | null): Rhythm {
  const further = before?.school?.quiet.slice(1) ?? [];
  return {
    school: { start: draft.school[0], end: draft.school[1], quiet: draft.quiet ? [draft.quiet, ...further] : further },
    free: { start: draft.free[0], end: draft.free[1], quiet: before?.free?.quiet ?? [] },
    school_days: [...draft.days].sort((a, b) => a - b),
  };
}

export function toggleDay(days: readonly number[], day: number): number[] {
  return days.includes(day) ? days.filter((other) => other !== day) : [...days, day].sort((a, b) => a - b);
}
