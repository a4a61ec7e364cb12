// A parent's yes, as far as the young person sees it: who was asked, and what came of it. The server masks addresses;
// the one that was typed here stays on this phone, so that the mail can be sent once more with one tap.
import { signal } from "@preact/signals";
import { type Answer, request } from "./api";
import { now } from "./clock";
import { readFact, writeFact } from "./storage";
import type { Key } from "./strings/nl";
import type { Language } from "./wire";

export type ParentPlace = 1 | 2;

export interface Parent {
  readonly parent: ParentPlace;
  readonly state: "waiting" | "reminded" | "agreed" | "refused" | "withdrawn" | "expired" | "undeliverable";
  readonly method: "mail" | "letter";
  /** Masked. */
  readonly mail: string | null;
  readonly decided_at: string | null;
  /** Null: no further mail is possible. */
  readonly may_send_from: string | null;
}

export interface Parents {
  /** 0: she decides alone. */
  readonly required: 0 | 1 | 2;
  readonly parents: readonly Parent[];
}

export const parents = signal<Parents | null>(null);
/** When the server last told, if the last question did not reach it; else null. */
export const parentsAreFrom = signal<string | null>(null);

/** Shows what the phone has, then what the server says. */
export async function refreshParents(): Promise<void> {
  const kept = await readFact("parents");
  parents.value ??= kept?.body ?? null;
  const answer = await request<Parents>("GET", "/me/parents");
  if (answer.ok) await keep(answer.body);
  else if (!answer.reached) parentsAreFrom.value = kept?.at ?? null;
}

/** Asks by mail, or once more. Null when the mail is on its way, else what to say. */
export async function askParent(parent: ParentPlace, mail: string, language: Language): Promise<Key | null> {
  const typed = mail.trim();
  const answer = await request<Parents>("POST", "/me/parents", { mail: typed, language, parent });
  if (!answer.ok) return explainParent(answer);
  await keep(answer.body);
  await writeFact("parent_mails", { ...(await readFact("parent_mails")), [parent]: typed });
  return null;
}

export function explainParent(answer: Exclude<Answer<unknown>, { ok: true }>): Key {
  if (!answer.reached) return "parent.unreachable";
  switch (answer.problem.code) {
    case "invalid": return "parent.mail.wrong";
    case "consent-first": return "parent.first";
    case "parent-same-mail": return "parent.same";
    case "parent-decided": return "parent.decided";
    case "too-many-mails": return "parent.busy";
    default: return "parent.failed";
  }
}

/** The places in their order, asked or not. */
export function placesOf(body: Parents): (Parent | ParentPlace)[] {
  return ([1, 2] as const).slice(0, body.required).map((place) => body.parents.find((one) => one.parent === place) ?? place);
}

/** Whether an address must be typed before anything can go on. */
export function needsAddress(place: Parent | ParentPlace): boolean {
  return typeof place === "number" || ["refused", "withdrawn", "expired", "undeliverable"].includes(place.state);
}

async function keep(body: Parents): Promise<void> {
  parents.value = body;
  parentsAreFrom.value = null;
  await writeFact("parents", { body, at: now().toISOString() });
}
