// The plant: one leaf for every answer, a flower for the challenge. It only ever gains; it never hangs its head.
// Drawn as a misprinted stamp: the colour sits a little beside the ink line.

const LEAF = "M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z";
const RIB = "M5-3C15-12 26-19 37-23";

interface LeafSpot { x: number; y: number; turn: number; size: number; flip: boolean }

// From the ground up; left and right by turns, like the real thing. The last ones are for long days.
const SPOTS: readonly LeafSpot[] = [
  { x: 1, y: -38, turn: 4, size: 1.05, flip: false },
  { x: -1, y: -56, turn: 0, size: 1.12, flip: true },
  { x: 3, y: -82, turn: -8, size: 1, flip: false },
  { x: 1, y: -100, turn: -6, size: 0.98, flip: true },
  { x: 4, y: -122, turn: -20, size: 0.86, flip: false },
  { x: 3, y: -134, turn: -18, size: 0.78, flip: true },
  { x: 5, y: -150, turn: -30, size: 0.66, flip: false },
];

interface PlantProps {
  x: number;
  y: number;
  leaves: number;
  flower?: boolean;
  scale?: number;
  /** The youngest leaf unfolds; for the moment after an answer. */
  fresh?: boolean;
}

export function Plant({ x, y, leaves, flower = false, scale = 1, fresh = false }: PlantProps) {
  const shown = SPOTS.slice(0, Math.min(leaves, SPOTS.length));
  const height = stemHeight(shown.length, flower);
  return (
    <g transform={`translate(${x} ${y}) scale(${scale})`}>
      <g class="sway">
        <path class="stem" d={`M0 6C-5 ${-height * 0.35} 7 ${-height * 0.6} 4 ${-height}`} />
        {shown.map((spot, index) => (
          <Leaf key={index} spot={spot} tone={index % 3} fresh={fresh && index === shown.length - 1} />
        ))}
        {shown.length === 0 && !flower ? <Cotyledons y={-height} /> : <Tip y={-height} flower={flower} />}
      </g>
      <path class="mound" d="M-34 12C-30 2-14-3 1-3 17-3 31 3 35 12Z" />
    </g>
  );
}

function stemHeight(leaves: number, flower: boolean): number {
  return [30, 62, 80, 106, 124, 146, 158, 172][leaves]! + (flower ? 26 : 0);
}

function Leaf({ spot, tone, fresh }: { spot: LeafSpot; tone: number; fresh: boolean }) {
  const mirror = spot.flip ? -1 : 1;
  return (
    <g transform={`translate(${spot.x} ${spot.y}) scale(${spot.size * mirror} ${spot.size}) rotate(${spot.turn})`}>
      <g class={fresh ? "unfold" : undefined}>
        <path class={`leaf tone-${tone}`} d={LEAF} transform="translate(3 2)" />
        <path class="ink" d={LEAF} />
        <path class="ink thin" d={RIB} />
      </g>
    </g>
  );
}

function Cotyledons({ y }: { y: number }) {
  return (
    <g transform={`translate(4 ${y})`}>
      {[1, -1].map((mirror) => (
        <g key={mirror} transform={`scale(${0.62 * mirror} .62) rotate(-6)`}>
          <path class="leaf tone-0" d={LEAF} transform="translate(3 2)" />
          <path class="ink" d={LEAF} />
        </g>
      ))}
    </g>
  );
}

function Tip({ y, flower }: { y: number; flower: boolean }) {
  if (!flower) {
    return (
      <g transform={`translate(4 ${y}) scale(.42) rotate(-38)`}>
        <path class="leaf tone-1" d={LEAF} />
        <path class="ink" d={LEAF} />
      </g>
    );
  }
  return (
    <g transform={`translate(4 ${y - 6})`} class="bloom">
      {[0, 60, 120, 180, 240, 300].map((turn) => (
        <g key={turn} transform={`rotate(${turn})`}>
          <path class="petal" d="M0 0C-13-8-13-27 0-30 13-27 13-8 0 0Z" transform="translate(1.5 1.5)" />
          <path class="ink" d="M0 0C-13-8-13-27 0-30 13-27 13-8 0 0Z" />
        </g>
      ))}
      <circle class="heart" r="9.5" />
      <circle class="ink" r="9.5" />
    </g>
  );
}
