// Questionnaires begun and never finished. What can no longer be answered is cleared away after a while.
import { openStorage } from "./storage";
import type { Today } from "./wire";

/** Somebody may still be on the last item when a beep closes, and the server takes an answer a little late. */
const AFTER_CLOSING_MS = 3_600_000;
/** Of a beep that the plan on this phone does not know, only the time it was begun is known. */
const UNKNOWN_MS = 3 * 86_400_000;

/** Deletes drafts of beeps that are closed; how many. */
export async function dropOldDrafts(plan: Today, now: Date): Promise<number> {
  const closesAt = new Map(plan.beeps.map((beep) => [beep.id, Date.parse(beep.expires_at)]));
  const db = await openStorage();
  const old = (await db.getAll("drafts")).filter((draft) => {
    const closes = closesAt.get(draft.beep);
    return now.getTime() > (closes === undefined ? Date.parse(draft.started_at) + UNKNOWN_MS : closes + AFTER_CLOSING_MS);
  });
  for (const draft of old) await db.delete("drafts", draft.beep);
  return old.length;
}
