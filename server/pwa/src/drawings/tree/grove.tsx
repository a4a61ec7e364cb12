// The place where a team's tree stands, with the sky of the hour: by day, in the evening, under the stars.
import type { PartOfDay } from "../scene";
import { seedRandom, STAGES } from "./skeleton";
import { Tree } from "./tree";

interface GroveProps {
  team: string;
  stage: number;
  part: PartOfDay;
  label: string;
  /** The stage has just come: the tree springs up. */
  fresh?: boolean;
}

const SUN: Record<PartOfDay, readonly [number, number]> = { morning: [70, 250], afternoon: [284, 78], evening: [300, 232], night: [292, 74] };

export function Grove({ team, stage, part, label, fresh = false }: GroveProps) {
  const [sunX, sunY] = SUN[part];
  const rng = seedRandom(`${team} meadow`);
  const flowers = Array.from({ length: 2 + STAGES }, () => ({ x: 14 + rng() * 332, y: 392 + rng() * 40, tone: Math.floor(rng() * 3) }));
  return (
    <svg class={`grove ${part}`} viewBox="0 0 360 440" role="img" aria-label={label} preserveAspectRatio="xMidYMax slice">
      <rect class="sky" width="360" height="440" />
      {part === "night" && <Stars team={team} />}
      <circle class="sun-disc" cx={sunX} cy={sunY} r="40" />
      {part === "night" && <path class="moon-mark" d={`M${sunX - 14} ${sunY - 16}a10 8 0 1 0 .1 0M${sunX + 12} ${sunY + 6}a7 6 0 1 0 .1 0`} />}
      {part !== "night" && (
        <g class="cloud">
          <path d="M60 96c5-16 30-18 36-4 14-5 25 5 22 17H46c-5-9 4-16 14-13Z" />
          <path d="M226 158c4-11 22-12 27-2 10-4 19 3 17 12h-54c-4-7 2-12 10-10Z" />
        </g>
      )}
      <path class="hill far" d="M-10 336C50 288 110 286 160 312 220 342 280 272 372 302V450H-10Z" />
      <path class="hill mid" d="M-10 366C70 330 130 346 190 360 256 376 306 338 372 350V450H-10Z" />
      <path class="hill near" d="M-10 398C80 374 150 378 190 380 250 383 310 376 372 392V450H-10Z" />
      <g transform="translate(180 386)">
        <g key={stage} class={fresh ? "spurt" : undefined}><Tree team={team} stage={stage} /></g>
      </g>
      {flowers.slice(0, 2 + stage).map((flower, index) => (
        <g key={index} class="meadow" transform={`translate(${flower.x} ${flower.y})`}>
          <path class="blade" d="M0 0c1-5 0-8-1-12M0 0c2-3 4-4 7-5" />
          <circle class={`bud bud-${flower.tone}`} cx="-1" cy="-14" r="3.600" />
        </g>
      ))}
      {part === "night" && stage >= FIREFLIES_FROM && <Fireflies team={team} />}
      {stage >= STAGES && part !== "night" && <Petals />}
    </svg>
  );
}

const FIREFLIES_FROM = 4;

function Stars({ team }: { team: string }) {
  const rng = seedRandom(`${team} stars`);
  const stars = Array.from({ length: 34 }, () => [rng() * 360, rng() * 280, 0.8 + rng() * 1.4] as const);
  return <g class="stars">{stars.map(([x, y, r], index) => <circle key={index} class={`star-${index % 3}`} cx={x} cy={y} r={r} />)}</g>;
}

function Fireflies({ team }: { team: string }) {
  const rng = seedRandom(`${team} fireflies`);
  return <g>{Array.from({ length: 9 }, (_, index) => <circle key={index} class={`firefly firefly-${index % 3}`} cx={30 + rng() * 300} cy={290 + rng() * 120} r="2.600" />)}</g>;
}

function Petals() {
  return <g>{[60, 120, 205, 262, 318].map((x, index) => <path key={x} class={`petal-fall petal-fall-${index}`} d={`M${x} 200c5-3 9 0 9 4-4 3-8 2-9-4Z`} />)}</g>;
}
