// How somebody's part in the study ended: she stopped, or her days are over. Known without a network.
import { type DayView, localDate } from "./plan";
import type { Me } from "./wire";

export interface Ending {
  readonly why: "stopped" | "over";
  /** The day on which she stopped, or her last one. */
  readonly date: string;
  readonly days: number;
}

/** Null while her part goes on. `date` is today where she is. */
export function endingOf(me: Me | null, date: string): Ending | null {
  const study = me?.study;
  if (!me || !study) return null;
  if (me.left_at) return { why: "stopped", date: localDate(new Date(me.left_at), me.zone), days: study.days };
  return study.ends_on && date > study.ends_on ? { why: "over", date: study.ends_on, days: study.days } : null;
}

/** The day of somebody who has stopped: what she did stays, nothing is open and nothing counts as missed. */
export function withoutQuestions(view: DayView): DayView {
  return { ...view, open: [], missed: [], challenge: null, unknown: false };
}
