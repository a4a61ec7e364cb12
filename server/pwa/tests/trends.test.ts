import { describe, expect, it } from "vitest";
import { earlierDays } from "../src/garden";
import { dayCounts, type Measure, nextGates, type Trends, unbrokenRuns } from "../src/trends";

const measure = (more: Partial<Measure>): Measure => ({
  unit: "points", low: 0, high: 100, once_a_day: false, n: 0, dots: [], days: [],
  week: { ready: true }, profile: { ready: true }, trend: { ready: true }, ...more,
});
const trendsOf = (mood: Measure, sleep_mood = { ready: true }): Trends => ({
  until: "2026-03-14", answers: { n: 0, planned: 0 }, measures: { mood }, sleep_mood, sentences: [],
});

describe("trends on the phone", () => {
  it("draws no line across a day without an answer", () => {
    const days = [40, 50, null, 60, null, 30, 35].map((mean, index) => ({ date: `2026-03-0${index + 1}`, mean, n: mean === null ? 0 : 1 }));
    expect(unbrokenRuns(days)).toEqual([[0, 1], [3], [5, 6]]);
  });

  it("names the gate that opens soonest first, by the need that takes longest", () => {
    const gates = nextGates(trendsOf(measure({
      profile: { ready: false, needs: [{ what: "answers", have: 12, need: 20, missing: 8 }] },
      trend: { ready: false, needs: [{ what: "days", have: 9, need: 10, missing: 1 }, { what: "span_days", have: 9, need: 14, missing: 5 }] },
    })));
    expect(gates.map(({ name, need, share }) => [name, need.what, need.missing, share])).toEqual([["profile", "answers", 8, 0.6], ["trend", "span_days", 5, 9 / 14]]);
  });

  it("counts a day as the server's sentences do, as two answers, so that both name the same gate", () => {
    const gates = nextGates(trendsOf(measure({
      profile: { ready: false, needs: [{ what: "answers", have: 10, need: 20, missing: 10 }] },
      trend: { ready: false, needs: [{ what: "days", have: 6, need: 10, missing: 4 }] },
    })));
    expect(gates.map(({ name }) => name)).toEqual(["trend", "profile"]);
  });

  it("does not let anybody wait for nights that nobody asks about", () => {
    const waiting = { ready: false, needs: [{ what: "pairs" as const, have: 0, need: 14, missing: 14 }] };
    expect(nextGates(trendsOf(measure({}), waiting))).toEqual([]);
    const asked = { ...trendsOf(measure({}), waiting), measures: { mood: measure({}), sleep: measure({ n: 3 }) } };
    expect(nextGates(asked).map(({ name }) => name)).toEqual(["sleep_mood"]);
  });

  it("says nothing of a gate that is open or does not apply", () => {
    expect(nextGates(trendsOf(measure({ profile: { ready: false, needs: [], applies: false } })))).toEqual([]);
  });

  it("plants the garden from the answers of earlier days, and a seed where nothing is known", () => {
    const mood = measure({ days: [{ date: "2026-03-12", mean: 50, n: 3 }, { date: "2026-03-13", mean: 50, n: 7 }, { date: "2026-03-14", mean: 50, n: 1 }] });
    expect(dayCounts(trendsOf(mood)).get("2026-03-12")).toBe(3);
    expect(earlierDays(trendsOf(mood), "2026-03-14", 4)).toEqual([0, 3, 5]);
    expect(earlierDays(null, "2026-03-14", 1)).toEqual([]);
    expect(earlierDays(null, "2026-03-14", null)).toEqual([]);
  });
});
