import { describe, expect, it } from "vitest";
import { sayHours } from "../src/drawings/week_card";
import type { Measure, Trends } from "../src/trends";
import { lastDates, type Week, weekOf, wrapWords } from "../src/week";

const measure = (more: Partial<Measure>): Measure => ({
  unit: "points", low: 0, high: 100, once_a_day: false, n: 0, dots: [], days: [],
  week: { ready: true }, profile: { ready: true }, trend: { ready: true }, ...more,
});
const closed = { ready: false, needs: [{ what: "answers" as const, have: 3, need: 7, missing: 4 }] };
const mood = measure({ days: [{ date: "2026-03-13", mean: 25, n: 2 }, { date: "2026-03-14", mean: 75, n: 4 }] });
const trendsOf = (measures: Record<string, Measure>): Trends => ({
  until: "2026-03-14", answers: { n: 6, planned: 10 }, measures, sleep_mood: { ready: false },
  sentences: [
    { code: "more.week", measure: "mood", sureness: null, text: { nl: "meer", en: "more" } },
    { code: "week.points", measure: "mood", sureness: "fair", text: { nl: "zin", en: "sentence" } },
  ],
});

describe("the week to keep", () => {
  it("is not there below its gate; only what is still needed", () => {
    expect(weekOf(trendsOf({ mood: measure({ week: closed, days: mood.days }) }), new Set())).toEqual({ needs: closed.needs });
    expect(weekOf(trendsOf({}), new Set())).toEqual({ needs: [] });
  });

  it("shows the seven days up to the last one, empty ones too, with the challenges of these days", () => {
    const week = weekOf(trendsOf({ mood }), new Set(["2026-03-14", "2026-02-01"])) as Week;
    expect(week.days.map((day) => day.date)).toEqual(lastDates("2026-03-14"));
    expect(week.days.slice(-3).map((day) => [day.mood, day.answers, day.challenge])).toEqual([[null, 0, false], [0.25, 2, false], [0.75, 4, true]]);
    expect([week.challenges, week.sentence?.code]).toEqual([1, "week.points"]);
  });

  it("has sleep and people only when their own gates are open", () => {
    const sleep = measure({ unit: "minutes", low: 0, high: 720, days: [{ date: "2026-03-14", mean: 455, n: 1 }] });
    const people = measure({ days: [{ date: "2026-03-14", mean: 50, n: 1 }] });
    const shown = weekOf(trendsOf({ mood, time_asleep: { ...sleep, week: { ready: true, mean: 455 } }, social_contact: people }), new Set()) as Week;
    expect([shown.days.at(-1)?.asleepMin, shown.days.at(-1)?.people, shown.asleepMin]).toEqual([455, 0.5, 455]);
    const hidden = weekOf(trendsOf({ mood, time_asleep: { ...sleep, week: closed }, social_contact: { ...people, week: closed } }), new Set()) as Week;
    expect([hidden.days.at(-1)?.asleepMin, hidden.days.at(-1)?.people, hidden.asleepMin]).toEqual([null, null, null]);
  });

  it("goes through a change of the clock without losing or doubling a day", () => {
    expect(lastDates("2026-03-31")).toEqual(["2026-03-25", "2026-03-26", "2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"]);
  });

  it("writes hours by halves and words in lines", () => {
    expect([455, 480, 20, 464].map(sayHours)).toEqual(["7½", "8", "½", "7½"]);
    expect(wrapWords("one two  three four", 9)).toEqual(["one two", "three", "four"]);
    expect(wrapWords("", 9)).toEqual([]);
  });
});
