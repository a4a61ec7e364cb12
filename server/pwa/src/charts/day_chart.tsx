// One measure over days: every answer as a small dot, the day's mean as a large one, nothing where nothing was said.
// A picture of many weeks comes without the small dots (server/trends/summary.py).
// One colour for all values: the chart says what was, not what would be good.
import { formatDate, t } from "../language";
import { type Measure, unbrokenRuns } from "../trends";

const WIDTH = 340;
const HEIGHT = 210;
const LEFT = 36; // room for the words at the axis
const RIGHT = 12;
const TOP = 18;
const BOTTOM = 26;

interface DayChartProps {
  measure: Measure;
  name: string;
}

export function DayChart({ measure, name }: DayChartProps) {
  const { days, dots, low, high } = measure;
  const first = Date.parse(`${days[0]?.date}T00:00:00Z`);
  const step = (WIDTH - LEFT - RIGHT) / Math.max(days.length, 7);
  const x = (index: number, share = 0.5) => LEFT + (index + share) * step;
  const y = (value: number) => TOP + (1 - (value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const indexOf = (date: string) => Math.round((Date.parse(`${date}T00:00:00Z`) - first) / 86_400_000);
  const big = Math.max(3.4, Math.min(6.5, step * 0.3));
  return (
    <figure class="chart">
      <div class="chart-side" aria-hidden="true"><span>{endOf(measure, high)}</span><span>{endOf(measure, low)}</span></div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={describe(measure, name)}>
        {[0, 0.5, 1].map((share) => (
          <path key={share} class="grid-line" d={wobble(LEFT, WIDTH - RIGHT, y(low + share * (high - low)))} />
        ))}
        {dots.map((dot) => (
          <circle key={dot.at} class="dot" cx={x(indexOf(dot.date), measure.once_a_day ? 0.5 : 0.2 + 0.6 * shareOfDay(dot.at))} cy={y(dot.value)} r={Math.max(2.2, big * 0.55)} />
        ))}
        {unbrokenRuns(days).map((run) => (
          <polyline key={run[0]} class="mean-line" points={run.map((index) => `${x(index)},${y(days[index]!.mean!)}`).join(" ")} />
        ))}
        {days.map((day, index) =>
          day.mean === null
            ? <path key={day.date} class="gap" d={`M${x(index) - 2.5} ${HEIGHT - 11}l5-5m0 5l-5-5`} />
            : <circle key={day.date} class="mean" cx={x(index)} cy={y(day.mean)} r={big} />,
        )}
      </svg>
      <div class="chart-foot" aria-hidden="true">
        <span>{days[0] && formatDate(days[0].date, { day: "numeric", month: "short" })}</span>
        <span>{days.length > 1 && formatDate(days.at(-1)!.date, { day: "numeric", month: "short" })}</span>
      </div>
    </figure>
  );
}

/** The same, as a table. */
export function DayTable({ measure, name }: DayChartProps) {
  const answered = measure.days.filter((day) => day.mean !== null);
  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr><th scope="col">{t("trends.col.day")}</th><th scope="col">{t(measure.unit === "minutes" ? "trends.col.hours" : "trends.col.mean")}</th><th scope="col">{t("trends.col.count")}</th></tr>
        </thead>
        <tbody>
          {answered.map((day) => (
            <tr key={day.date}>
              <th scope="row">{formatDate(day.date, { weekday: "short", day: "numeric", month: "short" })}</th>
              <td>{formatValue(measure, day.mean!)}</td>
              <td>{day.n}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function formatValue(measure: Measure, value: number): string {
  if (measure.unit !== "minutes") return String(Math.round(value));
  return `${Math.floor(value / 60)}:${String(Math.round(value % 60)).padStart(2, "0")}`;
}

function endOf(measure: Measure, end: number): string {
  if (measure.unit === "minutes") return t("trends.hours", { n: Math.round(end / 60) });
  return t(end === measure.high ? "trends.high" : "trends.low");
}

function describe(measure: Measure, name: string): string {
  const answered = measure.days.filter((day) => day.mean !== null);
  const means = answered.map((day) => day.mean!);
  return t(measure.unit === "minutes" ? "trends.alt.hours" : "trends.alt", {
    name,
    days: answered.length,
    from: answered[0] ? formatDate(answered[0].date) : "",
    to: answered.length ? formatDate(answered.at(-1)!.date) : "",
    min: formatValue(measure, Math.min(...means)),
    max: formatValue(measure, Math.max(...means)),
  });
}

/** How far through the day a local time is; the server sends the participant's own wall clock. */
function shareOfDay(at: string): number {
  return (Number(at.slice(11, 13)) + Number(at.slice(14, 16)) / 60) / 24;
}

/** A horizontal line by hand. */
function wobble(from: number, to: number, y: number): string {
  const third = (to - from) / 3;
  return `M${from} ${y}c${third} -1.6 ${third * 2} 1.6 ${to - from} 0`;
}
