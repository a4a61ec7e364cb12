import { describe, expect, it } from "vitest";
import { FIRST_TRUNK, growTree, seedRandom, STAGES } from "../src/drawings/tree/skeleton";

const TEAMS = ["0b6f1c1e-0000-4000-8000-000000000001", "0b6f1c1e-0000-4000-8000-000000000002", "another"];
const stages = Array.from({ length: STAGES - FIRST_TRUNK + 1 }, (_, index) => FIRST_TRUNK + index);

describe("a team's tree", () => {
  it("is the same on every phone, and another one for another team", () => {
    for (const team of TEAMS) expect(growTree(team, 9)).toEqual(growTree(team, 9));
    expect(growTree(TEAMS[0]!, 9).trunk).not.toBe(growTree(TEAMS[1]!, 9).trunk);
  });

  it("gains with every stage and loses nothing: it is taller, wider, and has at least as many leaves, blossoms and fruits", () => {
    for (const team of TEAMS) {
      const grown = stages.map((stage) => growTree(team, stage));
      grown.slice(1).forEach((tree, index) => {
        const before = grown[index]!;
        expect(tree.top[1]).toBeLessThan(before.top[1]);
        expect(tree.halfWidth).toBeGreaterThan(before.halfWidth);
        expect(tree.trunkWidth).toBeGreaterThan(before.trunkWidth);
        for (const part of ["clumps", "blossoms", "fruits", "limbs"] as const) expect(tree[part].length).toBeGreaterThanOrEqual(before[part].length);
        expect([tree.side, tree.hue]).toEqual([before.side, before.hue]);
      });
    }
  });

  it("fits its picture at every stage, whatever the team", () => {
    const random = seedRandom("teams");
    for (let index = 0; index < 60; index += 1) {
      const tree = growTree(String(random()), STAGES);
      expect(tree.top[1]).toBeGreaterThan(-376);
      for (const clump of tree.clumps) expect(Math.abs(clump.x) + clump.r * 0.8).toBeLessThan(190);
    }
  });

  it("draws by chance that is spread evenly", () => {
    const random = seedRandom("a tree");
    const mean = Array.from({ length: 2000 }, random).reduce((sum, n) => sum + n, 0) / 2000;
    expect(mean).toBeGreaterThan(0.47);
    expect(mean).toBeLessThan(0.53);
  });
});
