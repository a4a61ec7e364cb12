// A questionnaire: finds the beep, decides whether it may still be answered, then asks one item at a time (asking.tsx).
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { now } from "../clock";
import { t } from "../language";
import { noteReceipt } from "../outbox";
import { OWN_INSTRUMENT, openOwn } from "../own_entry";
import { type Draft, presentedItems, startDraft } from "../questionnaire";
import { navigate } from "../router";
import { day, getBeep, getInstrument, outbox, reloadQueues, today } from "../state";
import { openStorage } from "../storage";
import type { Key } from "../strings/nl";
import type { Beep, Item } from "../wire";
import { Asking } from "./asking";
import { Thanks } from "./thanks";

type Stage =
  | { at: "loading" }
  | { at: "closed"; title: Key; body: Key; retry?: boolean }
  | { at: "asking"; beep: Beep; items: readonly Item[]; draft: Draft }
  | { at: "thanks"; late: boolean };

let prepared: { readonly id: string; readonly stage: Promise<Stage | null> } | null = null;

/** Begins to find a questionnaire before there is a screen for it: at a start from a notification. */
export function prepareBeep(id: string): void {
  prepared = { id, stage: openBeep(id) };
}

/** `id` null: an entry of one's own. */
export function Questionnaire({ id }: { id: string | null }) {
  const [stage, setStage] = useState<Stage>({ at: "loading" });
  const open = () => {
    const opening = id === null ? openOwnEntry() : (prepared?.id === id ? prepared.stage : openBeep(id));
    prepared = null;
    void opening.then((next) => next && setStage(next));
  };
  useEffect(open, [id]);

  if (stage.at === "loading") return <main class="ask" aria-busy="true" />;
  if (stage.at === "thanks") return <Thanks late={stage.late} />;
  if (stage.at === "closed") {
    return (
      <main class="page center closed">
        <a class="round aside" href="/help" aria-label={t("nav.help")}><Icon name="help" /></a>
        <svg class="still" viewBox="0 0 200 200" aria-hidden="true"><Plant x={100} y={176} leaves={day.value?.done.length ?? 0} /></svg>
        <h1 tabIndex={-1}>{t(stage.title)}</h1>
        <p>{t(stage.body)}</p>
        {stage.retry && <button class="button soft" onClick={open}>{t("ask.retry")}</button>}
        <a class="button big" href="/">{t("ask.home")}</a>
      </main>
    );
  }
  return <Asking beep={stage.beep} presented={stage.items} first={stage.draft} onDone={(late) => setStage({ at: "thanks", late })} />;
}

/** What to show for this beep now; null when the address leads elsewhere. */
async function openBeep(id: string): Promise<Stage | null> {
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

async function openOwnEntry(): Promise<Stage> {
  const instrument = await getInstrument(OWN_INSTRUMENT);
  if (!today.value || !instrument) return { at: "closed", title: "ask.unreachable.title", body: "ask.unreachable", retry: true };
  const entry = await openOwn(today.value, instrument, now());
  return { at: "asking", beep: entry, items: presentedItems(instrument, entry.items), draft: await resumeDraft(entry) };
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
