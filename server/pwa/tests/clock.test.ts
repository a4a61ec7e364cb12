import "fake-indexeddb/auto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { now, setOffset } from "../src/clock";
import { refreshToday } from "../src/state";
import { eraseStorage } from "../src/storage";

afterEach(async () => {
  setOffset(0);
  vi.unstubAllGlobals();
  await eraseStorage();
});

function answerWith(body: Date, header: Date): void {
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("fetch", async () => {
    const plan = { now: body.toISOString(), zone: "Europe/Amsterdam", date: "2026-03-14", study_day: 3, days: 14, beeps: [], challenge: null };
    return new Response(JSON.stringify(plan), { headers: { "X-Kiem-Now": header.toISOString() } });
  });
}

describe("the app's clock", () => {
  it("does not stand still on a plan that the browser kept for hours because nothing in it changed", async () => {
    const at = Date.now();
    answerWith(new Date(at - 6 * 3_600_000), new Date(at));
    await refreshToday();
    expect(Math.abs(now().getTime() - Date.now())).toBeLessThan(5_000);
  });

  it("still follows the server where the phone's is wrong", async () => {
    const at = Date.now();
    answerWith(new Date(at), new Date(at + 3_600_000));
    await refreshToday();
    expect(Math.abs(now().getTime() - Date.now() - 3_600_000)).toBeLessThan(5_000);
  });
});
