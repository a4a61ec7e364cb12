// The words for what is drawn in the game.
import { t } from "../language";
import type { Key } from "../strings/nl";

const TREE: readonly Key[] = [
  "tree.0", "tree.1", "tree.2", "tree.3", "tree.4", "tree.5", "tree.6", "tree.7", "tree.8", "tree.9", "tree.10", "tree.11", "tree.12",
];

const AVATARS: Record<string, Key> = {
  fox: "avatar.fox", owl: "avatar.owl", hedgehog: "avatar.hedgehog", otter: "avatar.otter", frog: "avatar.frog", beetle: "avatar.beetle",
  bee: "avatar.bee", snail: "avatar.snail", hare: "avatar.hare", robin: "avatar.robin", deer: "avatar.deer", squirrel: "avatar.squirrel",
};

const STICKERS: Record<string, Key> = {
  hello: "sticker.hello", well_done: "sticker.well_done", thank_you: "sticker.thank_you", keep_going: "sticker.keep_going",
  sun: "sticker.sun", rain: "sticker.rain", rainbow: "sticker.rainbow", tea: "sticker.tea", sleepy: "sticker.sleepy",
  laugh: "sticker.laugh", music: "sticker.music", star: "sticker.star", high_five: "sticker.high_five", hug: "sticker.hug",
  party: "sticker.party", sprout: "sticker.sprout",
};

/** What the tree is now: "a young tree with its first blossom". */
export function sayStage(stage: number): string {
  return t(TREE[Math.max(0, Math.min(stage, TREE.length - 1))]!);
}

export function sayTree(stage: number): string {
  return t("team.tree", { n: stage, last: TREE.length - 1, what: sayStage(stage) });
}

/** A new one that this version has no word for is what it is drawn as: a sprout. */
export const sayAvatar = (name: string): string => (AVATARS[name] ? t(AVATARS[name]) : name);
export const saySticker = (name: string): string => t(STICKERS[name] ?? "sticker.sprout");
