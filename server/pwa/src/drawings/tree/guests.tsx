// What comes to live in a tree, and what people hang into it.
import { type Point, type Skeleton } from "./skeleton";

export function Can({ x, y }: { x: number; y: number }) {
  return (
    <g transform={`translate(${x} ${y}) scale(1.05)`}>
      <path class="can" d="M-16-28h30l3 30c-12 3-26 3-36 0ZM17-22c8 2 14-6 18-18l6 3C38-20 30-8 18-8" transform="translate(2.500 2)" />
      <path class="ink" d="M-16-28h30l3 30c-12 3-26 3-36 0ZM17-20c6-2 12-8 15-20M36-38C34-22 28-10 18-8M27-43l12 6M-14-28c-2-12 24-12 26 0M-17-18c-12 0-12 14-1 15" />
      <path class="ink thin" d="M-9-18h16" />
    </g>
  );
}

export function Bird({ x, y, flip }: { x: number; y: number; flip: boolean }) {
  return (
    <g transform={`translate(${x} ${y}) scale(${flip ? -1 : 1} 1)`}>
      <g class="hop">
        <path class="bird" d="M-12-8c0-8 6-13 13-13 6 0 10 4 10 9 0 8-6 12-12 12-5 0-8-2-11-8Zm0 0l-11 5 12 3" transform="translate(1.500 1.500)" />
        <path class="ink thin" d="M-12-8c0-8 6-13 13-13 6 0 10 4 10 9 0 8-6 12-12 12-5 0-8-2-11-8ZM-12-8l-11 5 14 4M-6-10c2 5 8 5 10 0M-2 0v5M2 0v5" />
        <path class="beak" d="M11-14l7 2-7 2Z" />
        <circle class="eye" cx="5" cy="-15" r="1.700" />
      </g>
    </g>
  );
}

export function Butterfly({ x, y, tone }: { x: number; y: number; tone: number }) {
  return (
    <g transform={`translate(${x} ${y}) rotate(-14)`}>
      <g class={`flutter flutter-${tone}`}>
        <path class={`wing wing-${tone}`} d="M0 0c-3-10-13-13-15-6-1 6 7 8 15 6-8 0-11 7-6 9 4 1 6-4 6-9Zm0 0c3-10 13-13 15-6 1 6-7 8-15 6 8 0 11 7 6 9-4 1-6-4-6-9Z" />
        <path class="ink thin" d="M0 0c-3-10-13-13-15-6-1 6 7 8 15 6-8 0-11 7-6 9 4 1 6-4 6-9Zm0 0c3-10 13-13 15-6 1 6-7 8-15 6 8 0 11 7 6 9-4 1-6-4-6-9ZM0-4V8M0-4c-1-3-2-5-4-6M0-4c1-3 2-5 4-6" />
      </g>
    </g>
  );
}

export function Birdhouse({ x, y }: { x: number; y: number }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <g class="dangle">
        <path class="ink thin" d="M0-26V0" />
        <path class="wall" d="M-11 8h22v24h-22Z" transform="translate(2 1.500)" />
        <path class="roof" d="M-16 10L0-4l16 14Z" transform="translate(2 1.500)" />
        <path class="ink" d="M-11 10v22h22V10M-16 10L0-4l16 14ZM0 27v4" />
        <circle class="hole" cx="0" cy="19" r="4.600" />
      </g>
    </g>
  );
}

export function Swing({ bough }: { bough: Point }) {
  const length = -bough[1] - 26;
  return (
    <g transform={`translate(${bough[0]} ${bough[1]})`}>
      <g class="dangle slow">
        <path class="rope" d={`M-13 0V${length}M13 0V${length}`} />
        <path class="seat" d={`M-20 ${length - 2}h40v7h-40Z`} transform="translate(2 1.500)" />
        <path class="ink" d={`M-20 ${length - 2}h40v7h-40Z`} />
      </g>
    </g>
  );
}

export function TreeHouse({ side, foot, trunk }: { side: 1 | -1; foot: number; trunk: number }) {
  const floor = -foot * 0.5;
  const ladder = -floor + 2;
  return (
    <g transform={`translate(${side * (trunk * 0.5 + 14)} ${floor}) scale(${side} 1)`}>
      <path class="strut" d={`M-16 26L14 4M22 4V${ladder}M34 4V${ladder}`} />
      <path class="strut" d="M22 16h12M22 29h12M22 42h12M22 55h12" />
      <path class="wall" d="M-14-30h44V2h-44Z" transform="translate(2.500 2)" />
      <path class="roof" d="M-22-28L8-52l30 24Z" transform="translate(2.500 2)" />
      <path class="ink" d="M-14-28V2h44v-30M-22-28L8-52l30 24ZM-24 2h68v6h-68Z" />
      <path class="window" d="M-7-20h13v13H-7ZM13-20h10V2H13Z" />
      <path class="ink thin" d="M-7-20h13v13H-7ZM-.5-20v13M-7-13.500h13M13 2v-22h10V2" />
      <path class="ink" d="M8-52v-18" /><path class="pennant" d="M8-70c7-2 10 3 18 1l-4 5 4 5c-8 2-11-3-18-1Z" />
    </g>
  );
}

/** A string of lamps across the crown; they burn at night. */
export function Lights({ tree }: { tree: Skeleton }) {
  const w = tree.halfWidth;
  const middle = -tree.crownFoot - w * 0.5;
  const strings: readonly (readonly [Point, Point, number])[] = [
    [[-w * 0.95, middle + 10], [w * 0.05, middle + 26], 26], [[w * 0.05, middle + 26], [w * 0.98, middle - 6], 26],
    [[-w * 0.7, middle - w * 0.5], [w * 0.68, middle - w * 0.52], 30],
  ];
  return (
    <>
      {strings.map(([from, to, sag], index) => (
        <g key={index}>
          <path class="wire" d={`M${from[0]} ${from[1]}Q${(from[0] + to[0]) / 2} ${(from[1] + to[1]) / 2 + sag * 2} ${to[0]} ${to[1]}`} />
          {[0.14, 0.32, 0.5, 0.68, 0.86].map((t, lamp) => {
            const x = (1 - t) ** 2 * from[0] + 2 * t * (1 - t) * ((from[0] + to[0]) / 2) + t ** 2 * to[0];
            const y = (1 - t) ** 2 * from[1] + 2 * t * (1 - t) * ((from[1] + to[1]) / 2 + sag * 2) + t ** 2 * to[1];
            return (
              <g key={t}>
                <circle class="glow" cx={x} cy={y + 6} r="11" />
                <path class={`lamp lamp-${(lamp + index) % 3}`} d={`M${x} ${y}c4 2 5 6 4 9-1 4-7 4-8 0-1-3 0-7 4-9Z`} />
                <path class="ink thin" d={`M${x} ${y}c4 2 5 6 4 9-1 4-7 4-8 0-1-3 0-7 4-9Z`} />
              </g>
            );
          })}
        </g>
      ))}
    </>
  );
}

export function Kite({ x, y }: { x: number; y: number }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <g class="fly">
        <path class="kite" d="M0-26L18 0 0 30-18 0Z" transform="translate(2 1.500)" />
        <path class="ink" d="M0-26L18 0 0 30-18 0ZM0-26V30M-18 0h36" />
        <path class="ink thin" d="M0 30c8 14-6 20 2 34 6 12-4 18 0 28" />
        <path class="pennant" d="M5 44l-8-3 1 8ZM1 64l8-4 0 8Z" />
      </g>
    </g>
  );
}
