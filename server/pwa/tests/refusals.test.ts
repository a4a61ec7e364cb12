import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { confirmCode } from "../src/my_data";
import { changeLanguage, offeredLanguages } from "../src/speaking";
import { language, me } from "../src/state";
import { eraseStorage, readFact } from "../src/storage";
import type { Me } from "../src/wire";

let server: (method: string, path: string) => { status: number; body: unknown } | "cut";
beforeEach(() => {
  vi.stubGlobal("localStorage", { setItem: () => undefined });
  vi.stubGlobal("document", { documentElement: {} });
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const answer = server(init.method ?? "GET", url.replace("/api/v1", ""));
    if (answer === "cut") throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await eraseStorage();
});

describe("asking for everything that is kept", () => {
  it.each([
    [200, { until: "x", sealed: false }, null],
    [200, { until: "x", sealed: true }, "data.sealed"],
    [403, { code: "data-sealed" }, "data.sealed"],
    [404, { code: "recovery-unknown" }, "data.wrong"],
    [429, { code: "slow-down" }, "data.busy"],
  ])("after %i %j says %s", async (status, body, said) => {
    server = () => ({ status, body });
    expect(await confirmCode(" code ")).toBe(said);
  });

  it("says that there is no network when there is none", async () => {
    server = () => "cut";
    expect(await confirmCode("code")).toBe("consent.unreachable");
  });
});

describe("the language", () => {
  const inDutch = { language: "nl", study: { languages: ["nl"] } } as unknown as Me;

  it("is one of the study's, and any while no study is known", () => {
    expect(offeredLanguages(null)).toEqual(["nl", "en"]);
    expect(offeredLanguages({ languages: ["en", "nl"] })).toEqual(["nl", "en"]);
    expect(offeredLanguages({ languages: ["en"] })).toEqual(["en"]);
  });

  it("goes back, with words for it, when the study no longer has it, and is not offered again", async () => {
    language.value = "nl";
    me.value = { language: "nl", study: { languages: ["nl", "en"] } } as unknown as Me;
    server = (method) => (method === "PATCH" ? { status: 422, body: { code: "language-not-offered" } } : { status: 200, body: inDutch });
    expect(await changeLanguage("en")).toBe("settings.language.not");
    expect([language.value, await readFact("language")]).toEqual(["nl", "nl"]);
    expect(offeredLanguages(me.value?.study)).toEqual(["nl"]);
  });

  it("stays as chosen here when the server is out of reach", async () => {
    language.value = "nl";
    server = () => "cut";
    expect(await changeLanguage("en")).toBeNull();
    expect(language.value).toBe("en");
  });
});
