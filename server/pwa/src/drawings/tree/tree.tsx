// A team's tree at one of its thirteen stages, standing at (0, 0). It only ever gains.
import "../../styles/tree.css";
import { Plant } from "../plant";
import { Bird, Birdhouse, Butterfly, Can, Kite, Lights, Swing, TreeHouse } from "./guests";
import { type Clump, FIRST_TRUNK, growTree, type Skeleton, type Spot, STAGES } from "./skeleton";

interface TreeProps {
  team: string;
  stage: number;
  /** Small and far away: without what could not be seen. */
  far?: boolean;
}

/** How near a young tree is drawn, by stage: a small thing is never a small picture, and every stage is a larger one. */
const NEAR: readonly number[] = [1.4, 1.45, 1.35, 1.2, 1.5, 1.36, 1.24, 1.14, 1.07];
const LEAVES: readonly number[] = [0, 0, 3, 6];

export function Tree({ team, stage, far = false }: TreeProps) {
  if (stage < FIRST_TRUNK) return <Young stage={Math.max(0, stage)} far={far} />;
  const tree = growTree(team, stage);
  const full = stage >= STAGES;
  return (
    <g class={`tree hue-${tree.hue}`} transform={`scale(${NEAR[stage] ?? 1})`}>
      <Wood tree={tree} far={far} />
      {stage >= 11 && <TreeHouse side={tree.side === 1 ? -1 : 1} foot={tree.crownFoot} trunk={tree.trunkWidth} />}
      {([0, 1, 2] as const).map((layer) => (
        <g key={layer} class={`breeze breeze-${layer}`}>
          {tree.clumps.filter((clump) => clump.layer === layer).map((clump, index) => <Leafage key={index} clump={clump} far={far} />)}
        </g>
      ))}
      <g class="breeze breeze-2">
        {tree.blossoms.map((spot, index) => <Blossom key={index} spot={spot} />)}
        {tree.fruits.map((spot, index) => <Fruit key={index} spot={spot} far={far} />)}
        {stage >= 10 && <Lights tree={tree} />}
      </g>
      {stage >= 8 && <Swing bough={tree.bough} />}
      {stage >= 6 && <Bird x={tree.top[0] + 2} y={tree.top[1] + 2} flip={tree.side === 1} />}
      {stage >= 7 && <Birdhouse x={-tree.side * tree.halfWidth * (stage >= 11 ? 0.82 : 0.62)} y={-tree.crownFoot * 0.94} />}
      {!far && stage >= 7 && <><Butterfly x={tree.side * tree.halfWidth * 0.9} y={-tree.crownFoot * 0.62} tone={0} /><Butterfly x={-tree.side * tree.halfWidth * 0.82} y={tree.top[1] + 22} tone={1} /></>}
      {!far && full && <Kite x={-138} y={tree.top[1] + 6} />}
    </g>
  );
}

function Young({ stage, far }: { stage: number; far: boolean }) {
  const near = NEAR[stage] ?? 1;
  return (
    <g class="tree">
      {stage === 0 ? (
        <g transform={`scale(${near})`}>
          <path class="mound" d="M-46 12C-40 0-20-6 1-6 22-6 40 0 46 12Z" />
          <g class="seed-rock">
            <path class="seed-fill" d="M0-30c10 6 13 16 9 23-4 6-14 6-18 0-4-7-1-17 9-23Z" transform="translate(2 1)" />
            <path class="ink" d="M0-30c10 6 13 16 9 23-4 6-14 6-18 0-4-7-1-17 9-23Z" />
            <path class="ink thin" d="M-3-20c-3 4-4 8-3 11" />
          </g>
          <path class="mound" d="M-30 12C-24 0-14-5 0-5S24 0 30 12Z" />
          <path class="ink thin" d="M-14 4c3 2 6 2 8 0M8 6c3 2 6 1 8-1" />
        </g>
      ) : <Plant x={0} y={-4} leaves={LEAVES[stage] ?? 0} scale={near} />}
      {stage === 3 && (
        <g transform={`scale(${near})`}>
          <path class="stake" d="M17 8C16-40 18-90 17-124" />
          <path class="ribbon" d="M2-76c6-4 12-4 17-1M3-71c6-3 11-3 16 0M19-74c5 3 7 7 6 13M19-74c5 1 9 4 11 9" />
        </g>
      )}
      {!far && <Can x={-112} y={4} />}
    </g>
  );
}

function Wood({ tree, far }: { tree: Skeleton; far: boolean }) {
  const w = tree.trunkWidth;
  return (
    <>
      {tree.limbs.map((limb, index) => <path key={index} class="limb-ink" d={limb.d} stroke-width={limb.width + 4.6} />)}
      <path class="trunk-ink" d={tree.trunk} />
      {tree.limbs.map((limb, index) => <path key={index} class="limb" d={limb.d} stroke-width={limb.width} />)}
      <path class="trunk" d={tree.trunk} />
      {!far && (
        <path class="ink thin" d={`M${-w * 0.2} ${-w * 0.5}c${w * 0.05} ${-w * 0.6} ${w * 0.1} ${-w * 0.8} ${w * 0.05} ${-w * 1.3}M${w * 0.16} ${-w * 0.9}c0 ${-w * 0.5} ${w * 0.06} ${-w * 0.7} ${w * 0.04} ${-w * 1.1}M${-w * 0.06} ${-w * 2.1}c0 ${-w * 0.4} ${w * 0.04} ${-w * 0.5} 0 ${-w * 0.9}`} />
      )}
    </>
  );
}

function Leafage({ clump, far }: { clump: Clump; far: boolean }) {
  const { x, y, r } = clump;
  const tuft = (dx: number, dy: number): string => `M${x + r * dx} ${y + r * dy}c${r * 0.06} ${r * 0.12} ${r * 0.2} ${r * 0.12} ${r * 0.26} 0`;
  return (
    <>
      <path class={`crown crown-${clump.layer}`} d={clump.d} transform="translate(3.500 2.500)" />
      {!far && r > 14 && <path class="crown-light" d={`M${x - r * 0.55} ${y - r * 0.1}c${r * 0.02} ${-r * 0.26} ${r * 0.18} ${-r * 0.42} ${r * 0.42} ${-r * 0.46}`} />}
      <path class="ink" d={clump.d} />
      {!far && r > 18 && <path class="ink thin faded" d={`${tuft(-0.5, 0.32)}${tuft(0.05, 0.02)}${tuft(0.3, 0.42)}${tuft(0.36, -0.3)}`} />}
    </>
  );
}

const PETALS = "M0 0C-5-2-5-9 0-9 5-9 5-2 0 0 2-5 9-6 10-1 10 3 4 4 0 0 5 2 6 9 2 10-2 11-3 5 0 0-3 5-8 8-10 4-11 0-5-2 0 0-6-1-9-6-6-9-2-10 0-4 0 0Z";

function Blossom({ spot }: { spot: Spot }) {
  return (
    <g transform={`translate(${spot.x} ${spot.y}) rotate(${spot.turn}) scale(${spot.size * 0.82})`}>
      <path class="blossom" d={PETALS} />
      <path class="ink thin" d={PETALS} />
      <circle class="blossom-heart" r="2.400" />
    </g>
  );
}

function Fruit({ spot, far }: { spot: Spot; far: boolean }) {
  return (
    <g transform={`translate(${spot.x} ${spot.y})`}>
      <circle class="fruit" cx="1" cy="1" r="5.400" />
      <circle class="ink thin" r="5.400" />
      {!far && <path class="ink thin" d="M0-5c0-2 1-4 3-5" />}
    </g>
  );
}
