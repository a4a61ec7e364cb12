import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pickWords, readAreas, readAtOnce } from "../split_words";
import { en } from "../src/strings/en";
import { type Key, nl } from "../src/strings/nl";

const SOURCE = join(import.meta.dirname, "../src");
const source = (readdirSync(SOURCE, { recursive: true }) as string[])
  .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("strings"))
  .map((name) => readFileSync(join(SOURCE, name), "utf8"))
  .join("\n");
const keys = Object.keys(nl) as Key[];
const gaps = (words: string) => [...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();

describe("the words", () => {
  it("are there in both languages, with the same gaps to fill", () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
    for (const key of keys) expect([key, gaps(en[key])]).toEqual([key, gaps(nl[key])]);
  });

  it("stand in the same area's file in both languages, each in one, and none of the files is left out", () => {
    const places = (language: string) => [...readAreas(language)].flatMap(([file, lines]) => lines.map(([, key]) => `${key} in ${file}`)).sort();
    const keysOf = (all: readonly string[]) => all.map((place) => place.split(" ")[0]);
    expect(places("en")).toEqual(places("nl"));
    expect(keysOf(places("nl"))).toEqual([...keys].sort()); // a word in two files would be here twice
  });

  it("are none of them empty, and none the same by mistake", () => {
    const alike = new Set(["nav.challenge", "nav.trends", "join.skip", "trends.stress", "challenge.minutes", "nav.team"]);
    for (const key of keys) {
      expect(nl[key].trim()).not.toBe("");
      if (nl[key] === en[key]) expect(alike).toContain(key);
    }
  });

  it("are all used", () => {
    expect(keys.filter((key) => !source.includes(`"${key}"`))).toEqual([]);
  });

  it("of the first screens are all in the part that comes first, and each word is in one part", () => {
    const atOnce = readAtOnce();
    expect(atOnce).toContain("function NowCard"); // today is a first screen
    expect(atOnce).not.toContain("function WeekTable"); // the week is not
    for (const language of ["nl", "en"]) {
      const parts = (["first", "rest"] as const).map((part) => [...pickWords(language, part, atOnce).matchAll(/^ {2}"([^"]+)":/gm)].map(([, key]) => key));
      expect(parts.flat().sort()).toEqual([...keys].sort());
      expect(parts[0]).toContain("today.open");
      expect(parts[1]).toContain("week.title");
    }
  });

  it("never scold", () => {
    const scolding = /\b(helaas|vergeten|moet je|alweer|jammer|fout|unfortunately|forgot|you must|failed to|wrong again|sorry)\b/i;
    for (const key of keys) expect([key, `${nl[key]} ${en[key]}`.match(scolding)?.[0]]).toEqual([key, undefined]);
  });
});
