import "fake-indexeddb/auto";
import { openDB } from "idb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { keepMemory, loadMemories, memories, rememberDone } from "../src/memories";
import { fitWithin } from "../src/photo";
import { eraseStorage, openStorage } from "../src/storage";
import type { Card } from "../src/wire";

const card = (slug: string) => ({ slug, strategy: "humour", title: { nl: slug, en: slug } }) as Card;
const on = (day: number) => ({ beep: `b${day}`, local_date: `2026-03-${day}` });

afterEach(async () => {
  vi.unstubAllGlobals();
  await eraseStorage();
});

describe("what was done", () => {
  it("hangs newest first, once a day, and keeps its note when it is done again", async () => {
    await rememberDone(on(13), card("walk"), 67);
    await rememberDone(on(14), card("joke"), null);
    await keepMemory(memories.value[0]!, { note: "with my brother", photo: null });
    await rememberDone(on(14), card("joke"), 100);
    expect(memories.value.map(({ slug, fun, note }) => [slug, fun, note])).toEqual([["joke", 100, "with my brother"], ["walk", 67, ""]]);
  });

  it("never leaves the phone", async () => {
    const reached = vi.fn();
    vi.stubGlobal("fetch", reached);
    await rememberDone(on(14), card("joke"), 100);
    await keepMemory(memories.value[0]!, { note: "secret", photo: null });
    expect(reached).not.toHaveBeenCalled();
    expect(await (await openStorage()).getAll("outbox")).toEqual([]);
  });

  it("is forgotten with everything else", async () => {
    await rememberDone(on(14), card("joke"), 100);
    await eraseStorage();
    await loadMemories();
    expect(memories.value).toEqual([]);
  });
});

describe("a photo", () => {
  it("is made to fit, in its own shape, and never larger", () => {
    expect(fitWithin(4000, 3000, 1280)).toEqual({ width: 1280, height: 960 });
    expect(fitWithin(3000, 4000, 1280)).toEqual({ width: 960, height: 1280 });
    expect(fitWithin(640, 480, 1280)).toEqual({ width: 640, height: 480 });
  });
});

describe("a phone that joined with the first version", () => {
  it("keeps what it had and can remember", async () => {
    vi.resetModules();
    const first = await openDB("old", 1, {
      upgrade(db) {
        db.createObjectStore("kv");
        for (const name of ["instruments", "kept"]) db.createObjectStore(name, { keyPath: "key" });
        db.createObjectStore("drafts", { keyPath: "beep" });
        db.createObjectStore("outbox", { keyPath: "key" }).createIndex("seq", "seq");
        db.createObjectStore("receipts", { autoIncrement: true });
      },
    });
    await first.put("kv", "en", "language");
    first.close();
    const { openStorage: openAnew } = await import("../src/storage");
    const now = await openAnew("old");
    expect(await now.get("kv", "language")).toBe("en");
    expect([...now.objectStoreNames]).toContain("memories");
    now.close();
  });
});
