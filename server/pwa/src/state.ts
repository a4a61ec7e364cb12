// What the screens show, as signals, and the few acts that change it. Signals are filled from the phone's own storage
// first and from the server second, so every screen works without a network.
import { batch, computed, signal } from "@preact/signals";
import { request } from "./api";
import { loadCard, refreshCard } from "./card";
import { learnOffset, now, setOffset } from "./clock";
import { dropOldDrafts } from "./drafts";
import { endingOf, tookPart, withoutQuestions } from "./ending";
import { flush, type FlushEnd, listOutbox, putChallenge, putOwnEntry, putResponse, readWait } from "./outbox";
import { parents, refreshParents } from "./parents";
import { nextChange, viewDay } from "./plan";
import { loadHeard } from "./missed";
import { loadNotices } from "./notices";
import { type Facts, type KeptEntry, type OutboxEntry, openStorage, readStored, type Stored, writeFact } from "./storage";
import { loadTeam, refreshTeam, team } from "./team";
import { catchUp, findTaken, markTaken, rememberTaken } from "./taken";
import type { Trends } from "./trends";
import type { Beep, ChallengeBody, Instrument, Language, Me, Outcome, ResponseBody, Today } from "./wire";
import { fetchWords, guessLanguage, rememberLanguage, speak } from "./words";

export const me = signal<Me | null>(null);
export const today = signal<Today | null>(null);
export const trends = signal<Trends | null>(null);
export const outbox = signal<readonly OutboxEntry[]>([]);
export const kept = signal<readonly KeptEntry[]>([]);
export const begun = signal<ReadonlySet<string>>(new Set());
export const language = signal<Language>("nl");
export const autoNext = signal(true);
/** The last attempt to reach the server failed. */
export const offline = signal(false);
/** The server no longer knows this phone; answers wait here until somebody signs in again. */
export const signedOut = signal(false);
export const minute = signal(now());
/** The title of a study whose code came by while she takes part in another one. Kept until it is read, not longer:
 *  whoever opens the app anew asked for nothing. */
export const posterSeen = signal<string | null>(null);
/** Dates on which a challenge was done, as far as this phone has heard. */
export const challengesDone = signal<ReadonlySet<string>>(new Set());

export const day = computed(() => {
  if (!today.value) return null;
  const answered = new Set(outbox.value.filter((entry) => entry.kind === "response").map((entry) => entry.beep));
  const view = viewDay(today.value, minute.value, { answered, begun: begun.value });
  return endingOf(me.value, view.date)?.why === "stopped" ? withoutQuestions(view) : view;
});

/** How her part ended; null while it goes on, and while the last questions may still be answered. */
export const ending = computed(() => {
  const view = day.value;
  return view && view.open.length === 0 ? endingOf(me.value, view.date) : null;
});

/** How much came of it, of somebody whose days are over; of who stopped it is not asked. */
export const part = computed(() => {
  if (ending.value?.why !== "over") return "much";
  return tookPart(ending.value, trends.value, {
    waiting: outbox.value.filter((entry) => entry.kind === "response").length,
    challenges: challengesDone.value.size,
    points: team.value?.points.total ?? 0,
    heard: today.value?.date ?? "",
  });
});

/** The outcome of the day's challenge, counting what still waits on this phone. */
export const challengeOutcome = computed(() => {
  const challenge = today.value?.challenge;
  if (!challenge) return null;
  const waiting = outbox.value.filter((entry) => entry.kind === "challenge" && entry.beep === challenge.beep);
  return (waiting.at(-1)?.body as ChallengeBody | undefined) ?? challenge.outcome;
});

/** Reads everything from the phone. */
export async function loadState(): Promise<void> {
  const stored = await readStored();
  const { facts } = stored;
  batch(() => {
    me.value = facts.me ?? null;
    today.value = facts.today ?? null;
    trends.value = facts.trends ?? null;
    language.value = facts.language ?? facts.me?.language ?? guessLanguage();
    setOffset(facts.clock_offset_ms ?? 0);
    autoNext.value = facts.auto_next ?? true;
    challengesDone.value = new Set(facts.challenges_done);
    offline.value = !navigator.onLine;
    parents.value = facts.parents?.body ?? null;
    loadTeam(facts, { online: navigator.onLine });
    loadCard(facts);
    loadNotices(facts);
    loadHeard(facts);
    showQueues(stored);
  });
  tick();
}

/** Shows what waits on this phone now; what the server took meanwhile, from here or from the worker, is marked at once. */
export async function reloadQueues(): Promise<void> {
  const stored = await readStored();
  const taken = findTaken(outbox.value, stored);
  batch(() => {
    if (today.value && taken.length > 0) today.value = markTaken(today.value, taken);
    loadHeard(stored.facts);
    showQueues(stored);
  });
  rememberTaken(taken, Date.now());
  // Not on a phone that was emptied meanwhile.
  if (taken.length > 0 && today.value && stored.facts.today) await writeFact("today", today.value);
}

function showQueues(stored: Stored): void {
  outbox.value = stored.outbox;
  kept.value = stored.kept;
  begun.value = new Set(stored.begun);
}

/** Asks the server for what may have changed, then sends what waits. */
export async function refresh(): Promise<void> {
  await sendOutbox();
  const profile = await request<Me>("GET", "/me");
  if (profile.ok) await setMe(profile.body);
  else if (profile.reached && profile.status === 401) signedOut.value = me.value !== null;
  offline.value = !profile.ok && (!profile.reached || profile.status >= 500);
  if (!profile.ok) return;
  signedOut.value = false;
  await refreshToday();
  if (profile.body.waiting === "parent") await refreshParents();
  // Who still waits for a yes has no team, and nothing was asked that a card could follow.
  if (!profile.body.waiting && !profile.body.left_at) await Promise.all([refreshTeam(), refreshCard()]);
  // Once a day is enough for the garden on the today screen; the trends screen asks for itself.
  if (trends.value === null || trends.value.until < (day.value?.date ?? "")) await refreshTrends();
}

