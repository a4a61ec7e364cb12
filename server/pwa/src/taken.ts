// What the server has taken, marked in the plan on this phone. An entry leaves the outbox and is marked in one step: a
// screen that saw the one without the other would for a moment show a challenge that was done as one that was not, and
// throw away what is being written below it.
import type { OutboxEntry, Stored } from "./storage";
import type { ChallengeBody, Today } from "./wire";

const REMEMBERED_MS = 60_000; // no request takes longer

let recent: readonly { readonly entry: OutboxEntry; readonly at: number }[] = [];

/** Of what waited `before`, what neither waits now nor was refused: the server has it, whoever sent it. */
export function findTaken(before: readonly OutboxEntry[], stored: Pick<Stored, "outbox" | "kept">): OutboxEntry[] {
  const left = new Set([...stored.outbox, ...stored.kept].map((entry) => entry.key));
  return before.filter((entry) => !left.has(entry.key));
}

/** Remembers for a minute what was taken at `at` (ms), for a plan that was asked for before that. */
export function rememberTaken(taken: readonly OutboxEntry[], at: number): void {
  recent = [...recent.filter((one) => at - one.at < REMEMBERED_MS), ...taken.map((entry) => ({ entry, at }))];
}

/** A plan from the server as it is now, which may be newer than when it was asked for (`askedAt`, ms). */
export function catchUp(plan: Today, askedAt: number): Today {
  return markTaken(plan, recent.filter((one) => one.at >= askedAt).map((one) => one.entry));
}

export function markTaken(plan: Today, taken: readonly OutboxEntry[]): Today {
  const answered = new Set(taken.filter((entry) => entry.kind === "response").map((entry) => entry.beep));
  const outcome = taken.findLast((entry) => entry.kind === "challenge" && entry.beep === plan.challenge?.beep);
  return {
    ...plan,
    beeps: plan.beeps.map((beep) => (answered.has(beep.id) ? { ...beep, answered: true } : beep)),
    challenge: plan.challenge && outcome ? { ...plan.challenge, outcome: outcome.body as ChallengeBody } : plan.challenge,
  };
}
