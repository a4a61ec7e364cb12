import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { flush, listKept, listOutbox, noteReceipt, putChallenge, putOwnEntry, putResponse } from "../src/outbox";
import { startDraft } from "../src/questionnaire";
import { eraseStorage, openStorage } from "../src/storage";
import type { Beep, ResponseBody } from "../src/wire";

// The network is cut at its edge: fetch. Everything between it and IndexedDB is the real thing.
interface Sent { method: string; path: string; body: unknown }
let sent: Sent[] = [];
let server: (request: Sent) => { status: number; body?: unknown; retryAfter?: number } | "cut" | "cut after receiving";

const now = () => new Date("2026-03-14T12:30:00Z");
const body = (instrument: string): ResponseBody => ({
  instrument, started_at: "2026-03-14T12:00:00Z", finished_at: "2026-03-14T12:01:00Z", answers: { mood: 40 }, skipped: [], shown: ["mood"],
  item_ms: {}, zone: "Europe/Amsterdam", utc_offset_min: 60, app: "pwa",
});
const paths = () => sent.map((request) => request.path);

beforeEach(() => {
  sent = [];
  server = () => ({ status: 201 });
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const request = { method: init.method ?? "GET", path: url.replace("/api/v1", ""), body: init.body ? (JSON.parse(String(init.body)) as unknown) : null };
    const answer = server(request);
    if (answer !== "cut") sent.push(request);
    if (typeof answer === "string") throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status, headers: { "Content-Type": "application/json", ...(answer.retryAfter ? { "Retry-After": String(answer.retryAfter) } : {}) } });
  });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await eraseStorage();
});

