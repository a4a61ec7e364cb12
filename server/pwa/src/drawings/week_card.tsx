// A week as a picture: how days felt, how nights and people were, and a garden with a plant for every day.
import type { Ref } from "preact";
import { formatDate, say, t } from "../language";
import { unbrokenRuns } from "../trends";
import { type Week, wrapWords } from "../week";
import { Plant } from "./plant";

const LEFT = 92;
const STEP = 36;
const LINE = 18;

interface WeekCardProps {
  week: Week;
  label: string;
  drawing: Ref<SVGSVGElement>;
}

export function WeekCard({ week, label, drawing }: WeekCardProps) {
  const { days } = week;
  const x = (index: number): number => LEFT + (index + 0.5) * STEP;
  const y = (mood: number): number => 196 - mood * 74;
  const means = days.map((day) => ({ date: day.date, mean: day.mood, n: day.answers }));
  const hasSleep = days.some((day) => day.asleepMin !== null);
  const hasPeople = days.some((day) => day.people !== null);
  const lines = wrapWords(week.sentence ? say(week.sentence.text) : "", 41).slice(0, 5);
  const sleepAt = 226;
  const peopleAt = hasSleep ? 256 : sleepAt;
  // In the middle of the room between the rows and the garden.
  const wordsAt = 268 + Math.max(0, (86 - lines.length * LINE) / 2);
  return (
    <svg class="week-card" viewBox="0 0 360 480" role="img" aria-label={label} ref={drawing}>
      <rect class="wk-paper" width="360" height="480" />
      <circle class="wk-sun" cx="298" cy="62" r="48" />
      <text class="wk-name" x="298" y="69">Kiem</text>
      <text class="wk-title" x="22" y="54">{t("week.mine")}</text>
      <text class="wk-small" x="23" y="78">{sayRange(days[0]!.date, days.at(-1)!.date)}</text>

      {week.challenges > 0 && <text class="wk-small" x="23" y="98">{week.challenges === 1 ? t("week.challenge") : t("week.challenges", { n: week.challenges })}</text>}

      <text class="wk-label" x="22" y="162">{t("week.mood")}</text>
      <path class="wk-line" d={`M${LEFT} 196c80-2 160 2 252 0M${LEFT} 122c80 2 160-2 252 0`} />
      {unbrokenRuns(means).map((run) => <polyline key={run[0]} class="wk-mood-line" points={run.map((index) => `${x(index)},${y(days[index]!.mood!)}`).join(" ")} />)}
      {days.map((day, index) => day.mood === null
        ? <path key={day.date} class="wk-gap" d={`M${x(index) - 3} 162l6-6m0 6l-6-6`} />
        : <g key={day.date}><circle class="wk-mood" cx={x(index) + 1.5} cy={y(day.mood) + 1.5} r="9" /><circle class="wk-ink" cx={x(index)} cy={y(day.mood)} r="9" /></g>)}

      {hasSleep && <text class="wk-label" x="22" y={sleepAt + 4}>{t("week.sleep")}</text>}
      {days.map((day, index) => day.asleepMin !== null && (
        <g key={day.date}><circle class="wk-night" cx={x(index)} cy={sleepAt} r="13" /><text class="wk-hours" x={x(index)} y={sleepAt + 4}>{sayHours(day.asleepMin)}</text></g>
      ))}
      {hasPeople && <text class="wk-label" x="22" y={peopleAt + 4}>{t("week.people")}</text>}
      {days.map((day, index) => day.people !== null && <circle key={day.date} class="wk-people" cx={x(index)} cy={peopleAt} r={3.5 + day.people * 8.5} />)}

      {lines.length > 0 && (
        <>
          <path class="wk-balloon" d={`M30 ${wordsAt}H330c8 0 14 6 14 14V${wordsAt + lines.length * LINE + 2}c0 8-6 14-14 14H24c-6 0-8-4-8-8V${wordsAt + 14}c0-8 6-14 14-14Z`} />
          {lines.map((line, index) => <text key={line} class="wk-words" x="30" y={wordsAt + 23 + index * LINE}>{line}</text>)}
        </>
      )}
      <path class="wk-hill-far" d="M0 420C60 392 120 404 180 412 250 421 300 396 360 404V480H0Z" />
      <path class="wk-hill" d="M0 450C90 440 160 446 220 444 280 442 320 446 360 444V480H0Z" />
      {days.map((day, index) => (
        <g key={day.date}>
          <Plant x={x(index)} y={448} leaves={Math.min(5, day.answers)} flower={day.challenge} scale={0.4} />
          <text class="wk-day" x={x(index)} y="468">{formatDate(day.date, { weekday: "short" }).slice(0, 2)}</text>
        </g>
      ))}
    </svg>
  );
}

/** "17 – 23 november", or with both months. */
function sayRange(from: string, to: string): string {
  const whole = { day: "numeric", month: "long" } as const;
  return `${formatDate(from, from.slice(0, 7) === to.slice(0, 7) ? { day: "numeric" } : whole)} – ${formatDate(to, whole)}`;
}

/** Whole and half hours: what a night's sum of guesses can bear. */
export function sayHours(minutes: number): string {
  const halves = Math.round(minutes / 30);
  return `${halves === 1 ? "" : Math.floor(halves / 2)}${halves % 2 ? "½" : ""}`;
}
