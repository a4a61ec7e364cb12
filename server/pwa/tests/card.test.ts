import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { card, dismissCard, loadCard, refreshCard } from "../src/card";
import { eraseStorage, readStored } from "../src/storage";

const both = (words: string) => ({ nl: words, en: words });
const SHOWN = { show: true, title: both("title"), text: both("text"), message: both("message") };

let asked: string[] = [];
let server: (path: string) => { status: number; body?: unknown } | "cut";
beforeEach(() => {
  asked = [];
  server = (path) => (path === "/card" ? { status: 200, body: SHOWN } : { status: 204 });
  vi.stubGlobal("fetch", async (url: string) => {
    const path = url.replace("/api/v1", "");
    const answer = server(path);
    if (answer === "cut") throw new TypeError("Failed to fetch");
    asked.push(path);
    return new Response(answer.status === 204 ? null : JSON.stringify(answer.body), { status: answer.status });
  });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  card.value = null;
  await eraseStorage();
});

describe("the gentle card", () => {
  it("stays on the phone until the server says otherwise", async () => {
    await refreshCard();
    server = () => "cut";
    await refreshCard();
    expect(card.value).toMatchObject({ title: both("title") });
    card.value = null;
    loadCard((await readStored()).facts);
    expect(card.value).toMatchObject({ message: both("message") });
    server = () => ({ status: 200, body: { show: false, title: null, text: null, message: null } });
    await refreshCard();
    loadCard((await readStored()).facts);
    expect(card.value).toBeNull();
  });

  it("once put away without a network does not come back when there is one", async () => {
    await refreshCard();
    server = () => "cut";
    await dismissCard();
    expect(card.value).toBeNull();
    await refreshCard();
    server = (path) => (path === "/card" ? { status: 200, body: { ...SHOWN, show: false } } : { status: 204 });
    asked = [];
    await refreshCard();
    expect(asked).toEqual(["/card/dismiss", "/card"]);
    expect(card.value).toBeNull();
  });
});
