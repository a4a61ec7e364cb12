// Whether a questionnaire may be answered now, and what is needed for that: the beep, its items and the draft.
import { now } from "./clock";
import { noteReceipt } from "./outbox";
import { OWN_INSTRUMENT, openOwn } from "./own_entry";
import { type Draft, presentedItems, startDraft } from "./questionnaire";
import { navigate } from "./router";
import { getBeep, getInstrument, me, outbox, reloadQueues, today } from "./state";
import { openStorage } from "./storage";
import type { Key } from "./strings/nl";
import type { Beep, Item } from "./wire";

export type Stage =
  | { at: "loading" }
  | { at: "waiting" }
  | { at: "closed"; title: Key; body: Key; retry?: boolean }
  | { at: "asking"; beep: Beep; items: readonly Item[]; draft: Draft }
  | { at: "thanks"; late: boolean };

/** What to show for this beep now; null when the address leads elsewhere. */
export async function openBeep(id: string): Promise<Stage | null> {
  if (me.value?.waiting) return { at: "waiting" };
  const beep = await getBeep(id);
  if (!beep) return { at: "closed", title: "ask.unreachable.title", body: "ask.unreachable", retry: true };
  if (beep === "unknown") return { at: "closed", title: "ask.gone.title", body: "ask.gone" };
  if (beep.kind === "challenge") {
    navigate("/challenge", { replace: true });
    return null;
  }
  const at = now().getTime();
  if (beep.answered || outbox.value.some((entry) => entry.beep === beep.id)) {
    return { at: "closed", title: "ask.answered.title", body: "ask.answered" };
  }
  if (at < Date.parse(beep.due_at)) return { at: "closed", title: "ask.early.title", body: "ask.early" };
  if (at >= Date.parse(beep.expires_at)) return { at: "closed", title: "ask.gone.title", body: "ask.gone" };
  const instrument = beep.instrument ? await getInstrument(beep.instrument) : null;
  const items = instrument ? presentedItems(instrument, beep.items) : [];
  if (items.length === 0) return { at: "closed", title: "ask.unreachable.title", body: "ask.unreachable", retry: true };
  return { at: "asking", beep, items, draft: await resumeDraft(beep) };
}

export async function openOwnEntry(): Promise<Stage> {
  if (me.value?.waiting) return { at: "waiting" };
  const instrument = await getInstrument(OWN_INSTRUMENT);
  if (!today.value || !instrument) return { at: "closed", title: "ask.unreachable.title", body: "ask.unreachable", retry: true };
  const entry = await openOwn(today.value, instrument, now());
  return { at: "asking", beep: entry, items: presentedItems(instrument, entry.items), draft: await resumeDraft(entry) };
}

/** Whether a yes came to be missing before anything was answered. What somebody is in the middle of she may finish: it
 *  stays on the phone until the yes is there. */
export async function mustMakeWay(beep: string): Promise<boolean> {
  const draft = await (await openStorage()).get("drafts", beep);
  return me.value?.waiting != null && (!draft || (Object.keys(draft.answers).length === 0 && draft.skipped.length === 0));
}

async function resumeDraft(beep: Beep): Promise<Draft> {
  const db = await openStorage();
  const stored = await db.get("drafts", beep.id);
  if (stored) return stored;
  const draft = startDraft(beep, now().toISOString());
  // The question need not wait for this: what is written next is written after it.
  void db.put("drafts", draft).then(async () => {
    if (beep.kind !== "event") await noteReceipt(beep.id, "started", now());
    await reloadQueues();
  });
  return draft;
}
