import "fake-indexeddb/auto";
import { afterEach, describe, expect, it } from "vitest";
import { dropOldDrafts } from "../src/drafts";
import { startDraft } from "../src/questionnaire";
import { eraseStorage, openStorage } from "../src/storage";
import type { Beep, Today } from "../src/wire";

const beep = (id: string, expires_at: string): Beep => ({
  id, kind: "questionnaire", slot: 1, local_date: "2026-03-14", due_at: "2026-03-14T08:00:00Z", expires_at, instrument: "momentary.1",
  items: ["mood"], answered: false, answered_late: false,
});
const plan = (...beeps: Beep[]): Today => ({ now: "", zone: "Europe/Amsterdam", date: "2026-03-14", study_day: 3, days: 21, beeps, challenge: null });

afterEach(eraseStorage);

describe("drafts", () => {
  it("are cleared away some time after their beep has closed, and not before", async () => {
    const db = await openStorage();
    const [closed, justClosed, open] = [beep("closed", "2026-03-14T09:00:00Z"), beep("just", "2026-03-14T11:30:00Z"), beep("open", "2026-03-14T12:30:00Z")];
    for (const one of [closed, justClosed, open]) await db.put("drafts", startDraft(one, "2026-03-14T08:30:00Z"));
    expect(await dropOldDrafts(plan(closed, justClosed, open), new Date("2026-03-14T12:00:00Z"))).toBe(1);
    expect(await db.getAllKeys("drafts")).toEqual(["just", "open"]);
  });

  it("of a beep that the phone's plan does not know stay for some days", async () => {
    const db = await openStorage();
    await db.put("drafts", startDraft(beep("elsewhere", ""), "2026-03-12T08:30:00Z"));
    expect(await dropOldDrafts(plan(), new Date("2026-03-14T12:00:00Z"))).toBe(0);
    expect(await dropOldDrafts(plan(), new Date("2026-03-16T12:00:00Z"))).toBe(1);
  });
});
