// The garden on the today screen: this day's plant in front, small plants for the days before on the hill behind it.
import type { ComponentChildren } from "preact";
import { Plant } from "./plant";

export type PartOfDay = "morning" | "afternoon" | "evening" | "night";

interface SceneProps {
  leaves: number;
  flower: boolean;
  /** Answers of earlier days, oldest first. */
  earlier: readonly number[];
  part: PartOfDay;
  label: string;
  fresh?: boolean;
  /** What stands at (0, 0) on the hill to the right, drawn for a picture three times as large: the team's tree. */
  children?: ComponentChildren;
}

const SUN: Record<PartOfDay, [number, number]> = {
  morning: [74, 172], afternoon: [238, 92], evening: [296, 128], night: [304, 132],
};

export function Scene({ leaves, flower, earlier, part, label, fresh = false, children }: SceneProps) {
  const [sunX, sunY] = SUN[part];
  return (
    <svg class={`scene ${part}`} viewBox="0 0 360 330" role="img" aria-label={label} preserveAspectRatio="xMidYMax slice">
      <circle class="sun-disc" cx={sunX} cy={sunY} r="38" />
      {part === "night" ? (
        <path class="sky-line" d={`M${sunX - 12} ${sunY - 20}c16 4 26 18 21 36`} />
      ) : (
        <path class="sky-line" d={`M${sunX - 24} ${sunY - 12}c6-10 15-15 26-15`} />
      )}
      <Clouds />
      <path class="hill far" d="M-10 238C40 196 96 190 148 214 204 240 262 176 372 208V340H-10Z" />
      {earlier.slice(-12).map((n, index, all) => {
        const x = 26 + (index + 0.5) * (308 / Math.max(all.length, 5));
        return <Sprig key={index} x={x} y={hillAt(x)} leaves={n} lean={((index * 37) % 11) - 5} />;
      })}
      <path class="hill mid" d="M-10 262C70 226 122 240 186 256 254 273 304 240 372 248V340H-10Z" />
      <path class="hill-line" d="M14 274c18-8 34-13 52-16M262 268c20-3 34-8 54-10M300 284c12 0 20-2 30-4" />
      <g transform="translate(302 260) scale(.33)">{children}</g>
      <path class="hill near" d="M-10 304C80 276 150 284 190 286 250 289 310 280 372 296V340H-10Z" />
      {/* A young plant is drawn nearer, so that it is never a small thing. */}
      <Plant x={180} y={290} leaves={leaves} flower={flower} fresh={fresh} scale={Math.max(1.02, 1.66 - leaves * 0.12 - (flower ? 0.12 : 0))} />
    </svg>
  );
}

/** Height of the far hill at `x`, near enough for small plants to stand on it. */
function hillAt(x: number): number {
  const points: [number, number][] = [[0, 232], [60, 206], [110, 202], [150, 214], [190, 223], [230, 214], [280, 198], [330, 200], [370, 208]];
  const after = points.findIndex(([px]) => px >= x);
  const [x0, y0] = points[Math.max(0, after - 1)]!;
  const [x1, y1] = points[Math.max(1, after)]!;
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0) + 4;
}

function Sprig({ x, y, leaves, lean }: { x: number; y: number; leaves: number; lean: number }) {
  const height = 9 + leaves * 5;
  const pairs = Array.from({ length: leaves }, (_, index) => index);
  return (
    <g class="sprig" transform={`translate(${x} ${y}) rotate(${lean})`}>
      <path d={`M0 0C-1 ${-height / 2} 1 ${-height / 2} 0 ${-height}`} />
      {leaves === 0 && <path class="bud" d={`M0 ${-height}c-4-1-6-4-6-8 4 0 6 3 6 8Zm0 0c0-5 3-8 7-8 0 5-3 8-7 8Z`} />}
      {pairs.map((index) => {
        const side = index % 2 === 0 ? 1 : -1;
        return <path key={index} class="bud" transform={`translate(0 ${-8 - index * 5}) scale(${side} 1)`} d="M0 0c1-6 6-9 12-8 0 6-5 9-12 8Z" />;
      })}
    </g>
  );
}

function Clouds() {
  return (
    <g class="cloud">
      <path d="M150 78c4-13 24-14 29-3 11-4 20 4 18 13h-58c-4-7 3-13 11-10Z" />
      <path d="M34 150c3-9 18-10 22-2 8-3 15 3 14 10H26c-3-6 2-10 8-8Z" />
    </g>
  );
}

export function partOfDay(hour: number): PartOfDay {
  if (hour < 6 || hour >= 22) return "night";
  return hour < 12 ? "morning" : hour < 17 ? "afternoon" : "evening";
}
