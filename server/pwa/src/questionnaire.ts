// One questionnaire being filled in, as a value. Every function takes a draft and returns the next one; the screen
// shows it, storage keeps it, and nothing here knows about either. Times are ISO strings given by the caller.
import { holds } from "./conditions";
import type { Answers, AnswerValue, Beep, Instrument, Item, ResponseBody } from "./wire";

export interface Draft {
  readonly beep: string;
  readonly instrument: string;
  readonly started_at: string;
  /** Every answer ever given, also to items that a later change of mind hid; `keep` decides what counts. */
  readonly answers: Answers;
  readonly skipped: readonly string[];
  readonly item_ms: Readonly<Record<string, number>>;
  readonly at: string | null;
}

export function startDraft(beep: Beep, startedAt: string): Draft {
  return {
    beep: beep.id,
    instrument: beep.instrument ?? "",
    started_at: startedAt,
    answers: {},
    skipped: [],
    item_ms: {},
    at: beep.items[0] ?? null,
  };
}

/** The beep's items in the order the server chose. Ids that the instrument does not know are left out. */
export function presentedItems(instrument: Instrument, order: readonly string[]): Item[] {
  const all = instrument.items ?? (instrument.blocks ?? []).flatMap((block) => block.items);
  const byId = new Map(all.map((item) => [item.id, item]));
  return order.map((id) => byId.get(id)).filter((item) => item !== undefined);
}

/** The items whose show-if holds, judged only on answers to items that are themselves shown. */
export function visibleItems(presented: readonly Item[], answers: Answers): Item[] {
  let visible = [...presented];
  for (let round = 0; round < presented.length; round += 1) {
    const kept = keep(visible, answers);
    const next = presented.filter((item) => !item.show_if || holds(item.show_if, kept));
    if (next.length === visible.length && next.every((item, index) => item === visible[index])) break;
    visible = next;
  }
  return visible;
}

export function answer(draft: Draft, item: Item, value: AnswerValue | null): Draft {
  const { [item.id]: _previous, ...rest } = draft.answers;
  const answers = isEmpty(value) ? rest : { ...rest, [item.id]: value as AnswerValue };
  return { ...draft, answers, skipped: draft.skipped.filter((id) => id !== item.id) };
}

/** "Rather not": says so, which is different from leaving the item open. */
export function skip(draft: Draft, item: Item): Draft {
  const { [item.id]: _dropped, ...answers } = draft.answers;
  return { ...draft, answers, skipped: [...draft.skipped.filter((id) => id !== item.id), item.id] };
}

/** Whether the participant may go on from `item`. */
export function isSettled(draft: Draft, item: Item): boolean {
  const required = item.type !== "info" && item.required !== false;
  return !required || item.id in draft.answers || draft.skipped.includes(item.id);
}

export function spend(draft: Draft, itemId: string, ms: number): Draft {
  return { ...draft, item_ms: { ...draft.item_ms, [itemId]: Math.round((draft.item_ms[itemId] ?? 0) + ms) } };
}

/** Where the draft stands: the item on the screen, its place and the number of items as known now. */
export function findPlace(draft: Draft, presented: readonly Item[]) {
  const items = visibleItems(presented, draft.answers);
  const index = Math.max(0, items.findIndex((item) => item.id === draft.at));
  return { items, index, item: items[index] ?? null, isLast: index === items.length - 1 };
}

export function move(draft: Draft, presented: readonly Item[], steps: 1 | -1): Draft {
  const { items, index } = findPlace(draft, presented);
  return { ...draft, at: items[Math.min(items.length - 1, Math.max(0, index + steps))]?.id ?? null };
}

/** The body for the server: only what was shown counts. `utc_offset_min` is minutes east of UTC. */
export function finish(
  draft: Draft,
  presented: readonly Item[],
  circumstances: Pick<ResponseBody, "finished_at" | "zone" | "utc_offset_min" | "app">,
): ResponseBody {
  const shown = visibleItems(presented, draft.answers);
  const ids = new Set(shown.map((item) => item.id));
  return {
    instrument: draft.instrument,
    started_at: draft.started_at,
    answers: keep(shown, draft.answers),
    skipped: draft.skipped.filter((id) => ids.has(id)),
    shown: [...ids],
    item_ms: Object.fromEntries(Object.entries(draft.item_ms).filter(([id]) => ids.has(id))),
    ...circumstances,
  };
}

/** Ticks or clears one option of a multiple choice; an exclusive option ("alone") stands by itself. */
export function toggleOption(item: Item, chosen: readonly string[], id: string): string[] {
  const options = item.options ?? [];
  if (chosen.includes(id)) return chosen.filter((other) => other !== id);
  const isExclusive = (other: string) => options.find((option) => option.id === other)?.exclusive === true;
  const next = isExclusive(id) ? [id] : [...chosen.filter((other) => !isExclusive(other)), id];
  return options.map((option) => option.id).filter((other) => next.includes(other));
}

function keep(items: readonly Item[], answers: Answers): Answers {
  const ids = new Set(items.map((item) => item.id));
  return Object.fromEntries(Object.entries(answers).filter(([id]) => ids.has(id)));
}

function isEmpty(value: AnswerValue | null): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
