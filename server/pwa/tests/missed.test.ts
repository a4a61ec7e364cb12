import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { heard, loadHeard, pauseOn, whyMissed } from "../src/missed";
import { rememberShown } from "../src/notified";
import { readStored, writeFact } from "../src/storage";
import type { Beep } from "../src/wire";

const beep = { id: "b1", local_date: "2026-03-14" } as Beep;
const nothing = { notified: [], pause: null };

describe("why a beep was missed", () => {
  it("is a pause on its days, first and last one too", () => {
    const pause = { from: "2026-03-14", until: "2026-03-14" };
    expect(whyMissed(beep, { notified: ["b1"], pause }, "on")).toBe("pause");
    expect(whyMissed(beep, { notified: [], pause: { from: "2026-03-15", until: "2026-03-20" } }, "on")).toBe("silent");
  });

  it("knows whether a day lies in a pause", () => {
    const pause = { from: "2026-03-14", until: "2026-03-16" };
    const days = ["2026-03-13", "2026-03-14", "2026-03-16", "2026-03-17"];
    expect(days.map((date) => pauseOn(date, { notified: [], pause }) !== null)).toEqual([false, true, true, false]);
    expect(pauseOn("2026-03-14", nothing)).toBeNull();
  });

  it("tells a message that never came from one that was not answered", () => {
    expect(whyMissed(beep, { ...nothing, notified: ["b1"] }, "on")).toBe("closed");
    expect(whyMissed(beep, nothing, "on")).toBe("silent");
    expect(whyMissed(beep, nothing, "broken")).toBe("silent");
  });

  it("says that notifications are off where they are, cannot be or wait for the home screen", () => {
    for (const state of ["ask", "blocked", "unsupported", "install"] as const) expect(whyMissed(beep, nothing, state)).toBe("off");
  });

  it("is worked out from what the worker and the settings have kept, no more than some days of it", async () => {
    for (let n = 0; n < 50; n += 1) await rememberShown(`beep-${n}`);
    await rememberShown("beep-20");
    await writeFact("pause", { from: "2026-03-01", until: "2026-03-02" });
    loadHeard((await readStored()).facts);
    expect(heard.value.notified).toHaveLength(40);
    expect(heard.value.notified.at(-1)).toBe("beep-20");
    expect(heard.value.pause?.until).toBe("2026-03-02");
  });
});
