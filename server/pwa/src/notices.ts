// Messages of the study on the today screen. Putting one away happens on this phone alone and works without a network:
// the study does not learn whether a message was read. The server stops showing it after a week by itself.
import { signal } from "@preact/signals";
import { type Facts, writeFact } from "./storage";
import type { Notice } from "./wire";

/** Messages that were put away, as key and moment: the same text sent again later is a new message. */
export const putAway = signal<readonly string[]>([]);

export function loadNotices(facts: Partial<Facts>): void {
  putAway.value = facts.notices_put_away ?? [];
}

/** What is still to be read. */
export function unread(notices: readonly Notice[] | undefined, away: readonly string[]): Notice[] {
  return (notices ?? []).filter((notice) => !away.includes(name(notice)));
}

/** Puts a message away; of what the server shows no more, nothing is remembered. It leaves the screen once the phone
 * holds that: an app that is killed right after must not show again what was seen to go. Where the phone keeps nothing
 * (its storage is full), it is away until the next start. */
export async function putNoticeAway(notice: Notice, shown: readonly Notice[]): Promise<void> {
  const current = new Set(shown.map(name));
  const away = [...putAway.value.filter((other) => current.has(other) && other !== name(notice)), name(notice)];
  try {
    await writeFact("notices_put_away", away);
  } finally {
    putAway.value = away;
  }
}

const name = ({ key, at }: Notice): string => `${key}@${at}`;
