// Days without notifications: a holiday, a week of exams, or just a day.
import { useEffect, useState } from "preact/hooks";
import { request } from "../api";
import { now } from "../clock";
import { Plant } from "../drawings/plant";
import { formatDate, t } from "../language";
import { localDate } from "../plan";
import { me, refreshToday } from "../state";
import { dropFact, writeFact } from "../storage";
import type { Key } from "../strings/nl";
import { DayPicker } from "./pickers";

interface Span {
  readonly from: string;
  readonly until: string;
}

/** Further than this the server does not let a pause reach, in days. */
const MOST_DAYS = 21;

/** `days` later than the calendar date `date`. */
function later(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function Pause() {
  const today = localDate(now(), me.value?.zone ?? "UTC");
  const [runs, setRuns] = useState<Span | null>(null);
  const [draft, setDraft] = useState<Span>({ from: today, until: later(today, 6) });
  const [said, setSaid] = useState<Key | null>(null);
  const settle = async (method: "GET" | "PUT" | "DELETE", body?: Span) => {
    const answer = await request<{ pause: Span | null }>(method, "/me/pause", body);
    if (answer.ok) {
      setRuns(answer.body.pause);
      // Kept for a while after its end: it tells why something was missed.
      if (answer.body.pause) await writeFact("pause", answer.body.pause);
      else if (method === "DELETE") await dropFact("pause");
    }
    if (method === "GET") return;
    if (answer.ok) void refreshToday();
    setSaid(answer.ok ? (method === "DELETE" ? "pause.ended" : null) : answer.reached && answer.status === 422 ? "pause.invalid" : "pause.unreachable");
  };
  useEffect(() => void settle("GET"), []);
  const day = (date: string) => formatDate(date, { weekday: "short", day: "numeric", month: "long" });
  const days = Array.from({ length: MOST_DAYS + 1 }, (_, index) => later(today, index));
  const span = (days: number) => setDraft({ from: today, until: later(today, days - 1) });
  return (
    <section class="card">
      <svg class="still rest" viewBox="0 0 220 130" aria-hidden="true"><circle class="sun-disc" cx="110" cy="62" r="56" /><path class="hill far" d="M8 112c50-16 150-16 204 0-40 16-160 16-204 0Z" /><Plant x={96} y={112} leaves={2} scale={0.7} /><path class="ink" d="M140 44h14l-14 16h14M162 24h10l-10 12h10" /></svg>
      {runs ? (
        <>
          <p class="said" role="status">{t("pause.runs", { from: day(runs.from), until: day(runs.until) })}</p>
          <button class="button soft" onClick={() => void settle("DELETE")}>{t("pause.end")}</button>
        </>
      ) : (
        <>
          <p>{t("pause.body")}</p>
          <div class="pair">
            <button class="button small" onClick={() => span(1)}>{t("pause.today")}</button>
            <button class="button small" onClick={() => span(7)}>{t("pause.week")}</button>
          </div>
          <fieldset class="span">
            <legend class="hidden">{t("pause.title")}</legend>
            <DayPicker label={t("pause.from")} days={days} value={draft.from} onChange={(from) => setDraft({ from, until: draft.until < from ? from : draft.until })} />
            <DayPicker label={t("pause.until")} days={days.filter((other) => other >= draft.from)} value={draft.until} onChange={(until) => setDraft({ ...draft, until })} />
          </fieldset>
          <button class="button soft" onClick={() => void settle("PUT", draft)}>{t("pause.save")}</button>
        </>
      )}
      <p class="said" role="status">{said && t(said)}</p>
    </section>
  );
}