describe("the outbox", () => {
  it("keeps answers while there is no network and sends them in order when there is", async () => {
    server = () => "cut";
    for (const beep of ["c", "a", "b"]) await putResponse(beep, body("momentary.1"));
    expect(await flush(now)).toBe("later");
    expect(await listOutbox()).toHaveLength(3);
    server = () => ({ status: 201 });
    expect(await flush(now)).toBe("empty");
    expect(paths()).toEqual(["/beeps/c/response", "/beeps/a/response", "/beeps/b/response"]);
    expect(await listOutbox()).toEqual([]);
  });

  it("sends again what the network swallowed, and the repeat counts as received", async () => {
    await putResponse("a", body("momentary.1"));
    server = () => "cut after receiving";
    await flush(now);
    server = () => ({ status: 200 });
    expect(await flush(now)).toBe("empty");
    expect(sent[0]?.body).toEqual(sent[1]?.body);
    expect(await listOutbox()).toEqual([]);
  });

  it.each([409, 410, 422, 404, 400])("keeps aside what the server refuses with %i and goes on with the next", async (status) => {
    await putResponse("refused", body("momentary.1"));
    await putResponse("fine", body("momentary.1"));
    server = ({ path }) => (path.includes("refused") ? { status, body: { status, code: "no" } } : { status: 201 });
    expect(await flush(now)).toBe("empty");
    expect(await listOutbox()).toEqual([]);
    expect(await listKept()).toMatchObject([{ beep: "refused", status, code: "no", seen: false, body: { answers: { mood: 40 } } }]);
  });

  it.each([500, 502, 503, 429, 408])("stops at %i, keeps everything, in order", async (status) => {
    await putResponse("a", body("momentary.1"));
    await putResponse("b", body("momentary.1"));
    server = () => ({ status, body: {} });
    expect(await flush(now)).toBe("later");
    expect((await listOutbox()).map((entry) => entry.beep)).toEqual(["a", "b"]);
    expect(await listKept()).toEqual([]);
  });

  it("leaves a busy server alone for as long as it asked, and up to as long again, each phone differently", async () => {
    await putResponse("a", body("momentary.1"));
    server = () => ({ status: 503, body: { status: 503, code: "busy" }, retryAfter: 30 });
    expect(await flush(now)).toBe("later");
    const later = (seconds: number) => () => new Date(now().getTime() + seconds * 1000);
    server = () => ({ status: 201 });
    expect(await flush(later(29))).toBe("later");
    expect(sent).toHaveLength(1);
    expect(await flush(later(61))).toBe("empty");
    expect(sent).toHaveLength(2);
    expect(await listOutbox()).toEqual([]);
  });

  it("does not wait for hours because the clock was set back meanwhile", async () => {
    await putResponse("a", body("momentary.1"));
    server = () => ({ status: 503, body: { status: 503, code: "busy" }, retryAfter: 30 });
    await flush(now);
    server = () => ({ status: 201 });
    expect(await flush(() => new Date(now().getTime() - 3 * 3_600_000))).toBe("empty");
  });

  it("keeps an answer that the server thinks is from the future, sends the others, and sets it aside when it is old", async () => {
    await putResponse("ahead", body("momentary.1"));
    await putResponse("fine", body("momentary.1"));
    server = ({ path }) => (path.includes("ahead") ? { status: 422, body: { status: 422, code: "clock-ahead" } } : { status: 201 });
    expect(await flush(now)).toBe("later");
    expect((await listOutbox()).map((entry) => entry.beep)).toEqual(["ahead"]);
    expect(await flush(() => new Date(now().getTime() + 3 * 3_600_000))).toBe("empty");
    expect(await listKept()).toMatchObject([{ beep: "ahead", code: "clock-ahead" }]);
  });

  it("sends an entry of one's own to its own address, once", async () => {
    await putOwnEntry("e", body("momentary.1"));
    await putOwnEntry("e", body("momentary.1"));
    await flush(now);
    expect(paths()).toEqual(["/events/e/response"]);
  });

  it("does not let one entry too many on a day hold up the rest", async () => {
    await putOwnEntry("e", body("momentary.1"));
    await putResponse("a", body("momentary.1"));
    server = ({ path }) => (path.startsWith("/events") ? { status: 429, body: { status: 429, code: "too-many-events" } } : { status: 201 });
    expect(await flush(now)).toBe("empty");
    expect(await listKept()).toMatchObject([{ beep: "e", code: "too-many-events" }]);
  });

  it("takes a refusal without a code for somebody else's, and waits", async () => {
    await putResponse("a", body("momentary.1"));
    server = () => ({ status: 403, body: { message: "blocked by the school" } });
    expect(await flush(now)).toBe("later");
    expect(await listKept()).toEqual([]);
  });

  it("keeps answers that wait for a yes, and sends them once it is there", async () => {
    await putResponse("a", body("momentary.1"));
    server = () => ({ status: 403, body: { status: 403, code: "consent-missing" } });
    expect(await flush(now)).toBe("later");
    expect(await listKept()).toEqual([]);
    server = () => ({ status: 201 });
    expect(await flush(now)).toBe("empty");
    expect(await listOutbox()).toEqual([]);
  });

  it("loses nothing when this phone is signed out", async () => {
    await putResponse("a", body("momentary.1"));
    server = () => ({ status: 401, body: {} });
    expect(await flush(now)).toBe("signed-out");
    expect(await listOutbox()).toHaveLength(1);
  });

  it("does not take a sign-in page for the server", async () => {
    await putResponse("a", body("momentary.1"));
    vi.stubGlobal("fetch", async () => new Response("<html>Welcome to our wifi</html>", { status: 200 }));
    expect(await flush(now)).toBe("later");
    expect(await listOutbox()).toHaveLength(1);
  });

  it("swaps the draft for the answer in one step", async () => {
    const db = await openStorage();
    await db.put("drafts", startDraft({ id: "a", instrument: "momentary.1", items: ["mood"] } as unknown as Beep, "2026-03-14T12:00:00Z"));
    await putResponse("a", body("momentary.1"));
    expect(await db.get("drafts", "a")).toBeUndefined();
    expect(await listOutbox()).toHaveLength(1);
  });

  it("sends a swap and then the outcome, and of two outcomes the last", async () => {
    await putChallenge("c", { outcome: "swapped", slug: "walk", at: "2026-03-14T12:00:00Z" });
    await putChallenge("c", { outcome: "done", slug: "walk", at: "2026-03-14T12:10:00Z" });
    await putChallenge("c", { outcome: "done", slug: "walk", fun: 67, at: "2026-03-14T12:11:00Z" });
    await flush(now);
    expect(sent.map(({ body: wire }) => wire)).toMatchObject([{ outcome: "swapped" }, { outcome: "done", fun: 67 }]);
  });

  it("sends receipts after the answers and forgets them once told", async () => {
    await noteReceipt("a", "shown", now());
    await putResponse("a", body("momentary.1"));
    await flush(now);
    expect(paths()).toEqual(["/beeps/a/response", "/receipts"]);
    expect(sent[1]?.body).toEqual({ receipts: [{ beep: "a", kind: "shown", at: "2026-03-14T12:30:00.000Z" }] });
    sent = [];
    await flush(now);
    expect(sent).toEqual([]);
  });

  it("keeps a challenge that was changed while the older one travelled", async () => {
    await putChallenge("c", { outcome: "done", slug: "walk", at: "2026-03-14T12:00:00Z" });
    const reached = globalThis.fetch;
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (sent.length === 0) await putChallenge("c", { outcome: "done", slug: "walk", fun: 100, at: "2026-03-14T12:01:00Z" });
      return reached(url, init);
    });
    await flush(now);
    expect(sent[0]?.body).not.toHaveProperty("fun");
    await flush(now);
    expect(sent.at(-1)?.body).toMatchObject({ fun: 100 });
    expect(await listOutbox()).toEqual([]);
  });
});
