// The day from morning to evening, as four bars. A part with too few answers is an outline with what it still needs.
import { count, t } from "../language";
import type { Key } from "../strings/nl";
import type { Measure } from "../trends";

const PARTS: Record<string, Key> = {
  morning: "trends.part.morning", midday: "trends.part.midday", afternoon: "trends.part.afternoon", evening: "trends.part.evening",
};

export function ProfileBars({ measure }: { measure: Measure }) {
  const parts = measure.profile.parts ?? [];
  const share = (mean: number) => (mean - measure.low) / (measure.high - measure.low);
  return (
    <ul class="profile">
      {parts.map((part) => (
        <li key={part.part}>
          <span class="profile-name">{t(PARTS[part.part] ?? "trends.part.morning")}</span>
          <span class={`profile-bar ${part.ready ? "" : "waiting"}`}>
            {part.ready && <span class="profile-fill" style={{ inlineSize: `${Math.max(4, share(part.mean ?? 0) * 100)}%` }} />}
          </span>
          <span class="profile-word">
            {part.ready ? Math.round(part.mean ?? 0) : count(part.needs?.[0]?.missing ?? 1, "trends.need.answers.one", "trends.need.answers.many")}
          </span>
        </li>
      ))}
    </ul>
  );
}
