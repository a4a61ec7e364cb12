// The words for what a gate still waits for: one, and several.
import type { Key } from "../strings/nl";
import type { Need } from "../trends";

export const NEEDS: Record<Need["what"], readonly [Key, Key]> = {
  answers: ["trends.need.answers.one", "trends.need.answers.many"],
  days: ["trends.need.days.one", "trends.need.days.many"],
  span_days: ["trends.need.span.one", "trends.need.span.many"],
  pairs: ["trends.need.pairs.one", "trends.need.pairs.many"],
};
