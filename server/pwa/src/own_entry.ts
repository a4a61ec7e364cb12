// An entry of one's own: told when nobody asked. The phone names it with a UUID, so that the server keeps it once
// however often it arrives. Without the network the questions come in the order of the questionnaire's file.
import { request } from "./api";
import { localDate } from "./plan";
import { openStorage, readFact, writeFact } from "./storage";
import type { Beep, Instrument, Today } from "./wire";

export const OWN_INSTRUMENT = "momentary.1";
/** Longer than this nobody waits for an order: the file's is good as well. */
const PATIENCE_MS = 2_500;
const WINDOW_MS = 3_600_000;

/** Whether this study asks the questionnaire that an entry of one's own uses. */
export function offersOwn(plan: Today): boolean {
  return plan.beeps.some((beep) => beep.instrument === OWN_INSTRUMENT);
}

/** The entry that was begun and may still be finished, else a new one. */
export async function openOwn(plan: Today, instrument: Instrument, now: Date): Promise<Beep> {
  const begun = await readFact("own_entry");
  const draft = begun && (await (await openStorage()).get("drafts", begun.id));
  if (begun && draft && now.getTime() < Date.parse(begun.expires_at)) return begun;
  const id = crypto.randomUUID();
  const entry: Beep = {
    id,
    kind: "event",
    slot: 0,
    local_date: localDate(now, plan.zone),
    due_at: now.toISOString(),
    expires_at: new Date(now.getTime() + windowOf(plan)).toISOString(),
    instrument: OWN_INSTRUMENT,
    items: await findOrder(id, instrument),
    answered: false,
    answered_late: false,
  };
  await writeFact("own_entry", entry);
  return entry;
}

async function findOrder(id: string, instrument: Instrument): Promise<readonly string[]> {
  const inFile = (instrument.items ?? (instrument.blocks ?? []).flatMap((block) => block.items)).map((item) => item.id);
  const tooLong = new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
  const asked = request<{ items: readonly string[] }>("GET", `/events/${id}/items?instrument=${OWN_INSTRUMENT}`);
  const answer = await Promise.race([asked, tooLong]);
  return answer?.ok ? answer.body.items : inFile;
}

/** As long as a beep of this study stays open, in ms. */
function windowOf(plan: Today): number {
  const beep = plan.beeps.find((other) => other.instrument === OWN_INSTRUMENT);
  return beep ? Date.parse(beep.expires_at) - Date.parse(beep.due_at) : WINDOW_MS;
}
