// The team and its tree, as last heard. On the phone, so that the tree also stands there without a network.
import { signal } from "@preact/signals";
import { request } from "./api";
import { now } from "./clock";
import { dropFact, type Facts, readFact, writeFact } from "./storage";
import type { Text } from "./wire";

export interface Member {
  readonly id: string;
  readonly nickname: Text;
  readonly avatar: string;
  readonly me: boolean;
}

export interface SentSticker {
  readonly id: string;
  /** Null: has left the team. */
  readonly member: string | null;
  readonly nickname: Text;
  readonly avatar: string;
  readonly sticker: string;
  readonly at: string;
  readonly me: boolean;
}

export interface Team {
  /** The same for all its members: the shape of the tree follows from it. */
  readonly id: string;
  /** stage 0 to 12; shares 0 to 1 of all that a team can do. None of them ever falls. */
  readonly tree: { readonly stage: number; readonly share: number; readonly next_spurt: number | null };
  readonly members: readonly Member[];
  readonly stickers: readonly SentSticker[];
  /** One's own only. */
  readonly points: { readonly total: number; readonly today: number; readonly most_a_day: number };
  readonly streak: { readonly days: number; readonly rest_days_left: number };
  /** Null unless one chose to be in it. */
  readonly ranking: readonly (Omit<Member, "id"> & { readonly member: string; readonly points: number })[] | null;
}

export const team = signal<Team | null>(null);
/** When the server last told, if the last question did not reach it; else null. */
export const teamIsFrom = signal<string | null>(null);
/** The stage that was last looked at, and of which tree. */
export const treeSeen = signal<{ readonly team: string; readonly stage: number } | null>(null);

/** Shows what the phone has. */
export function loadTeam({ team: stored, tree_seen: seen }: Partial<Facts>, { online }: { online: boolean }): void {
  team.value = stored?.body ?? null;
  // With a network the server is asked in a moment, and nobody needs to read that it is old.
  teamIsFrom.value = online ? null : (stored?.at ?? null);
  treeSeen.value = seen ?? null;
}

export async function refreshTeam(): Promise<void> {
  const answer = await request<Team>("GET", "/team");
  if (answer.ok) await keepTeam(answer.body);
  else if (answer.reached && answer.status === 403) {
    // Not begun yet, or no longer in the study: there is no team to show.
    team.value = null;
    await dropFact("team");
  } else teamIsFrom.value = (await readFact("team"))?.at ?? null;
}

export async function keepTeam(body: Team): Promise<void> {
  team.value = body;
  teamIsFrom.value = null;
  await writeFact("team", { body, at: now().toISOString() });
}

/** Whether the tree grew since it was last looked at. A tree that one sees for the first time has not. */
export function hasGrown(body: Team | null, seen: { readonly team: string; readonly stage: number } | null): boolean {
  return body !== null && seen !== null && seen.team === body.id && body.tree.stage > seen.stage;
}

export async function markTreeSeen(body: Team): Promise<void> {
  treeSeen.value = { team: body.id, stage: body.tree.stage };
  await writeFact("tree_seen", treeSeen.value);
}
