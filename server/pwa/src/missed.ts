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

export function whyMissed(beep: Beep, { notified, pause }: Heard, push: PushState): WhyMissed {
  if (pause && pause.from <= beep.local_date && beep.local_date <= pause.until) return "pause";
  if (notified.includes(beep.id)) return "closed";
  return push === "on" || push === "broken" ? "silent" : "off";
}
