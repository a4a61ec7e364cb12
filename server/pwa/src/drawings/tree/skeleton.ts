// Where everything of a team's tree is. The whole full-grown tree follows from the team's id; a stage shows the part
// that is there by then, so a tree that grows stays the same tree. The foot of the trunk is (0, 0), up is negative.

export const STAGES = 12;
/** Up to here it is a plant, drawn like one's own; from here on it has a trunk. */
export const FIRST_TRUNK = 4;

export type Point = readonly [x: number, y: number];

export interface Limb { readonly d: string; readonly width: number }
export interface Clump { readonly d: string; readonly x: number; readonly y: number; readonly r: number; readonly layer: 0 | 1 | 2 }
export interface Spot { readonly x: number; readonly y: number; readonly turn: number; readonly size: number }

export interface Skeleton {
  readonly trunk: string;
  readonly trunkWidth: number;
  readonly limbs: readonly Limb[];
  readonly clumps: readonly Clump[];
  readonly blossoms: readonly Spot[];
  readonly fruits: readonly Spot[];
  /** The bough with the swing: to the right (1) or to the left (-1). */
  readonly side: 1 | -1;
  /** Which of the colours this tree blossoms in. */
  readonly hue: number;
  readonly bough: Point;
  readonly top: Point;
  readonly halfWidth: number;
  readonly crownFoot: number;
}

//                            4   5   6    7    8    9    10   11   12
const HALF_WIDTH: readonly number[] = [44, 58, 74, 90, 106, 116, 126, 134, 142];
const CROWN: readonly number[] = [72, 90, 106, 120, 134, 146, 156, 164, 172];
const FOOT: readonly number[] = [66, 74, 82, 92, 104, 110, 114, 118, 122];
const TRUNK: readonly number[] = [10, 13, 16, 20, 24, 27, 30, 33, 36];

interface Plot { readonly u: number; readonly v: number; readonly r: number; readonly born: number; readonly layer: 0 | 1 | 2 }

// u: from the middle (0) to the edge (1); v: from the foot of the crown (0) to its top (1). Those behind come first.
const PLOTS: readonly Plot[] = [
  { u: -0.5, v: 0.8, r: 0.3, born: 10, layer: 0 }, { u: 0.54, v: 0.82, r: 0.3, born: 10, layer: 0 },
  { u: -0.84, v: 0.5, r: 0.28, born: 8, layer: 0 }, { u: 0.85, v: 0.54, r: 0.28, born: 8, layer: 0 },
  { u: 0.02, v: 0.98, r: 0.3, born: 9, layer: 0 },
  { u: -0.72, v: 0.24, r: 0.3, born: 6, layer: 1 }, { u: 0.73, v: 0.28, r: 0.3, born: 6, layer: 1 },
  { u: -0.3, v: 0.86, r: 0.32, born: 7, layer: 1 }, { u: 0.33, v: 0.87, r: 0.32, born: 7, layer: 1 },
  { u: 0, v: 0.76, r: 0.4, born: 4, layer: 1 },
  { u: -0.45, v: 0.48, r: 0.4, born: 4, layer: 2 }, { u: 0.45, v: 0.52, r: 0.4, born: 4, layer: 2 },
  { u: -0.3, v: 0.14, r: 0.28, born: 11, layer: 1 }, { u: 0.32, v: 0.16, r: 0.28, born: 11, layer: 1 },
  { u: 0.03, v: 0.38, r: 0.42, born: 5, layer: 2 },
];
const SPOTS_A_CLUMP = 6;

