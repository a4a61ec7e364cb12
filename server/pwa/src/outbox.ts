// What must reach the server. An answer is written here before anything is sent, and leaves only when the server has
// acknowledged it. The beep is the key, so sending twice is harmless: the server answers 200 the second time.
//
// flush(), step by step:
//   1. one flusher at a time (Web Lock) on this phone; without locks two may run, which the server tolerates;
//   2. entries go in the order in which they were written;
//   3. 200 or 201: the server has it, forget it here;
//   4. 409, 410, 422 and other refusals with a code of ours: repeating cannot help, so keep it aside and go on with the next;
//   5. 401: nobody is signed in; stop, keep everything;
//   6. not reached, 408, 429, 5xx, a refusal by something on the way: stop, keep everything, try again later; not before
//      the time that the server asked for (Retry-After), and each phone at a moment of its own, or all would come at once;
//   7. "clock-ahead": one of the two clocks is wrong. The entry waits while it is young, the others go on.
import { type Answer, request } from "./api";
import { type Database, type KeptEntry, type OutboxEntry, openStorage } from "./storage";
import type { ChallengeBody, Receipt, ReceiptKind, ResponseBody } from "./wire";

const MOST_RECEIPTS = 200;
const LONGEST_WAIT_S = 600;
const YOUNG_MS = 2 * 3_600_000;
const NOT_BEFORE = "not_before"; // the moment (ms) until which the server asked to be left alone

export type FlushEnd = "empty" | "later" | "signed-out";

export async function putResponse(beep: string, body: ResponseBody): Promise<void> {
  await put({ key: `response/${beep}`, beep, kind: "response", path: `/beeps/${beep}/response`, body });
}

/** An entry of one's own, under the UUID that this phone drew. */
export async function putOwnEntry(event: string, body: ResponseBody): Promise<void> {
  await put({ key: `response/${event}`, beep: event, kind: "response", path: `/events/${event}/response`, body });
}

export async function putChallenge(beep: string, body: ChallengeBody): Promise<void> {
  // A swap and a later "done" are two facts; a second "done" replaces the first.
  await put({ key: `challenge/${beep}/${body.outcome}`, beep, kind: "challenge", path: `/beeps/${beep}/challenge`, body });
}

async function put(entry: Omit<OutboxEntry, "seq">): Promise<void> {
  const tx = (await openStorage()).transaction(["outbox", "drafts"], "readwrite");
  const last = await tx.objectStore("outbox").index("seq").openCursor(null, "prev");
  await tx.objectStore("outbox").put({ ...entry, seq: (last?.key ?? 0) + 1 });
  // The draft goes in the same transaction: a phone that dies here has either the draft or the answer, never none.
  if (entry.kind === "response") await tx.objectStore("drafts").delete(entry.beep);
  await tx.done;
}

export async function listOutbox(): Promise<OutboxEntry[]> {
  return (await openStorage()).getAllFromIndex("outbox", "seq");
}

export async function listKept(): Promise<KeptEntry[]> {
  return (await openStorage()).getAll("kept");
}

export async function markKeptSeen(): Promise<void> {
  const db = await openStorage();
  for (const entry of await db.getAll("kept")) await db.put("kept", { ...entry, seen: true });
}

export async function noteReceipt(beep: string, kind: ReceiptKind, at: Date): Promise<void> {
  await (await openStorage()).add("receipts", { beep, kind, at: at.toISOString() } satisfies Receipt);
}

/** Sends what waits. Safe to call at any time, from the page and from the worker. */
export function flush(now: () => Date): Promise<FlushEnd> {
  return whileNothingLeaves(() => flushAlone(now));
}

/** Runs `act` while nobody else on this phone sends what waits. */
export function whileNothingLeaves<T>(act: () => Promise<T>): Promise<T> {
  const locks = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
  return locks ? (locks.request("kiem-outbox", act) as Promise<T>) : act();
}

async function flushAlone(now: () => Date): Promise<FlushEnd> {
  const db = await openStorage();
  if ((await readWait(now())) > 0) return "later";
  let waiting = false;
  for (const entry of await listOutbox()) {
    const answer = await request<unknown>("PUT", entry.path, entry.body);
    const verdict = judge(answer);
    if (verdict === "later") await noteWait(db, answer, now());
    if (verdict === "later" || verdict === "signed-out") return verdict;
    if (verdict === "refused" && isAheadOnly(answer, entry, now())) {
      waiting = true;
      continue;
    }
    const tx = db.transaction(["outbox", "kept"], "readwrite");
    const current = await tx.objectStore("outbox").get(entry.key);
    // Changed while it travelled (a challenge done again): the newer one must still go.
    if (current?.seq === entry.seq) await tx.objectStore("outbox").delete(entry.key);
    if (verdict === "refused" && !answer.ok && answer.reached) {
      const { status, code } = answer.problem;
      await tx.objectStore("kept").put({ ...entry, status, code, kept_at: now().toISOString(), seen: false });
    }
    await tx.done;
  }
  const end = await flushReceipts();
  return waiting && end === "empty" ? "later" : end;
}

/** For how many more ms the server wishes to be left alone; a clock that was set back does not make it last longer. */
export async function readWait(now: Date): Promise<number> {
  const until = (await (await openStorage()).get("kv", NOT_BEFORE)) as number | undefined;
  const left = (until ?? 0) - now.getTime();
  return left > 0 && left <= 2 * LONGEST_WAIT_S * 1000 ? left : 0;
}

async function noteWait(db: Database, answer: Answer<unknown>, now: Date): Promise<void> {
  if (answer.ok || !answer.reached || answer.retryAfterS === null || answer.retryAfterS <= 0) return;
  const wait = Math.min(answer.retryAfterS, LONGEST_WAIT_S) * (1 + Math.random());
  await db.put("kv", now.getTime() + wait * 1000, NOT_BEFORE);
}

function isAheadOnly(answer: Answer<unknown>, entry: OutboxEntry, now: Date): boolean {
  if (answer.ok || !answer.reached || answer.problem.code !== "clock-ahead") return false;
  const at = Date.parse((entry.body as { finished_at?: string; at?: string }).finished_at ?? (entry.body as { at?: string }).at ?? "");
  return now.getTime() - at < YOUNG_MS;
}

async function flushReceipts(): Promise<FlushEnd> {
  const db = await openStorage();
  const keys = await db.getAllKeys("receipts", null, MOST_RECEIPTS);
  if (keys.length === 0) return "empty";
  const receipts = await Promise.all(keys.map((key) => db.get("receipts", key)));
  const answer = await request<unknown>("POST", "/receipts", { receipts: receipts.filter(Boolean) });
  const verdict = judge(answer);
  if (verdict === "later" || verdict === "signed-out") return verdict;
  const tx = db.transaction("receipts", "readwrite");
  await Promise.all([...keys.map((key) => tx.store.delete(key)), tx.done]);
  return "empty";
}

function judge(answer: Answer<unknown>): "taken" | "refused" | "signed-out" | "later" {
  if (answer.ok) return "taken";
  if (!answer.reached) return "later";
  if (answer.status === 401) return "signed-out";
  // A yes is missing, hers or a parent's: what was answered before stays here until it is there.
  if (answer.problem.code === "consent-missing") return "later";
  // Enough entries of one's own for that day: it will not become fewer by waiting.
  if (answer.problem.code === "too-many-events") return "refused";
  // Without our own code it was not our server that refused, but something on the way to it.
  const passing = answer.status >= 500 || answer.status === 408 || answer.status === 429 || answer.problem.code === "unknown";
  return passing ? "later" : "refused";
}
