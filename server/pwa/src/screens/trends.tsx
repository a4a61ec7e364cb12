// Trends: first what can be said in words with how sure it is, then the pictures, then what is still growing.
import { useEffect, useState } from "preact/hooks";
import { DayChart, DayTable } from "../charts/day_chart";
import { ProfileBars } from "../charts/profile_bars";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { count, say, t } from "../language";
import { ending, refreshTrends, trends } from "../state";
import type { Key } from "../strings/nl";
import { type Gate, type Measure, nextGates } from "../trends";
import { NEEDS } from "./need_words";

const NAMES: readonly (readonly [string, Key])[] = [
  ["mood", "trends.mood"], ["sleep", "trends.sleep"], ["time_asleep", "trends.time_asleep"],
  ["social_contact", "trends.social_contact"], ["movement", "trends.movement"], ["stress", "trends.stress"],
];

const BLOCKS: Record<Gate["name"], Key> = {
  week: "trends.block.week", profile: "trends.block.profile", trend: "trends.block.trend", sleep_mood: "trends.block.sleep_mood",
};

export function TrendsScreen() {
  useEffect(() => void refreshTrends(), []);
  const [chosen, setChosen] = useState("mood");
  const data = trends.value;
  const known = data ? NAMES.filter(([key]) => (data.measures[key]?.n ?? 0) > 0) : [];
  if (!data || known.length === 0) {
    return (
      <main class="page center">
        <svg class="still" viewBox="0 0 200 200" aria-hidden="true"><Plant x={100} y={170} leaves={0} scale={1.6} /></svg>
        <h1 tabIndex={-1}>{t(data ? (ending.value ? "trends.quiet" : "trends.none") : "trends.title")}</h1>
        <p>{t(data ? (ending.value ? "trends.quiet.body" : "trends.none.body") : "trends.unreachable")}</p>
      </main>
    );
  }
  const [key, name] = known.find(([other]) => other === chosen) ?? known[0]!;
  const told = data.sentences.filter((sentence) => !sentence.code.startsWith("more.") && sentence.code !== "start");
  const more = told.slice(1).filter((sentence) => sentence.measure === key);
  const gates = nextGates(data);
  return (
    <main class="page trends">
      <h1 tabIndex={-1}>{t("trends.title")}</h1>
      <p class="lead">{t("trends.intro")}</p>
      {told[0] && <blockquote class="told">{say(told[0].text)}</blockquote>}
      <div class="chips" role="group" aria-label={t("trends.view")}>
        {known.map(([other, label]) => (
          <button key={other} class="chip" aria-pressed={other === key} onClick={() => setChosen(other)}>{t(label)}</button>
        ))}
      </div>
      <MeasureCard key={key} measure={data.measures[key]!} name={t(name)} />
      {more.length > 0 && (
        <ul class="told-more">
          {more.map((sentence) => <li key={`${sentence.code}-${sentence.measure}`}>{say(sentence.text)}</li>)}
        </ul>
      )}
      {data.measures["mood"]?.week.ready && <a class="button soft" href="/week"><Icon name="star" size={20} />{t("week.title.short")}</a>}
      {gates.length > 0 && !ending.value && (
        <section class="gates">
          <h2>{t("trends.next")}</h2>
          {gates.map((gate) => <GateRow key={gate.name} gate={gate} />)}
        </section>
      )}
    </main>
  );
}

function MeasureCard({ measure, name }: { measure: Measure; name: string }) {
  const [asTable, setAsTable] = useState(false);
  return (
    <section class="card measure">
      <header class="measure-head">
        <h2>{name}</h2>
        <button class="button soft small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>{t(asTable ? "trends.chart" : "trends.table")}</button>
      </header>
      {asTable ? <DayTable measure={measure} name={name} /> : (
        <>
          <DayChart measure={measure} name={name} />
          <ul class="legend">
            <li><span class="key key-mean" />{t("trends.legend.day")}</li>
            {!measure.once_a_day && measure.dots.length > 0 && <li><span class="key key-dot" />{t("trends.legend.dot")}</li>}
            {measure.days.some((day) => day.mean === null) && <li><span class="key key-gap">×</span>{t("trends.legend.gap")}</li>}
          </ul>
        </>
      )}
      {measure.profile.ready && (
        <>
          <h3>{t("trends.profile")}</h3>
          <ProfileBars measure={measure} />
        </>
      )}
    </section>
  );
}

function GateRow({ gate }: { gate: Gate }) {
  const [one, many] = NEEDS[gate.need.what];
  return (
    <div class="gate">
      <span class="gate-pot" style={{ "--share": gate.share }}><Icon name={gate.share > 0.5 ? "leaf" : "lock"} size={20} /></span>
      <p><strong>{t(BLOCKS[gate.name])}</strong><br />{count(gate.need.missing, one, many)}</p>
      <span class="gate-bar" aria-hidden="true"><span style={{ inlineSize: `${Math.max(5, gate.share * 100)}%` }} /></span>
    </div>
  );
}
