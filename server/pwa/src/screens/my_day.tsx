// "My day": used when joining and in the settings.
import { useState } from "preact/hooks";
import { request } from "../api";
import { Icon } from "../drawings/icons";
import { formatDate, t } from "../language";
import { type RhythmDraft, toDraft, toggleDay, toRhythm } from "../rhythm";
import { me, refreshToday, setMe } from "../state";
import type { Key } from "../strings/nl";
import type { Me } from "../wire";
import { TimePicker } from "./pickers";

type Pair = readonly [string, string];

export function MyDay({ onSaved }: { onSaved?: () => void }) {
  const [draft, setDraft] = useState<RhythmDraft>(() => toDraft(me.value?.rhythm ?? null));
  const [said, setSaid] = useState<Key | null>(null);
  const change = (part: Partial<RhythmDraft>) => {
    setSaid(null);
    setDraft({ ...draft, ...part });
  };
  const save = async () => {
    const answer = await request<Me>("PATCH", "/me", { rhythm: toRhythm(draft, me.value?.rhythm ?? null) });
    if (answer.ok) {
      await setMe(answer.body);
      setSaid("rhythm.saved");
      void refreshToday();
      onSaved?.();
    } else setSaid(answer.reached && answer.status === 422 ? "rhythm.infeasible" : "rhythm.unreachable");
  };
  return (
    <div class="my-day">
      <fieldset>
        <legend>{t("rhythm.days")}</legend>
        <div class="weekdays">
          {[1, 2, 3, 4, 5, 6, 7].map((day) => (
            <button key={day} type="button" class="cell" aria-pressed={draft.days.includes(day)} onClick={() => change({ days: toggleDay(draft.days, day) })}>
              <span aria-hidden="true">{weekday(day, "short").slice(0, 2)}</span>
              <span class="hidden">{weekday(day, "long")}</span>
            </button>
          ))}
        </div>
      </fieldset>
      <Span legend={t("rhythm.school")} icon="sun" from="rhythm.start" to="rhythm.end" value={draft.school} onChange={(school) => change({ school })} />
      <Span legend={t("rhythm.free")} icon="moon" from="rhythm.start" to="rhythm.end" value={draft.free} onChange={(free) => change({ free })} />
      <label class="switch">
        <input type="checkbox" role="switch" checked={draft.quiet !== null} onChange={(event) => change({ quiet: event.currentTarget.checked ? ["08:30", "15:00"] : null })} />
        <span>{t("rhythm.quiet")}</span>
      </label>
      {draft.quiet && <Span legend={t("rhythm.quiet")} hideLegend icon="lock" from="rhythm.quiet.from" to="rhythm.quiet.to" value={draft.quiet} onChange={(quiet) => change({ quiet })} />}
      <p class="said" role="status">{said && t(said)}</p>
      <button class="button big" onClick={() => void save()}>{t("rhythm.save")}</button>
    </div>
  );
}

interface SpanProps {
  legend: string;
  hideLegend?: boolean;
  icon: "sun" | "moon" | "lock";
  from: Key;
  to: Key;
  value: Pair;
  onChange: (value: Pair) => void;
}

function Span({ legend, hideLegend = false, icon, from, to, value, onChange }: SpanProps) {
  return (
    <fieldset class="span">
      <legend class={hideLegend ? "hidden" : ""}><Icon name={icon} size={20} /> {legend}</legend>
      <TimePicker label={t(from)} value={value[0]} onChange={(time) => onChange([time, value[1]])} />
      <TimePicker label={t(to)} value={value[1]} onChange={(time) => onChange([value[0], time])} />
    </fieldset>
  );
}

function weekday(day: number, form: "long" | "short"): string {
  return formatDate(`2024-01-0${day}`, { weekday: form }); // 1 January 2024 was a Monday
}
