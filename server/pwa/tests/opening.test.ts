import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => {
  Object.assign(globalThis, { location: { pathname: "/" } });
});

import { mustMakeWay, openBeep, openOwnEntry } from "../src/opening";
import { answer, startDraft } from "../src/questionnaire";
import { me, today } from "../src/state";
import { eraseStorage, openStorage } from "../src/storage";
import { describeWaiting } from "../src/waiting";
import type { Beep, Instrument, Item, Me, Today } from "../src/wire";

const at = Date.now();
const beep: Beep = {
  id: "noon", kind: "questionnaire", slot: 1, local_date: "2026-03-14", instrument: "momentary.1", items: ["mood"], answered: false, answered_late: false,
  due_at: new Date(at - 60_000).toISOString(), expires_at: new Date(at + 3_600_000).toISOString(),
};
const mood = { id: "mood", type: "slider" } as unknown as Item;
const who = (waiting: Me["waiting"], askedAgain: string | null = null) => ({ waiting, asked_again_at: askedAgain }) as unknown as Me;

beforeEach(async () => {
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("Failed to fetch");
  });
  today.value = { now: new Date(at).toISOString(), zone: "Europe/Amsterdam", beeps: [beep], challenge: null } as unknown as Today;
  await (await openStorage()).put("instruments", { key: "momentary.1", items: [mood] } as unknown as Instrument);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await new Promise((resolve) => setTimeout(resolve, 20)); // the first draft is written without anybody waiting for it
  await eraseStorage();
});

describe("an old notification", () => {
  it("leads to the questionnaire when nothing is missing", async () => {
    me.value = who(null);
    expect(await openBeep("noon")).toMatchObject({ at: "asking", items: [mood] });
  });

  it.each(["consent", "parent"] as const)("opens no questionnaire while a yes is missing (%s), of this phone or unknown to it", async (waiting) => {
    me.value = who(waiting);
    expect(await openBeep("noon")).toEqual({ at: "waiting" });
    expect(await openBeep("elsewhere")).toEqual({ at: "waiting" });
    expect(await openOwnEntry()).toEqual({ at: "waiting" });
    expect(await (await openStorage()).getAllKeys("drafts")).toEqual([]);
  });
});

describe("a yes that turns out to be missing while the first question is on the screen", () => {
  it("makes the questions go, but never what somebody has begun to answer", async () => {
    const fresh = startDraft(beep, beep.due_at);
    const db = await openStorage();
    await db.put("drafts", fresh);
    me.value = who(null);
    expect(await mustMakeWay("noon")).toBe(false);
    me.value = who("consent", beep.due_at);
    expect(await mustMakeWay("noon")).toBe(true);
    await db.put("drafts", answer(fresh, mood, 40));
    expect(await mustMakeWay("noon")).toBe(false);
  });
});

describe("what is said meanwhile", () => {
  it("fits whose yes it is and whether somebody had begun", () => {
    expect(describeWaiting(null)).toBeNull();
    expect(describeWaiting(who(null))).toBeNull();
    expect(describeWaiting(who("consent"))).toMatchObject({ title: "today.waiting.consent", to: "/settings/consent" });
    expect(describeWaiting(who("consent", beep.due_at))).toMatchObject({ title: "today.waiting.text", body: "today.waiting.text.body" });
    expect(describeWaiting(who("parent"), [])).toMatchObject({ body: "today.waiting.parent.body", go: "today.waiting.parent.ask" });
    expect(describeWaiting(who("parent", beep.due_at))).toMatchObject({ body: "today.waiting.text.parent", to: "/settings/parent", go: "today.waiting.parent.go" });
  });

  it("asks for the second parent where one has said yes and nobody else was asked", () => {
    for (const again of [undefined, beep.due_at]) {
      expect(describeWaiting(who("parent", again), [{ state: "agreed" }])).toMatchObject({ title: "today.waiting.second", to: "/settings/parent" });
    }
    expect(describeWaiting(who("parent"), [{ state: "waiting" }])).toMatchObject({ title: "today.waiting.parent" });
  });

  it("speaks of no waiting once a parent has said no, or no longer yes", () => {
    for (const state of ["refused", "withdrawn"] as const) {
      expect(describeWaiting(who("parent", beep.due_at), [{ state: "agreed" }, { state }])).toMatchObject({ title: "today.waiting.no", to: "/settings/parent" });
    }
    expect(describeWaiting(who("parent"), [{ state: "agreed" }, { state: "expired" }])).toMatchObject({ title: "today.waiting.parent" });
  });
});
