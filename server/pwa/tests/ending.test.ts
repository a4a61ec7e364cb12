import { expect, test } from "vitest";
import { endingOf, withoutQuestions } from "../src/ending";
import type { DayView } from "../src/plan";
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

test("somebody who stopped is asked nothing, misses nothing, and keeps what she did", () => {
  const done = [{ id: "a" }] as unknown as DayView["done"];
  const open = [{ leftMs: 5 }] as unknown as DayView["open"];
  const view: DayView = { date: "2026-03-04", open, done, missed: done, challenge: {} as DayView["challenge"], unknown: true };
  expect(withoutQuestions(view)).toEqual({ date: "2026-03-04", open: [], done, missed: [], challenge: null, unknown: false });
});
