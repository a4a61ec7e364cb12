import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { learnOffset, now } from "../src/clock";
import { findPlatform } from "../src/device";
import { packagedHelp } from "../src/help_lines";
import { cleanCode, listSteps, nextStep } from "../src/joining";
import { toDraft, toggleDay, toRhythm } from "../src/rhythm";

describe("joining", () => {
  it("puts the home screen before the account on an iPhone's browser, because the app there starts empty", () => {
    const steps = listSteps("ios", false);
    expect(steps.indexOf("install")).toBeLessThan(steps.indexOf("age"));
    expect(steps.indexOf("install")).toBeLessThan(steps.indexOf("recovery"));
  });

  it("does not ask for what is done already", () => {
    expect(listSteps("ios", true)).not.toContain("install");
    expect(listSteps("android", true)).not.toContain("install");
    expect(listSteps("android", false).indexOf("install")).toBeGreaterThan(listSteps("android", false).indexOf("recovery"));
  });

  it("walks through every step once and ends", () => {
    const steps = listSteps("desktop", false);
    const walked = [steps[0]!];
    while (walked.at(-1) !== "done") walked.push(nextStep(steps, walked.at(-1)!));
    expect(walked).toEqual(steps);
  });

  it("asks for a name in the team last, and not of somebody who has no team yet", () => {
    expect(listSteps("android", true).slice(-3)).toEqual(["rhythm", "look", "done"]);
    expect(listSteps("android", true, true, false).slice(-2)).toEqual(["rhythm", "done"]);
  });

  it("asks for a parent as soon as there is somebody to ask for", () => {
    const steps = listSteps("android", false, true, false, true);
    expect(steps[steps.indexOf("parent") - 1]).toBe("recovery");
    expect(listSteps("ios", true, true, false, true)).toContain("parent");
    expect(listSteps("android", false, true, true, false)).not.toContain("parent");
  });

  it("forgives how a code is typed", () => {
    expect([" grow-2026 ", "grow 2026", "Grow–2026", "GROW - 2026"].map(cleanCode)).toEqual(Array(4).fill("GROW-2026"));
  });
});

describe("my day", () => {
  const stored = { school: { start: "07:15", end: "22:00", quiet: [["08:30", "15:00"], ["17:00", "18:00"]] as const }, free: { start: "10:00", end: "00:30", quiet: [["12:00", "13:00"]] as const }, school_days: [1, 2, 4] };

  it("comes back from the form as it went in, with what the form does not show", () => {
    expect(toRhythm(toDraft(stored), stored)).toEqual(stored);
  });

  it("has usual hours when nothing is stored, and quiet time can go", () => {
    expect(toRhythm({ ...toDraft(null), quiet: null }, null).school.quiet).toEqual([]);
    expect(toggleDay([1, 3], 2)).toEqual([1, 2, 3]);
    expect(toggleDay([1, 3], 3)).toEqual([1]);
  });
});

describe("help", () => {
  it("puts emergencies first, then the lines for the age, and leaves nobody out", () => {
    const order = (age: number | null) => packagedHelp(age).lines.map((line) => line.id);
    expect(order(15).slice(0, 3)).toEqual(["112", "kindertelefoon", "113"]);
    expect(order(20).indexOf("allesoke")).toBeLessThan(order(20).indexOf("kindertelefoon"));
    expect([...order(15)].sort()).toEqual([...order(null)].sort());
  });

  it("comes with the same lines as the server has", () => {
    const server = readFileSync(join(import.meta.dirname, "../../safety/help/nl.yaml"), "utf8");
    const told = [...server.matchAll(/- id: "?([\w-]+)"?$/gm)].map(([, id]) => id);
    expect(packagedHelp(null).lines.map((line) => line.id).sort()).toEqual(told.sort());
    for (const line of packagedHelp(null).lines) {
      for (const words of [line.name, line.about.nl, line.about.en, line.phone ?? "", line.chat ?? "", line.as_of]) expect(server).toContain(words);
    }
    expect(packagedHelp(null).lines.filter((line) => line.checked_on).length).toBe(server.match(/^ +checked_on:/gm)?.length ?? 0);
  });
});

describe("the phone", () => {
  it("is told apart, an iPad that says it is a Mac included", () => {
    expect(findPlatform("Mozilla/5.0 (Macintosh; Intel Mac OS X)", 5)).toBe("ios");
    expect(findPlatform("Mozilla/5.0 (Macintosh; Intel Mac OS X)", 0)).toBe("desktop");
    expect(findPlatform("Mozilla/5.0 (Linux; Android 14)", 5)).toBe("android");
  });

  it("follows the server's clock when its own is far off, and not for a slow network", () => {
    const sentAt = Date.now();
    expect(learnOffset(new Date(sentAt + 8_000).toISOString(), sentAt, sentAt + 2_000)).toBe(0);
    expect(learnOffset(new Date(sentAt - 3_600_000).toISOString(), sentAt, sentAt)).toBe(-3_600_000);
    expect(Math.abs(now().getTime() - (Date.now() - 3_600_000))).toBeLessThan(50);
    expect(learnOffset("nonsense", sentAt, sentAt)).toBe(0);
  });
});

describe("what is shipped", () => {
  const root = join(import.meta.dirname, "..");

  it("needs no address but the registry that npm is set to", () => {
    expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.toContain("http");
  });

  it("has nothing inline and nothing from elsewhere in its page", () => {
    const page = readFileSync(join(root, "index.html"), "utf8");
    expect(page).not.toMatch(/<style|style=|\son\w+=|https?:/);
    expect(page.match(/<script[^>]*>([^<]*)</)?.[1]).toBe("");
  });
});
