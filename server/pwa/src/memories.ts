// What somebody did of the challenges, with a note and a photo if she likes. Only on this phone: nothing in this file
// talks to the network, and nothing that does reads this store.
import { signal } from "@preact/signals";
import { openStorage } from "./storage";
import type { Card, Text } from "./wire";

export interface Memory {
  /** Of the challenge's beep: one memory a day. */
  readonly beep: string;
  /** "YYYY-MM-DD". */
  readonly date: string;
  readonly slug: string;
  readonly strategy: string;
  readonly title: Text;
  readonly fun: number | null;
  readonly note: string;
  readonly photo: Blob | null;
}

/** Newest first. Empty until `loadMemories`. */
export const memories = signal<readonly Memory[]>([]);

export async function loadMemories(): Promise<void> {
  const all = await (await openStorage()).getAll("memories");
  memories.value = all.sort((a, b) => b.date.localeCompare(a.date));
}

/** A challenge was done: it gets its place, and what was noted before stays. */
export async function rememberDone(challenge: { beep: string; local_date: string }, card: Card, fun: number | null): Promise<void> {
  const { slug, strategy, title } = card;
  const tx = (await openStorage()).transaction("memories", "readwrite");
  const before = await tx.store.get(challenge.beep);
  const kept = { note: before?.note ?? "", photo: before?.photo ?? null };
  await tx.store.put({ beep: challenge.beep, date: challenge.local_date, slug, strategy, title, fun, ...kept });
  await tx.done;
  await loadMemories();
}

/** Keeps a note and a photo with what was done. */
export async function keepMemory(memory: Memory, kept: Pick<Memory, "note" | "photo">): Promise<void> {
  await (await openStorage()).put("memories", { ...memory, ...kept });
  await loadMemories();
}
