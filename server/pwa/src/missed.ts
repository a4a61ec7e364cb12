// Why a beep was missed, as far as this phone can know. Never somebody's fault: a reason is only ever a relief.
import { signal } from "@preact/signals";
import type { PushState } from "./push_state";
import type { Facts } from "./storage";
import type { Beep } from "./wire";

export type WhyMissed = "pause" | "off" | "silent" | "closed";

/** What this phone remembers of messages and pauses. */
export interface Heard {
  readonly notified: readonly string[];
  readonly pause: { readonly from: string; readonly until: string } | null;
}

export const heard = signal<Heard>({ notified: [], pause: null });

export function loadHeard({ notified, pause }: Partial<Facts>): void {
  heard.value = { notified: notified ?? [], pause: pause ?? null };
}

/** The pause that `date` lies in, both its days included. */
export function pauseOn(date: string, { pause }: Heard): Heard["pause"] {
  return pause && pause.from <= date && date <= pause.until ? pause : null;
}

export function whyMissed(beep: Beep, { notified, pause }: Heard, push: PushState): WhyMissed {
  if (pauseOn(beep.local_date, { notified, pause })) return "pause";
  if (notified.includes(beep.id)) return "closed";
  return push === "on" || push === "broken" ? "silent" : "off";
}
