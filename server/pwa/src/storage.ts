// Everything Kiem keeps on the phone, in one IndexedDB database shared by the page and the service worker.
//   kv           small facts by name (Facts below)
//   instruments  questionnaires by key; they never change once released
//   drafts       a questionnaire begun but not finished, by beep
//   outbox       what must reach the server, by key, in order of `seq`; leaves only when the server has it
//   receipts     "shown / opened / started" marks still to be sent
//   kept         what the server did not take; shown to the owner, never dropped silently
//   memories     challenges done, with a note or photo; never sent anywhere
import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { GentleCard } from "./card";
import type { Memory } from "./memories";
import type { Help } from "./help_lines";
import type { ParentPlace, Parents } from "./parents";
import type { Draft } from "./questionnaire";
import type { Team } from "./team";
import type { GameWords } from "./team_acts";
import type { Beep, Instrument, Language, Me, Receipt, Today } from "./wire";
import type { Trends } from "./trends";

/** A step of joining, in the order in which they are shown; kept so that joining resumes where it stopped. */
export type JoinStep = "code" | "about" | "age" | "consent" | "recovery" | "parent" | "install" | "notify" | "rhythm" | "look" | "done";

export interface Facts {
  me: Me;
  today: Today;
  trends: Trends;
  language: Language;
  clock_offset_ms: number;
  join_step: JoinStep;
  join_code: string;
  /** The code on the screen stands in place of one that was just used. */
  recovery_renewed: boolean;
  recovery_code: string;
  birth_year: number;
  auto_next: boolean;
  /** Dates on which a challenge was done, as far as this phone has heard. */
  challenges_done: readonly string[];
  team: { body: Team; at: string };
  tree_seen: { team: string; stage: number };
  game_words: GameWords;
  card: GentleCard;
  help: Help;
  card_dismissed: boolean;
  /** Messages of the study that were read and put away. */
  notices_put_away: readonly string[];
  /** She agreed that staff of the study are told of signs. */
  watched: boolean;
  /** The last pause that was set, both days included. */
  pause: { from: string; until: string };
  /** Beeps whose notification this phone has shown, the newest last. */
  notified: readonly string[];
  parents: { body: Parents; at: string };
  /** As typed on this phone, to send a mail once more. */
  parent_mails: Partial<Record<ParentPlace, string>>;
  /** The entry of one's own that was begun last. */
  own_entry: Beep;
  /** Endpoint and key of the last subscription the server acknowledged. */
  device: { endpoint: string; key: string; at: string };
}

export interface OutboxEntry {
  readonly key: string;
  readonly beep: string;
  readonly kind: "response" | "challenge";
  readonly path: string;
  readonly body: unknown;
  readonly seq: number;
}

export interface KeptEntry extends OutboxEntry {
  readonly status: number;
  readonly code: string;
  readonly kept_at: string;
  readonly seen: boolean;
}

interface KiemSchema extends DBSchema {
  kv: { key: string; value: unknown };
  instruments: { key: string; value: Instrument };
  drafts: { key: string; value: Draft };
  outbox: { key: string; value: OutboxEntry; indexes: { seq: number } };
  receipts: { key: number; value: Receipt };
  kept: { key: string; value: KeptEntry };
  memories: { key: string; value: Memory };
}

export type Database = IDBPDatabase<KiemSchema>;

let opening: Promise<Database> | undefined;

/** The one open database. Reopened after a failure or when the browser closed it (storage pressure, erasing). */
export function openStorage(name = "kiem"): Promise<Database> {
  opening ??= openDB<KiemSchema>(name, 2, {
    upgrade(db, from) {
      // Phones that joined with the first version have everything but this.
      db.createObjectStore("memories", { keyPath: "beep" });
      if (from >= 1) return;
      db.createObjectStore("kv");
      db.createObjectStore("instruments", { keyPath: "key" });
      db.createObjectStore("drafts", { keyPath: "beep" });
      db.createObjectStore("outbox", { keyPath: "key" }).createIndex("seq", "seq");
      db.createObjectStore("receipts", { autoIncrement: true });
      db.createObjectStore("kept", { keyPath: "key" });
    },
    terminated: () => (opening = undefined),
    blocking: (_old, _new, event) => {
      opening = undefined;
      (event.target as IDBDatabase).close();
    },
  }).catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

export async function readFact<K extends keyof Facts>(name: K): Promise<Facts[K] | undefined> {
  return (await (await openStorage()).get("kv", name)) as Facts[K] | undefined;
}

/** What a start needs, read in one go: many small reads one after the other are what a slow phone waits for. */
export interface Stored {
  readonly facts: Partial<Facts>;
  readonly outbox: readonly OutboxEntry[];
  readonly kept: readonly KeptEntry[];
  /** Beeps with a draft. */
  readonly begun: readonly string[];
}

export async function readStored(): Promise<Stored> {
  const tx = (await openStorage()).transaction(["kv", "outbox", "kept", "drafts"], "readonly");
  const kv = tx.objectStore("kv");
  const [names, values, outbox, kept, begun] = await Promise.all([
    kv.getAllKeys(), kv.getAll(), tx.objectStore("outbox").index("seq").getAll(), tx.objectStore("kept").getAll(), tx.objectStore("drafts").getAllKeys(),
  ]);
  return { facts: Object.fromEntries(names.map((name, index) => [name, values[index]])), outbox, kept, begun };
}

export async function writeFact<K extends keyof Facts>(name: K, value: Facts[K]): Promise<void> {
  await (await openStorage()).put("kv", value, name);
}

export async function dropFact(name: keyof Facts): Promise<void> {
  await (await openStorage()).delete("kv", name);
}

/** Empties every store; used by "erase this app's data". */
export function eraseStorage(): Promise<void> {
  return eraseAllBut([]);
}

/** Empties every store but for these facts. */
export async function eraseAllBut(keep: readonly (keyof Facts)[]): Promise<void> {
  const db = await openStorage();
  const names = [...db.objectStoreNames];
  const tx = db.transaction(names, "readwrite");
  const kv = tx.objectStore("kv");
  const kept = await Promise.all(keep.map((name) => kv.get(name)));
  await Promise.all(names.map((name) => tx.objectStore(name).clear()));
  await Promise.all(keep.map((name, index) => (kept[index] === undefined ? undefined : kv.put(kept[index], name))));
  await tx.done;
}
