import { describe, expect, it } from "vitest";
import vectors from "../../../prompts/condition_vectors.json";
import { holds } from "../src/conditions";
import type { Answers, Rule } from "../src/wire";

interface Vector { why: string; rule: Rule; answers: Answers; holds: boolean }

describe("the phone decides show-if as the server does", () => {
  for (const vector of vectors as unknown as Vector[]) {
    it(`${vector.why}: ${JSON.stringify(vector.rule)}`, () => {
      expect(holds(vector.rule, vector.answers)).toBe(vector.holds);
    });
  }

  it("an unknown operator is an error, not a guess", () => {
    expect(() => holds({ "===": [{ var: "x" }, 1] }, { x: 1 })).toThrow(/unknown operator/);
  });
});
