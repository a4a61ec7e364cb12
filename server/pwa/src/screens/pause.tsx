// Days without notifications: a holiday, a week of exams, or just a day.
import { useEffect, useState } from "preact/hooks";
import { request } from "../api";
import { now } from "../clock";
import { formatDate, t } from "../language";
import { localDate } from "../plan";
import { me, refreshToday } from "../state";
import type { Key } from "../strings/nl";

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
    if (answer.ok) setRuns(answer.body.pause);
    if (method === "GET") return;
    if (answer.ok) void refreshToday();
    setSaid(answer.ok ? (method === "DELETE" ? "pause.ended" : null) : answer.reached && answer.status === 422 ? "pause.invalid" : "pause.unreachable");
  };
  useEffect(() => void settle("GET"), []);
  const day = (date: string) => formatDate(date, { weekday: "short", day: "numeric", month: "long" });
  const span = (days: number) => setDraft({ from: today, until: later(today, days - 1) });
  return (
    <section class="card">
      <h2>{t("pause.title")}</h2>
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
            <label><span>{t("pause.from")}</span><input type="date" required min={today} max={later(today, MOST_DAYS)} value={draft.from} onChange={(event) => event.currentTarget.value && setDraft({ ...draft, from: event.currentTarget.value })} /></label>
            <label><span>{t("pause.until")}</span><input type="date" required min={draft.from} max={later(today, MOST_DAYS)} value={draft.until} onChange={(event) => event.currentTarget.value && setDraft({ ...draft, until: event.currentTarget.value })} /></label>
          </fieldset>
          <button class="button soft" onClick={() => void settle("PUT", draft)}>{t("pause.save")}</button>
        </>
      )}
      <p class="said" role="status">{said && t(said)}</p>
    </section>
  );
}
