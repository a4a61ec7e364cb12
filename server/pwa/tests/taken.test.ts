import "fake-indexeddb/auto";
import { effect } from "@preact/signals";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flush } from "../src/outbox";
import { challengeOutcome, day, minute, outbox, refreshToday, reloadQueues, sendOutbox, submitChallenge, submitResponse, today } from "../src/state";
import { eraseStorage, readFact, writeFact } from "../src/storage";
import type { Beep, Challenge, ResponseBody, Today } from "../src/wire";

const now = new Date("2026-03-14T12:30:00Z");
const beep = {
  id: "noon", kind: "questionnaire", slot: 1, due_at: "2026-03-14T12:00:00Z", expires_at: "2026-03-14T13:00:00Z",
  instrument: null, items: [], answered: false, answered_late: false,
} as unknown as Beep;
const challenge = {
  beep: "c", local_date: "2026-03-14", due_at: "2026-03-14T08:00:00Z", expires_at: "2026-03-14T20:00:00Z",
  chosen: { slug: "walk" }, alternatives: [], outcome: null,
} as unknown as Challenge;
const plan = { now: now.toISOString(), zone: "Europe/Amsterdam", date: "2026-03-14", study_day: 3, days: 14, beeps: [beep], challenge } as unknown as Today;
const body = { instrument: "momentary.1", finished_at: now.toISOString() } as unknown as ResponseBody;

let server: (method: string, path: string) => Promise<{ status: number; body?: unknown }>;
let stop = () => {};
beforeEach(async () => {
  server = async () => ({ status: 201 });
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { status, body: told } = await server(init.method ?? "GET", url.replace("/api/v1", ""));
    return new Response(JSON.stringify(told ?? { status, code: "no" }), { status });
  });
  vi.stubGlobal("navigator", {});
  outbox.value = [];
  today.value = plan;
  minute.value = now;
  await writeFact("today", plan);
  await reloadQueues();
});
afterEach(async () => {
  stop();
  vi.unstubAllGlobals();
  await eraseStorage();
});

/** Every outcome of the challenge that a screen could have drawn, from now on. */
function watchOutcome(): (string | undefined)[] {
  const seen: (string | undefined)[] = [];
  stop = effect(() => void seen.push(challengeOutcome.value?.outcome));
  return seen;
}

describe("what the server has taken", () => {
  it("is never between the outbox and the plan: a challenge that was done stays done on every screen", async () => {
    const seen = watchOutcome();
    await submitChallenge("c", "done", "walk");
    await vi.waitFor(() => expect(today.value?.challenge?.outcome?.outcome).toBe("done"));
    expect([...new Set(seen)]).toEqual([undefined, "done"]);
    expect(seen.lastIndexOf(undefined)).toBe(0);
    expect((await readFact("today"))?.challenge?.outcome?.outcome).toBe("done");
  });

  it("is marked too when the worker sent it", async () => {
    server = async () => ({ status: 503 });
    await submitChallenge("c", "done", "walk");
    await sendOutbox();
    const seen = watchOutcome();
    server = async () => ({ status: 201 });
    await flush(() => now);
    await reloadQueues();
    expect([...new Set(seen)]).toEqual(["done"]);
  });

  it("is not undone by a plan that was asked for before", async () => {
    let answer = () => {};
    server = (_method, path) => (path === "/today" ? new Promise((resolve) => (answer = () => resolve({ status: 200, body: plan }))) : Promise.resolve({ status: 201 }));
    const asked = refreshToday();
    const seen = watchOutcome();
    await submitChallenge("c", "done", "walk");
    await submitResponse(beep, body);
    await vi.waitFor(() => expect(today.value?.beeps[0]?.answered).toBe(true));
    answer();
    await asked;
    expect([...new Set(seen)]).toEqual([undefined, "done"]);
    expect(seen.lastIndexOf(undefined)).toBe(0);
    expect(day.value?.open).toEqual([]);
  });

  it("is not what the server refused", async () => {
    server = async () => ({ status: 410 });
    await submitResponse(beep, body);
    await sendOutbox();
    expect(today.value?.beeps[0]?.answered).toBe(false);
  });
});
