// Today as the phone sees it: the server sends the plan of today and tomorrow, the phone decides by its clock what is
// open, missed or done. What lies ahead is never part of the result, so no screen can show it by mistake.
import type { Beep, Challenge, Today } from "./wire";

export interface OpenBeep {
  readonly beep: Beep;
  readonly leftMs: number;
  readonly begun: boolean;
}

export interface DayView {
  readonly date: string;
  readonly open: readonly OpenBeep[];
  readonly done: readonly Beep[];
  readonly missed: readonly Beep[];
  readonly challenge: Challenge | null;
  /** The stored plan says nothing about this day: the phone was offline too long. */
  readonly unknown: boolean;
}

export interface OnPhone {
  /** Beeps with an answer on this phone, sent or waiting. */
  readonly answered: ReadonlySet<string>;
  readonly begun: ReadonlySet<string>;
}

export function viewDay(today: Today, now: Date, onPhone: OnPhone): DayView {
  const date = localDate(now, today.zone);
  const questionnaires = today.beeps
    .filter((beep) => beep.kind === "questionnaire" && Date.parse(beep.due_at) <= now.getTime())
    .sort((a, b) => Date.parse(a.due_at) - Date.parse(b.due_at));
  const isDone = (beep: Beep) => beep.answered || onPhone.answered.has(beep.id);
  const isOver = (beep: Beep) => Date.parse(beep.expires_at) <= now.getTime();
  const ofToday = questionnaires.filter((beep) => beep.local_date === date);
  const challenge = today.challenge;
  return {
    date,
    open: questionnaires
      .filter((beep) => !isDone(beep) && !isOver(beep))
      .map((beep) => ({ beep, leftMs: Date.parse(beep.expires_at) - now.getTime(), begun: onPhone.begun.has(beep.id) })),
    done: ofToday.filter(isDone),
    missed: ofToday.filter((beep) => !isDone(beep) && isOver(beep)),
    challenge: challenge && isNow(challenge, now) ? challenge : null,
    unknown: date > today.date && !today.beeps.some((beep) => beep.local_date === date),
  };
}

/** When the view changes by itself next (a beep opens or closes), so that the screen can be right without a push. */
export function nextChange(today: Today, now: Date): number | null {
  const moments = [...today.beeps, ...(today.challenge ? [today.challenge] : [])]
    .flatMap((moment) => [Date.parse(moment.due_at), Date.parse(moment.expires_at)])
    .filter((moment) => moment > now.getTime());
  return moments.length === 0 ? null : Math.min(...moments);
}

/** The calendar day in `zone`, as "YYYY-MM-DD". */
export function localDate(at: Date, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

function isNow(span: { due_at: string; expires_at: string }, now: Date): boolean {
  return Date.parse(span.due_at) <= now.getTime() && now.getTime() < Date.parse(span.expires_at);
}
