import { describe, expect, it } from "vitest";
import { localDate, nextChange, viewDay } from "../src/plan";
import type { Beep, Today } from "../src/wire";

const beep = (slot: number, due: string, expires: string, more: Partial<Beep> = {}): Beep => ({
  id: `beep-${slot}`, kind: "questionnaire", slot, local_date: "2026-03-14", due_at: due, expires_at: expires,
  instrument: "momentary.1", items: [], answered: false, answered_late: false, ...more,
});
const plan: Today = {
  now: "2026-03-14T12:30:00Z", zone: "Europe/Amsterdam", date: "2026-03-14", study_day: 3, days: 21,
  beeps: [
    beep(1, "2026-03-14T08:00:00Z", "2026-03-14T09:00:00Z", { answered: true }),
    beep(2, "2026-03-14T10:00:00Z", "2026-03-14T11:00:00Z"),
    beep(3, "2026-03-14T12:00:00Z", "2026-03-14T13:00:00Z"),
    beep(4, "2026-03-14T15:00:00Z", "2026-03-14T16:00:00Z"),
    beep(0, "2026-03-14T09:00:00Z", "2026-03-14T20:00:00Z", { kind: "challenge" }),
  ],
  challenge: null,
};
const nothing = { answered: new Set<string>(), begun: new Set<string>() };
const at = (time: string) => new Date(`2026-03-14T${time}Z`);
const idsOf = (beeps: readonly Beep[]) => beeps.map((one) => one.id);

describe("today on the phone", () => {
  it("shows what is open with the time left, and never what lies ahead", () => {
    const view = viewDay(plan, at("12:30:00"), nothing);
    expect(view.open.map(({ beep: open, leftMs }) => [open.id, leftMs])).toEqual([["beep-3", 30 * 60_000]]);
    expect(JSON.stringify(view)).not.toContain("beep-4");
  });

  it("opens at its minute and closes at its minute", () => {
    expect(viewDay(plan, at("11:59:59"), nothing).open).toEqual([]);
    expect(viewDay(plan, at("12:00:00"), nothing).open).toHaveLength(1);
    expect(viewDay(plan, at("13:00:00"), nothing).open).toEqual([]);
    expect(idsOf(viewDay(plan, at("13:00:00"), nothing).missed)).toEqual(["beep-2", "beep-3"]);
  });

  it("counts an answer that still waits on this phone as done", () => {
    const view = viewDay(plan, at("12:30:00"), { answered: new Set(["beep-3"]), begun: new Set() });
    expect(idsOf(view.done)).toEqual(["beep-1", "beep-3"]);
    expect(view.open).toEqual([]);
  });

  it("knows a begun one", () => {
    expect(viewDay(plan, at("12:30:00"), { ...nothing, begun: new Set(["beep-3"]) }).open[0]?.begun).toBe(true);
  });

  it("says so when the stored plan is too old for this day", () => {
    expect(viewDay(plan, new Date("2026-03-16T12:00:00Z"), nothing)).toMatchObject({ unknown: true, open: [], missed: [], done: [] });
  });

  it("knows when it will look different", () => {
    expect(nextChange(plan, at("12:30:00"))).toBe(Date.parse("2026-03-14T13:00:00Z"));
    expect(nextChange(plan, at("21:00:00"))).toBeNull();
  });

  it("takes the day from the participant's zone, also past midnight and in the night the clock changes", () => {
    expect(localDate(new Date("2026-03-14T23:30:00Z"), "Europe/Amsterdam")).toBe("2026-03-15");
    expect(localDate(new Date("2026-03-28T23:30:00Z"), "Europe/Amsterdam")).toBe("2026-03-29");
    expect(localDate(new Date("2026-03-29T22:30:00Z"), "Europe/Amsterdam")).toBe("2026-03-30");
  });
});