export async function refreshToday(): Promise<void> {
  const sentAt = Date.now();
  const plan = await request<Today>("GET", "/today");
  if (!plan.ok) return;
  // An unchanged plan comes out of the browser's own store (304), with the time at which it was put there; only the
  // header is always of this moment.
  await writeFact("clock_offset_ms", learnOffset(plan.serverNow ?? plan.body.now, sentAt, Date.now()));
  today.value = catchUp(plan.body, sentAt);
  await writeFact("today", today.value);
  await noteChallenge(plan.body.challenge?.outcome?.outcome);
  tick();
  if ((await dropOldDrafts(plan.body, now())) > 0) await reloadQueues();
  const keys = new Set(plan.body.beeps.map((beep) => beep.instrument).filter((key) => key !== null));
  for (const key of keys) await getInstrument(key);
}

export async function refreshTrends(): Promise<void> {
  const answer = await request<Trends>("GET", "/trends");
  offline.value = !answer.ok && !answer.reached;
  if (!answer.ok) return;
  trends.value = answer.body;
  await writeFact("trends", answer.body);
}

/** A questionnaire from the phone, else from the server; null when neither has it. */
export async function getInstrument(key: string): Promise<Instrument | null> {
  const db = await openStorage();
  const stored = await db.get("instruments", key);
  if (stored) return stored;
  const answer = await request<Instrument>("GET", `/instruments/${encodeURIComponent(key)}`);
  if (!answer.ok) return null;
  const instrument = { ...answer.body, key };
  await db.put("instruments", instrument);
  return instrument;
}

/** A beep from the stored plan, else from the server (a notification for a plan this phone has not seen).
 *  "unknown": the server has no such beep for this participant. Null: the server was not reached. */
export async function getBeep(id: string): Promise<Beep | "unknown" | null> {
  const known = today.value?.beeps.find((beep) => beep.id === id);
  if (known) return known;
  const answer = await request<Beep>("GET", `/beeps/${encodeURIComponent(id)}`);
  if (answer.ok) return answer.body;
  return answer.reached && answer.status === 404 ? "unknown" : null;
}

export async function setMe(profile: Me): Promise<void> {
  me.value = profile;
  await writeFact("me", profile);
}

/** Speaks `next` from now on; false when its words cannot be reached, and everything stays as it was. */
export async function setLanguage(next: Language): Promise<boolean> {
  const found = await fetchWords(next);
  if (!found) return false;
  batch(() => {
    speak(next, found);
    rememberLanguage(next);
    language.value = next;
  });
  document.documentElement.lang = next;
  await writeFact("language", next);
  return true;
}

export async function setFact<K extends keyof Facts>(name: K, value: Facts[K]): Promise<void> {
  if (name === "auto_next") autoNext.value = value as boolean;
  await writeFact(name, value);
}

export async function submitResponse(beep: Beep, body: ResponseBody): Promise<void> {
  await (beep.kind === "event" ? putOwnEntry(beep.id, body) : putResponse(beep.id, body));
  await reloadQueues();
  void sendOutbox();
}

export async function submitChallenge(
  beep: string,
  outcome: Outcome,
  slug: string,
  feelings: { fun?: number; helped?: number } = {},
): Promise<void> {
  await putChallenge(beep, { outcome, slug, ...feelings, at: now().toISOString() });
  await noteChallenge(outcome);
  await reloadQueues();
  void sendOutbox();
}

/** Remembers that the challenge of the day was done, for the week's card. */
async function noteChallenge(outcome: Outcome | undefined): Promise<void> {
  const date = today.value?.challenge?.local_date;
  if (outcome !== "done" || !date || challengesDone.value.has(date)) return;
  challengesDone.value = new Set([...challengesDone.value, date]);
  await writeFact("challenges_done", [...challengesDone.value]);
}

let retry: ReturnType<typeof setTimeout> | undefined;

/** Sends what waits; what the server then has is marked in the plan on this phone. */
export async function sendOutbox(): Promise<FlushEnd> {
  const before = await listOutbox();
  const end = await flush(now);
  if (end === "signed-out") signedOut.value = me.value !== null;
  await reloadQueues();
  // What was answered may have made the tree grow, or be a reason for a kind word.
  if (findTaken(before, { outbox: outbox.value, kept: kept.value }).length > 0) void Promise.all([refreshTeam(), refreshCard()]);
  const wait = end === "later" ? await readWait(now()) : 0;
  clearTimeout(retry);
  if (wait > 0) retry = setTimeout(() => void tryAgain(), wait + 50);
  if (end === "later" && outbox.value.length > 0) await askForSync();
  return end;
}

/** When the time that the server asked for is over, on a page that is still open. */
async function tryAgain(): Promise<void> {
  if ((await sendOutbox()) === "empty" && offline.value) await refresh();
}

/** Chromium wakes the worker when the network is back; the others wait for the next start, `online` or look. */
async function askForSync(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } } | undefined)?.sync;
  await sync?.register("kiem-outbox").catch(() => undefined);
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Moves the screens' clock: every 10 s, and exactly when a beep opens or closes. */
export function tick(): void {
  minute.value = now();
  clearTimeout(timer);
  const change = today.value ? nextChange(today.value, minute.value) : null;
  const wait = change === null ? 10_000 : Math.min(10_000, change - minute.value.getTime() + 50);
  timer = setTimeout(tick, Math.max(50, wait));
}
