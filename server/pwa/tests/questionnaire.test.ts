import { describe, expect, it } from "vitest";
import { answer, findPlace, finish, isSettled, move, presentedItems, skip, spend, startDraft, toggleOption, visibleItems } from "../src/questionnaire";
import type { Beep, Instrument, Item } from "../src/wire";

const text = (word: string) => ({ nl: word, en: word });
const company: Item = {
  id: "company", type: "multiple", prompt: text("Met wie?"),
  options: [{ id: "alone", label: text("alleen"), exclusive: true }, { id: "friends", label: text("vrienden") }, { id: "family", label: text("familie") }],
};
const pleasant: Item = { id: "pleasant", type: "slider", prompt: text("Fijn?"), show_if: { and: [{ var: "company" }, { "!": { in: ["alone", { var: "company" }] } }] } };
const alonefine: Item = { id: "alonefine", type: "slider", prompt: text("Fijn alleen?"), show_if: { in: ["alone", { var: "company" }] } };
const why: Item = { id: "why", type: "text", prompt: text("Waarom?"), required: false, show_if: { ">=": [{ var: "pleasant" }, 50] } };
const info: Item = { id: "intro", type: "info", prompt: text("Hoi") };
const instrument: Instrument = { id: "x", key: "x.1", title: text("X"), blocks: [{ id: "a", items: [info, company, pleasant, alonefine, why] }] };
const beep: Beep = {
  id: "b1", kind: "questionnaire", slot: 2, local_date: "2026-03-14", due_at: "2026-03-14T10:00:00Z", expires_at: "2026-03-14T11:00:00Z",
  instrument: "x.1", items: ["company", "pleasant", "alonefine", "why"], answered: false, answered_late: false,
};
const presented = presentedItems(instrument, beep.items);
const fresh = startDraft(beep, "2026-03-14T10:05:00Z");
const ids = (items: readonly Item[]) => items.map((item) => item.id);

describe("a questionnaire on the phone", () => {
  it("keeps the order the server chose and leaves out what the instrument does not know", () => {
    expect(ids(presentedItems(instrument, ["why", "gone", "company"]))).toEqual(["why", "company"]);
  });

  it("opens the branch that belongs to the answer", () => {
    expect(ids(visibleItems(presented, {}))).toEqual(["company"]);
    expect(ids(visibleItems(presented, { company: ["friends"] }))).toEqual(["company", "pleasant"]);
    expect(ids(visibleItems(presented, { company: ["alone"] }))).toEqual(["company", "alonefine"]);
  });

  it("does not let a hidden answer open anything", () => {
    const changed = { company: ["alone"], pleasant: 90 };
    expect(ids(visibleItems(presented, changed))).toEqual(["company", "alonefine"]);
  });

  it("sends only what was shown, and remembers the rest in case of another change of mind", () => {
    let draft = answer(fresh, company, ["friends"]);
    draft = answer(draft, pleasant, 80);
    draft = answer(draft, company, ["alone"]);
    const body = finish(spend(draft, "pleasant", 900), presented, { finished_at: "2026-03-14T10:06:00Z", zone: "Europe/Amsterdam", utc_offset_min: 60, app: "pwa" });
    expect(body.answers).toEqual({ company: ["alone"] });
    expect(body.shown).toEqual(["company", "alonefine"]);
    expect(body.item_ms).toEqual({});
    expect(draft.answers["pleasant"]).toBe(80);
  });

  it("tells rather-not from not yet answered", () => {
    expect(isSettled(fresh, company)).toBe(false);
    const skipped = skip(answer(fresh, company, ["friends"]), company);
    expect(isSettled(skipped, company)).toBe(true);
    expect(skipped.answers).toEqual({});
    expect(answer(skipped, company, ["family"]).skipped).toEqual([]);
  });

  it("an untouched slider is no answer, a slider at 0 is one", () => {
    expect(isSettled(fresh, pleasant)).toBe(false);
    expect(isSettled(answer(fresh, pleasant, 0), pleasant)).toBe(true);
    expect(isSettled(fresh, why)).toBe(true);
    expect(isSettled(fresh, info)).toBe(true);
  });

  it("goes on and back along what is visible", () => {
    const first = answer(fresh, company, ["friends"]);
    const second = move(first, presented, 1);
    expect(findPlace(second, presented)).toMatchObject({ index: 1, isLast: true });
    expect(move(second, presented, -1).at).toBe("company");
    expect(move(first, presented, -1).at).toBe("company");
  });

  it("adds up the time on an item over visits", () => {
    expect(spend(spend(fresh, "company", 400.4), "company", 600).item_ms).toEqual({ company: 1000 });
  });

  it("an exclusive option stands alone", () => {
    expect(toggleOption(company, ["friends", "family"], "alone")).toEqual(["alone"]);
    expect(toggleOption(company, ["alone"], "family")).toEqual(["family"]);
    expect(toggleOption(company, ["family"], "friends")).toEqual(["friends", "family"]);
    expect(toggleOption(company, ["friends"], "friends")).toEqual([]);
  });
});
