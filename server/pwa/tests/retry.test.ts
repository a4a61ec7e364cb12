import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listOutbox } from "../src/outbox";
import { sendOutbox, submitChallenge } from "../src/state";
import { eraseStorage } from "../src/storage";

let asked: string[] = [];
let answer: { status: number; retryAfter?: string };
beforeEach(() => {
  asked = [];
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push(url.replace("/api/v1", ""));
    return new Response(JSON.stringify({ code: "busy" }), { status: answer.status, headers: answer.retryAfter ? { "Retry-After": answer.retryAfter } : {} });
  });
  // The storage needs the real setImmediate; only what the page waits with is moved by hand.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: new Date("2026-03-14T12:30:00Z") });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  await eraseStorage();
});
const tries = () => asked.filter((path) => path === "/beeps/c/challenge").length;
/** Lets everything finish that waits for the storage or the network, without moving the clock. */
const settle = async () => {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe("an open page", () => {
  it("tries again by itself when the time that a busy server asked for is over, not before, until it is taken", async () => {
    answer = { status: 503, retryAfter: "30" };
    await submitChallenge("c", "done", "walk");
    await settle();
    expect(tries()).toBe(1);
    vi.advanceTimersByTime(44_900); // 30 s and a half of that: this phone's own moment
    await settle();
    expect(tries()).toBe(1);
    vi.advanceTimersByTime(200);
    await settle();
    expect(tries()).toBe(2);
    answer = { status: 201 };
    vi.advanceTimersByTime(45_100);
    await settle();
    expect(tries()).toBe(3);
    expect(await listOutbox()).toEqual([]);
    vi.advanceTimersByTime(3_600_000);
    await settle();
    expect(tries()).toBe(3);
  });

  it("has one such timer, however often it is asked to send meanwhile", async () => {
    answer = { status: 503, retryAfter: "30" };
    await submitChallenge("c", "done", "walk");
    await settle();
    await Promise.all([sendOutbox(), sendOutbox(), sendOutbox()]);
    vi.advanceTimersByTime(45_100);
    await settle();
    expect(tries()).toBe(2);
    answer = { status: 201 };
  });
});
