// The gentle card: words from the server, shown until somebody puts them away. Why it came is nowhere on the phone.
import { signal } from "@preact/signals";
import { request } from "./api";
import { dropFact, type Facts, readFact, writeFact } from "./storage";
import type { Text } from "./wire";

export interface GentleCard {
  readonly title: Text;
  readonly text: Text;
  readonly message: Text;
}

interface Answered {
  readonly show: boolean;
  readonly title: Text | null;
  readonly text: Text | null;
  readonly message: Text | null;
}

export const card = signal<GentleCard | null>(null);

export function loadCard(facts: Partial<Facts>): void {
  card.value = facts.card ?? null;
}

/** Asks whether there is a card. Out of reach, the one that is there stays. */
export async function refreshCard(): Promise<void> {
  if (!(await tellDismissed())) return;
  const answer = await request<Answered>("GET", "/card");
  if (!answer.ok) return;
  const { show, title, text, message } = answer.body;
  card.value = show && title && text && message ? { title, text, message } : null;
  if (card.value) await writeFact("card", card.value);
  else await dropFact("card");
}

/** Puts the card away, at once; the server hears of it now or at the next occasion. */
export async function dismissCard(): Promise<void> {
  card.value = null;
  await Promise.all([dropFact("card"), writeFact("card_dismissed", true)]);
  await tellDismissed();
}

/** False while the server does not know yet that the card was put away: it would only show it again. */
async function tellDismissed(): Promise<boolean> {
  if (!(await readFact("card_dismissed"))) return true;
  const answer = await request<null>("POST", "/card/dismiss");
  if (!answer.ok) return false;
  await dropFact("card_dismissed");
  return true;
}
