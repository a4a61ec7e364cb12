// A yes is missing, hers or a parent's: what to say about it, and where it can be seen to. Until then nothing is asked.
import type { Parent } from "./parents";
import type { Key } from "./strings/nl";
import type { Me } from "./wire";

export interface WaitingWords {
  readonly title: Key;
  readonly body: Key;
  /** Where it can be seen to, and the word on the way there. */
  readonly to: string;
  readonly go: Key;
}

/** Null: nothing is missing. `asked`: the parents that were asked; undefined when this phone does not know. */
export function describeWaiting(
  me: Pick<Me, "waiting" | "asked_again_at"> | null,
  asked?: readonly Pick<Parent, "state">[],
): WaitingWords | null {
  const again = Boolean(me?.asked_again_at);
  if (me?.waiting === "parent") {
    // There is nothing to wait for after a no, and who was stopped by it is told so at once.
    if (asked?.some(({ state }) => state === "refused" || state === "withdrawn")) {
      return { title: "today.waiting.no", body: "today.waiting.no.body", to: "/settings/parent", go: "today.waiting.parent.go" };
    }
    // One of two has said yes, and the other was not asked yet: perhaps the study wants two since yesterday.
    if (asked !== undefined && asked.length > 0 && asked.every(({ state }) => state === "agreed")) {
      return { title: "today.waiting.second", body: "today.waiting.second.body", to: "/settings/parent", go: "today.waiting.second.ask" };
    }
    return {
      title: "today.waiting.parent",
      body: again ? "today.waiting.text.parent" : "today.waiting.parent.body",
      to: "/settings/parent",
      go: asked?.length !== 0 ? "today.waiting.parent.go" : "today.waiting.parent.ask",
    };
  }
  if (me?.waiting === "consent") {
    return {
      title: again ? "today.waiting.text" : "today.waiting.consent",
      body: again ? "today.waiting.text.body" : "today.waiting.consent.body",
      to: "/settings/consent",
      go: "today.waiting.consent.go",
    };
  }
  return null;
}
