import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { eraseStorage, readStored } from "../src/storage";
import { hasGrown, loadTeam, refreshTeam, type SentSticker, type Team, team, teamIsFrom } from "../src/team";
import { drawName, fetchGameWords, type GameWords, lastStickers, sayName, sendSticker, splitName, wayToSpurt } from "../src/team_acts";

const word = (key: string, nl: string, en: string) => ({ key, text: { nl, en } });
const WORDS: GameWords = {
  avatars: ["fox", "owl"], stickers: ["hello", "sun"],
  adjectives: [word("sunny", "Zonnige", "Sunny"), word("calm", "Kalme", "Calm")],
  animals: [word("otter", "Otter", "Otter"), word("fox", "Vos", "Fox")],
};
const TEAM: Team = {
  id: "t1", tree: { stage: 4, share: 0.1234, next_spurt: 0.15 },
  members: [{ id: "m1", nickname: { nl: "Kalme Vos", en: "Calm Fox" }, avatar: "fox", me: true }],
  stickers: [], points: { total: 120, today: 30, most_a_day: 50 }, streak: { days: 3, rest_days_left: 2 }, ranking: null,
};
const sticker = (id: string, member: string | null, at: string, name = "hello"): SentSticker => ({
  id, member, nickname: { nl: "", en: "" }, avatar: "fox", sticker: name, at, me: false,
});

let server: (method: string, path: string, body: unknown) => { status: number; body?: unknown } | "cut";
beforeEach(() => {
  server = () => "cut";
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const answer = server(init.method ?? "GET", url.replace("/api/v1", ""), init.body ? JSON.parse(String(init.body)) : null);
    if (answer === "cut") throw new TypeError("Failed to fetch");
    return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status, headers: { "Content-Type": "application/json" } });
  });
});
afterEach(async () => {
  vi.unstubAllGlobals();
  team.value = null;
  teamIsFrom.value = null;
  await eraseStorage();
});

describe("the team", () => {
  it("stays on the phone as last heard, and says from when it is", async () => {
    server = () => ({ status: 200, body: TEAM });
    await refreshTeam();
    expect([team.value?.id, teamIsFrom.value]).toEqual(["t1", null]);
    server = () => "cut";
    await refreshTeam();
    expect(team.value?.id).toBe("t1");
    expect(Date.parse(teamIsFrom.value ?? "")).not.toBeNaN();
    team.value = null;
    loadTeam((await readStored()).facts, { online: true });
    expect([team.value, teamIsFrom.value]).toEqual([TEAM, null]);
    loadTeam((await readStored()).facts, { online: false });
    expect(teamIsFrom.value).not.toBeNull();
  });

  it("goes from the phone when there is none any more", async () => {
    server = () => ({ status: 200, body: TEAM });
    await refreshTeam();
    server = () => ({ status: 403, body: { code: "left-study" } });
    await refreshTeam();
    loadTeam((await readStored()).facts, { online: false });
    expect(team.value).toBeNull();
  });

  it("is what the server answers to an act; a refusal changes nothing and has words", async () => {
    server = (method, path, body) => {
      expect([method, path, body]).toEqual(["POST", "/team/stickers", { sticker: "sun" }]);
      return { status: 201, body: { ...TEAM, stickers: [sticker("s1", "m1", "2026-03-14T12:00:00Z", "sun")] } };
    };
    expect(await sendSticker("sun")).toBeNull();
    expect(team.value?.stickers).toHaveLength(1);
    server = () => ({ status: 429, body: { code: "too-many-stickers" } });
    expect(await sendSticker("sun")).toBe("team.sticker.enough");
    server = () => "cut";
    expect(await sendSticker("sun")).toBe("team.unreachable");
    expect(team.value?.stickers).toHaveLength(1);
  });

  it("has words and pictures to choose from without a network, once they were there", async () => {
    expect(await fetchGameWords()).toBeNull();
    server = () => ({ status: 200, body: WORDS });
    await fetchGameWords();
    server = () => "cut";
    expect(await fetchGameWords()).toEqual(WORDS);
  });
});

describe("the tree", () => {
  it("has grown only for who saw this very tree smaller", () => {
    expect(hasGrown(TEAM, { team: "t1", stage: 3 })).toBe(true);
    expect(hasGrown(TEAM, { team: "t1", stage: 4 })).toBe(false);
    expect(hasGrown(TEAM, { team: "another", stage: 1 })).toBe(false);
    expect(hasGrown(TEAM, null)).toBe(false);
    expect(hasGrown(null, { team: "t1", stage: 3 })).toBe(false);
  });

  it("is never said to be as far as the next stage before it is", () => {
    expect(wayToSpurt(TEAM.tree)).toMatchObject({ have: 12, need: 15 });
    expect(wayToSpurt({ stage: 4, share: 0.1499, next_spurt: 0.15 })?.have).toBe(14);
    expect(wayToSpurt({ stage: 12, share: 0.7, next_spurt: null })).toBeNull();
  });
});

describe("nicknames and stickers", () => {
  it("a nickname comes apart into the two words that it is made of", () => {
    expect(splitName(WORDS, TEAM.members[0]!.nickname)).toEqual({ adjective: "calm", animal: "fox" });
    expect(splitName(WORDS, { nl: "Iets Anders", en: "Something Else" })).toBeNull();
    expect(sayName(WORDS, { adjective: "sunny", animal: "otter" })).toEqual({ nl: "Zonnige Otter", en: "Sunny Otter" });
  });

  it("a drawn name is another one, in both halves", () => {
    for (const n of [0, 0.5, 0.999]) expect(drawName(WORDS, { adjective: "calm", animal: "fox" }, () => n)).toEqual({ adjective: "sunny", animal: "otter" });
  });

  it("only the newest sticker of the last day hangs beside a member, and none of who has left", () => {
    const now = new Date("2026-03-14T12:00:00Z");
    const sent = [
      sticker("4", null, "2026-03-14T11:00:00Z"), sticker("3", "m1", "2026-03-14T10:00:00Z", "sun"),
      sticker("2", "m1", "2026-03-14T09:00:00Z"), sticker("1", "m2", "2026-03-12T09:00:00Z"),
    ];
    expect([...lastStickers(sent, now)]).toEqual([["m1", "sun"]]);
  });
});
