// My week as a card to keep: drawn here, saved here, shared only by one's own hand.
import "../styles/week.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { sayHours, WeekCard } from "../drawings/week_card";
import { count, formatDate, say, t } from "../language";
import { canShareFile, drawPng, saveFile, shareFile } from "../picture";
import { challengesDone, ending, refreshTrends, trends } from "../state";
import type { Key } from "../strings/nl";
import { type Need } from "../trends";
import { type Week, weekOf } from "../week";
import { NEEDS } from "./need_words";

const PIXELS = 1080;

export function WeekScreen() {
  useEffect(() => void refreshTrends(), []);
  const week = trends.value && weekOf(trends.value, challengesDone.value);
  if (!week || "needs" in week) return <NotYet needs={week ? week.needs : []} />;
  return (
    <main class="page week">
      <a class="round" href="/trends" aria-label={t("nav.back")}><Icon name="back" /></a>
      <h1 tabIndex={-1}>{t("week.title")}</h1>
      <Keep week={week} />
      <WeekTable week={week} />
    </main>
  );
}

function NotYet({ needs }: { needs: readonly Need[] }) {
  const over = ending.value !== null; // nothing can come that it would wait for
  return (
    <main class="page center">
      <svg class="still" viewBox="0 0 200 200" aria-hidden="true"><Plant x={100} y={170} leaves={2} scale={1.2} /></svg>
      <h1 tabIndex={-1}>{t(over ? "trends.quiet" : "week.notyet")}</h1>
      {over ? <p>{t("trends.quiet.body")}</p> : needs.map((need) => <p key={need.what}>{count(need.missing, ...NEEDS[need.what])}</p>)}
      <a class="button soft" href="/trends">{t("nav.back")}</a>
    </main>
  );
}

function Keep({ week }: { week: Week }) {
  const drawing = useRef<SVGSVGElement>(null);
  const [said, setSaid] = useState<Key | null>(null);
  const name = `kiem-${week.days.at(-1)!.date}.png`;
  const keep = async (share: boolean) => {
    try {
      const blob = await drawPng(drawing.current!, PIXELS);
      if (share) await shareFile(blob, name);
      else {
        saveFile(blob, name);
        setSaid("week.saved");
      }
    } catch {
      setSaid("week.failed");
    }
  };
  return (
    <>
      <WeekCard week={week} drawing={drawing} label={describe(week)} />
      <p class="said" role="status">{said && t(said)}</p>
      <div class="pair">
        <button class="button big" onClick={() => void keep(false)}>{t("week.save")}</button>
        {canShareFile() && <button class="button soft" onClick={() => void keep(true)}><Icon name="share" size={20} />{t("week.share")}</button>}
      </div>
      <p class="fine">{t("week.private")}</p>
    </>
  );
}

function WeekTable({ week }: { week: Week }) {
  const [open, setOpen] = useState(false);
  const percent = (share: number | null): string => (share === null ? "–" : String(Math.round(share * 100)));
  const [hasSleep, hasPeople] = [week.days.some((day) => day.asleepMin !== null), week.days.some((day) => day.people !== null)];
  return (
    <section class="card">
      <button class="button soft small" aria-expanded={open} onClick={() => setOpen(!open)}>{t("week.table")}</button>
      {open && (
        <div class="table-wrap" tabIndex={0} role="region" aria-label={t("week.title")}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t("trends.col.day")}</th><th scope="col">{t("trends.mood")}</th>
                {hasSleep && <th scope="col">{t("trends.col.hours")}</th>}
                {hasPeople && <th scope="col">{t("week.people")}</th>}
                <th scope="col">{t("nav.challenge")}</th>
              </tr>
            </thead>
            <tbody>
              {week.days.map((day) => (
                <tr key={day.date}>
                  <th scope="row">{formatDate(day.date, { weekday: "short", day: "numeric" })}</th>
                  <td>{percent(day.mood)}</td>
                  {hasSleep && <td>{day.asleepMin === null ? "–" : sayHours(day.asleepMin)}</td>}
                  {hasPeople && <td>{percent(day.people)}</td>}
                  <td>{day.challenge ? "✓" : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function describe(week: Week): string {
  return [
    t("week.alt", { days: week.days.filter((day) => day.mood !== null).length }),
    week.asleepMin === null ? "" : t("week.alt.sleep", { hours: sayHours(week.asleepMin) }),
    week.challenges === 0 ? "" : week.challenges === 1 ? `${t("week.challenge")}.` : `${t("week.challenges", { n: week.challenges })}.`,
    say(week.sentence?.text),
  ].filter(Boolean).join(" ");
}
