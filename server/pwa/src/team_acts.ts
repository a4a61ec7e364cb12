// What one can do in a team. Every act gives the team as it is then; a refusal gives the words for it.
import { type Answer, request } from "./api";
import { readFact, writeFact } from "./storage";
import type { Key } from "./strings/nl";
import { keepTeam, type SentSticker, type Team } from "./team";
import type { Text } from "./wire";

export interface Word { readonly key: string; readonly text: Text }

export interface GameWords {
  readonly avatars: readonly string[];
  readonly stickers: readonly string[];
  readonly adjectives: readonly Word[];
  readonly animals: readonly Word[];
}

export interface Name { readonly adjective: string; readonly animal: string }

/** The lists that names, avatars and stickers are chosen from; null when neither server nor phone has them. */
export async function fetchGameWords(): Promise<GameWords | null> {
  const answer = await request<GameWords>("GET", "/team/words");
  if (!answer.ok) return (await readFact("game_words")) ?? null;
  await writeFact("game_words", answer.body);
  return answer.body;
}

export const sendSticker = (sticker: string) => act("POST", "/team/stickers", { sticker });
export const leaveTeam = () => act("POST", "/team/leave", {});
export const reportMember = (member: string) => act("POST", "/team/report", { member });
export const showRanking = (show: boolean) => act("PUT", "/team/ranking", { show });
export const chooseAvatar = (avatar: string) => act("PUT", "/me/avatar", { avatar });
export const chooseName = (name: Name) => act("PUT", "/me/nickname", name);

async function act(method: string, path: string, body: unknown): Promise<Key | null> {
  const answer = await request<Team>(method, path, body);
  if (answer.ok) await keepTeam(answer.body);
  return answer.ok ? null : explainRefusal(answer);
}

export function explainRefusal(answer: Exclude<Answer<unknown>, { ok: true }>): Key {
  if (!answer.reached) return "team.unreachable";
  switch (answer.problem.code) {
    case "too-many-stickers": return "team.sticker.enough";
    case "too-many-moves": return "team.leave.enough";
    case "nickname-taken": return "look.taken";
    case "consent-missing": return "team.waiting";
    default: return "team.failed";
  }
}

/** The two halves of a nickname; null when it is not made of these words. */
export function splitName(words: GameWords, nickname: Text): Name | null {
  for (const adjective of words.adjectives) {
    const animal = words.animals.find(({ text }) => `${adjective.text.nl} ${text.nl}` === nickname.nl);
    if (animal) return { adjective: adjective.key, animal: animal.key };
  }
  return null;
}

/** Another name than `before`, by chance; both halves change. `random` gives numbers from 0 to 1. */
export function drawName(words: GameWords, before: Name | null, random: () => number): Name {
  const pick = (list: readonly Word[], not: string | undefined): string => {
    const others = list.filter((word) => word.key !== not);
    return (others[Math.floor(random() * others.length)] ?? list[0])?.key ?? "";
  };
  return { adjective: pick(words.adjectives, before?.adjective), animal: pick(words.animals, before?.animal) };
}

export function sayName(words: GameWords, name: Name): Text {
  const adjective = words.adjectives.find(({ key }) => key === name.adjective)?.text;
  const animal = words.animals.find(({ key }) => key === name.animal)?.text;
  return { nl: `${adjective?.nl ?? ""} ${animal?.nl ?? ""}`.trim(), en: `${adjective?.en ?? ""} ${animal?.en ?? ""}`.trim() };
}

const BUBBLE_MS = 24 * 3_600_000;

/** The sticker that each member sent last, if that was within a day: it hangs beside the avatar. */
export function lastStickers(stickers: readonly SentSticker[], now: Date): Map<string, string> {
  const last = new Map<string, string>();
  for (const sent of stickers) {
    const fresh = now.getTime() - Date.parse(sent.at) < BUBBLE_MS;
    if (fresh && sent.member !== null && !last.has(sent.member)) last.set(sent.member, sent.sticker);
  }
  return last;
}

/** How far the tree is towards its next stage, in whole percents of all that the team can do; null when full-grown. */
export function wayToSpurt(tree: Team["tree"]): { have: number; need: number; share: number } | null {
  if (tree.next_spurt === null) return null;
  // Never "33 of 33": rounding must not promise what is not there yet.
  const need = Math.ceil(tree.next_spurt * 100);
  return { have: Math.min(need - 1, Math.floor(tree.share * 100)), need, share: Math.min(1, tree.share / tree.next_spurt) };
}
