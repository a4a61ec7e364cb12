import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { join, recover } from "../src/joining";
import { memories } from "../src/memories";
import { me, outbox, reloadQueues, trends } from "../src/state";
import { eraseStorage, openStorage, readFact, writeFact } from "../src/storage";
import type { Me, Today } from "../src/wire";
import type { Trends } from "../src/trends";

const noor = { code: "NRNR234", language: "nl" } as unknown as Me;
const sam = { code: "SMSM234", language: "nl" } as unknown as Me;
const consent = { scopes: {} } as never;
let sent: string[];
let comes: Me;

/** Noor's phone, on which she is signed out: an answer that waits, a draft, a photo, her trends. */
beforeEach(async () => {
  sent = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    sent.push(`${init.method} ${url.replace("/api/v1", "")}`);
    const body = /join|recover/.test(url) ? { participant: comes, recovery_code: "NEW" } : { code: "no" };
    return new Response(JSON.stringify(body), { status: /join|recover/.test(url) ? 200 : 404 });
  });
  vi.stubGlobal("navigator", {});
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: { lang: "en" } });
  const db = await openStorage();
  const entry = { key: "response/x", beep: "x", kind: "response", path: "/events/x/response", body: { answers: { note: "hers" } }, seq: 1 };
  await db.put("outbox", entry as never);
  await db.put("drafts", { beep: "y" } as never);
  await db.put("memories", { beep: "z", note: "hers" } as never);
  await writeFact("me", noor);
  await writeFact("today", { beeps: [] } as unknown as Today);
  await writeFact("trends", { until: "2999-01-01" } as unknown as Trends);
  await writeFact("parent_mails", { 1: "mother@home.example" });
  await writeFact("language", "en");
  await writeFact("join_code", "GARDEN");
  me.value = noor;
  trends.value = { until: "2999-01-01" } as unknown as Trends;
  memories.value = [{ beep: "z" } as never];
  await reloadQueues();
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await eraseStorage();
});

async function count(): Promise<number[]> {
  const db = await openStorage();
  return Promise.all((["outbox", "drafts", "memories"] as const).map((name) => db.count(name)));
}

describe("another person on the same phone", () => {
  for (const [way, enter] of [["joins", () => join("GARDEN", "en", { year: 2006, month: 1 }, consent)], ["comes back", () => recover("HERS")]] as const)
    it(`who ${way} finds and sends nothing of who was there before`, async () => {
      comes = sam;
      expect(await enter()).toBeNull();
      await vi.waitFor(() => expect(sent).toContain("GET /me"));
      expect(await count()).toEqual([0, 0, 0]);
      expect(sent.filter((one) => one.startsWith("PUT"))).toEqual([]);
      for (const name of ["today", "trends", "parent_mails"] as const) expect(await readFact(name)).toBeUndefined();
      expect([me.value?.code, trends.value, outbox.value, memories.value]).toEqual(["SMSM234", null, [], []]);
      expect(await readFact("join_code")).toBe("GARDEN");
    });

  it("who joins a phone that was emptied while a second tab still answered does not send that answer", async () => {
    await (await openStorage()).delete("kv", "me");
    comes = sam;
    expect(await join("GARDEN", "en", { year: 2006, month: 1 }, consent)).toBeNull();
    await vi.waitFor(() => expect(sent).toContain("GET /me"));
    expect(await count()).toEqual([0, 0, 0]);
    expect(sent.filter((one) => one.startsWith("PUT"))).toEqual([]);
  });

  it("who comes back herself finds everything, and what waited leaves", async () => {
    comes = noor;
    expect(await recover("HERS")).toBeNull();
    await vi.waitFor(() => expect(sent).toContain("PUT /events/x/response"));
    expect((await count()).slice(1)).toEqual([1, 1]);
    expect(await readFact("trends")).toBeDefined();
  });

  it("a code that opens nothing costs nobody anything", async () => {
    vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ code: "code-unknown" }), { status: 404 }));
    expect(await join("WRONG", "en", { year: null, month: null }, null)).toBe("join.code.wrong");
    expect(await count()).toEqual([1, 1, 1]);
  });
});