/** The tree of `team` at a stage from FIRST_TRUNK to STAGES. */
export function growTree(team: string, stage: number): Skeleton {
  const at = Math.max(0, Math.min(stage, STAGES) - FIRST_TRUNK);
  const [halfWidth, crown, crownFoot, trunkWidth] = [HALF_WIDTH[at]!, CROWN[at]!, FOOT[at]!, TRUNK[at]!];
  const rng = seedRandom(team);
  const side = rng() < 0.5 ? 1 : -1;
  const hue = Math.floor(rng() * 4);
  const lean = (rng() - 0.5) * 0.24;
  const bend = (rng() - 0.5) * 0.2;
  const trunkTop = crownFoot + crown * 0.42;
  /** The middle of the trunk at a height, which may go on into the crown. */
  const middle = (height: number): number => {
    const share = height / (crownFoot + crown);
    return (lean * share + bend * Math.sin(share * Math.PI)) * halfWidth;
  };

  const clumps: Clump[] = [];
  const limbs: Limb[] = [];
  const blossoms: Spot[] = [];
  const fruits: Spot[] = [];
  for (const plot of PLOTS) {
    // Every plot draws the same numbers at every stage, or the tree would be another one after each spurt.
    const [du, dv, dr, dt] = [rng(), rng(), rng(), rng()].map((n) => n - 0.5) as [number, number, number, number];
    const outline = Array.from({ length: 12 }, () => rng());
    const spots = Array.from({ length: SPOTS_A_CLUMP }, () => [rng(), rng(), rng()] as const);
    if (plot.born > stage) continue;
    const height = crownFoot + crown * (plot.v + dv * 0.07);
    const x = (plot.u * side + du * 0.1) * halfWidth + middle(height);
    const r = halfWidth * (plot.r + dr * 0.05) * (plot.born === stage ? 0.9 : 1);
    clumps.push({ d: cloud(x, -height, r * 1.06, r * 0.88, outline), x, y: -height, r, layer: plot.layer });
    if (Math.abs(plot.u) > 0.2) {
      const from = Math.min(trunkTop * 0.94, crownFoot * (0.72 + plot.v * 0.6));
      const width = Math.max(3, trunkWidth * (0.42 - 0.16 * plot.v));
      limbs.push({ d: `M${n(middle(from))} ${n(-from)}Q${n(x * 0.3)} ${n(-(from + height) / 2 - dt * 14)} ${n(x * 0.86)} ${n(-height + r * 0.2)}`, width });
    }
    spots.forEach(([angle, far, turn], index) => {
      const distance = r * (0.25 + 0.6 * Math.sqrt(far));
      const spot = { x: x + Math.cos(angle * 2 * Math.PI) * distance, y: -height + Math.sin(angle * 2 * Math.PI) * distance * 0.8, turn: turn * 72, size: 0.8 + far * 0.45 };
      if (index >= 2) {
        if (index - 2 < blossomsAt(stage)) blossoms.push(spot);
      } else if (plot.layer > 0 && stage >= 9) fruits.push(spot);
    });
  }
  const boughFoot = crownFoot * 0.86;
  const bough: Point = [side * halfWidth * 0.66 + middle(boughFoot), -(crownFoot + 6)];
  if (stage >= 8) {
    limbs.push({ d: `M${n(middle(boughFoot * 0.9))} ${n(-boughFoot * 0.9)}Q${n(bough[0] * 0.4)} ${n(bough[1] - 4)} ${n(bough[0] + side * 14)} ${n(bough[1])}`, width: trunkWidth * 0.36 });
  }
  const top = clumps.reduce<Point>((highest, clump) => (clump.y - clump.r * 0.9 < highest[1] ? [clump.x, clump.y - clump.r * 0.9] : highest), [0, 0]);
  return { trunk: drawTrunk(middle, trunkTop, trunkWidth), trunkWidth, limbs, clumps, blossoms, fruits, side, hue, bough, top, halfWidth, crownFoot };
}

/** Blossoms on each clump: the first at stage 5, all of them on the full-grown tree. */
function blossomsAt(stage: number): number {
  return stage < 5 ? 0 : stage >= STAGES ? 4 : stage >= 9 ? 2 : 1;
}

function drawTrunk(middle: (height: number) => number, top: number, width: number): string {
  const half = width / 2;
  const waist = top * 0.45;
  const [xm, xt] = [middle(waist), middle(top)];
  const tip = half * 0.42;
  return `M${n(-half * 2.1)} 5C${n(-half * 1.1)} 0 ${n(-half)} ${n(-width * 0.6)} ${n(xm - half * 0.86)} ${n(-waist)}C${n(xm - half * 0.8)} ${n(-waist - top * 0.2)} ${n(xt - tip)} ${n(-top + 14)} ${n(xt - tip)} ${n(-top)}`
    + `L${n(xt + tip)} ${n(-top)}C${n(xt + tip)} ${n(-top + 14)} ${n(xm + half * 0.8)} ${n(-waist - top * 0.2)} ${n(xm + half * 0.86)} ${n(-waist)}C${n(half)} ${n(-width * 0.6)} ${n(half * 1.1)} 0 ${n(half * 2.1)} 5C${n(half)} 9 ${n(-half)} 9 ${n(-half * 2.1)} 5Z`;
}

/** A clump of leaves: an oval with a scalloped edge. `random`: 12 numbers from 0 to 1. */
function cloud(x: number, y: number, rx: number, ry: number, random: readonly number[]): string {
  const count = rx < 22 ? 7 : rx < 40 ? 9 : 11;
  const at = (angle: number, far: number): string => `${n(x + Math.cos(angle) * rx * far)} ${n(y + Math.sin(angle) * ry * far)}`;
  const angles = Array.from({ length: count }, (_, index) => ((index + ((random[index] ?? 0.5) - 0.5) * 0.5) / count) * 2 * Math.PI);
  const arcs = angles.map((angle, index) => {
    const next = angles[index + 1] ?? angles[0]! + 2 * Math.PI;
    return `Q${at((angle + next) / 2, 1.34)} ${at(next, 0.96)}`;
  });
  return `M${at(angles[0]!, 0.96)}${arcs.join("")}Z`;
}

/** Numbers from 0 to 1 that follow from the words (FNV-1a, then mulberry32). */
export function seedRandom(words: string): () => number {
  let state = 0x811c9dc5;
  for (const character of words) state = Math.imul(state ^ character.codePointAt(0)!, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function n(value: number): number {
  return Math.round(value * 10) / 10;
}
