// How somebody's part in the study ended: she stopped, or her days are over. Known without a network.
import { type DayView, localDate } from "./plan";
import type { Trends } from "./trends";
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

/** How much came of it. Nobody is told that she made it who hardly began; what exactly she did is nowhere said. */
export type TookPart = "none" | "little" | "much";

/** What the phone knows of it besides the trends, which are of the last weeks only. */
export interface Traces {
  /** Answers not sent yet. */
  readonly waiting: number;
  readonly challenges: number;
  readonly points: number;
  /** The date on which the server last told the day. */
  readonly heard: string;
}

const ENOUGH = 1 / 20;

/** Of somebody whose days are over. */
export function tookPart(over: Ending, trends: Trends | null, { waiting, challenges, points, heard }: Traces): TookPart {
  if (!trends) return "little";
  const done = trends.answers.n + waiting + challenges;
  if (done > 0 && done >= trends.answers.planned * ENOUGH) return "much";
  // That there was nothing is said only when it is known: what was heard before the end may have been outrun.
  return done + points === 0 && heard > over.date ? "none" : "little";
}

/** The day of somebody who has stopped: what she did stays, nothing is open and nothing counts as missed. */
export function withoutQuestions(view: DayView): DayView {
  return { ...view, open: [], missed: [], challenge: null, unknown: false };
}
