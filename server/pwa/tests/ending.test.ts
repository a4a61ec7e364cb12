import { describe, expect, test } from "vitest";
import { endingOf, tookPart, withoutQuestions } from "../src/ending";
import type { DayView } from "../src/plan";
import type { Trends } from "../src/trends";
import type { Me } from "../src/wire";

const ME: Me = {
  code: "NRNR234", language: "nl", zone: "Europe/Amsterdam", rhythm: null, push_key: null, left_at: null,
  study: { title: { nl: "x", en: "x" }, protocol: "grow-it.1", days: 14, starts_on: "2026-03-02", ends_on: "2026-03-15", study_day: 3 },
};

test("a part that goes on has no ending, also on its last day", () => {
  expect(endingOf(null, "2026-03-04")).toBeNull();
  expect(endingOf(ME, "2026-03-04")).toBeNull();
  expect(endingOf(ME, "2026-03-15")).toBeNull();
});

test("after the last day it is over", () => {
  expect(endingOf(ME, "2026-03-16")).toEqual({ why: "over", date: "2026-03-15", days: 14 });
});

test("whoever stopped has stopped, on her own date, also when her days would be over by now", () => {
  const left = { ...ME, left_at: "2026-03-04T23:30:00Z" };
  expect(endingOf(left, "2026-03-04")).toEqual({ why: "stopped", date: "2026-03-05", days: 14 });
  expect(endingOf(left, "2026-06-01")?.why).toBe("stopped");
});

describe("how much came of it", () => {
  const over = { why: "over", date: "2026-03-15", days: 21 } as const;
  const seen = (n: number, planned = 105) => ({ answers: { n, planned } }) as Trends;
  const nothing = { waiting: 0, challenges: 0, points: 0, heard: "2026-03-16" };

  test("a twentieth of what was asked is enough to have made it, challenges and what still waits counted in", () => {
    expect(tookPart(over, seen(6), nothing)).toBe("much");
    expect(tookPart(over, seen(3), { ...nothing, waiting: 1, challenges: 2 })).toBe("much");
    expect(tookPart(over, seen(5), nothing)).toBe("little");
    expect(tookPart(over, seen(0), { ...nothing, challenges: 1 })).toBe("little");
  });

  test("that there was nothing is said only when it is known", () => {
    expect(tookPart(over, seen(0), nothing)).toBe("none");
    expect(tookPart(over, seen(0, 0), nothing)).toBe("none");
    expect(tookPart(over, seen(0), { ...nothing, heard: "2026-03-15" })).toBe("little"); // she may have answered that evening
    expect(tookPart(over, seen(0), { ...nothing, waiting: 1 })).toBe("little");
    expect(tookPart(over, seen(0), { ...nothing, points: 10 })).toBe("little"); // before the weeks that the trends show
    expect(tookPart(over, null, nothing)).toBe("little");
  });
});

test("somebody who stopped is asked nothing, misses nothing, and keeps what she did", () => {
  const done = [{ id: "a" }] as unknown as DayView["done"];
  const open = [{ leftMs: 5 }] as unknown as DayView["open"];
  const view: DayView = { date: "2026-03-04", open, done, missed: done, challenge: {} as DayView["challenge"], unknown: true };
  expect(withoutQuestions(view)).toEqual({ date: "2026-03-04", open: [], done, missed: [], challenge: null, unknown: false });
});
