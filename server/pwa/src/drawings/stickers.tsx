// The sixteen stickers: all that is said in a team. Cut out of paper: a white edge, colour, ink.
import type { ComponentChildren } from "preact";

const INK = "#14332b";
const CREAM = "#fffdf7";
const SUN = "#ffbf3f";
const CORAL = "#ff8f6b";
const LEAF = "#6cbf7f";
const SKY = "#a9d7e8";
const VIOLET = "#b59bff";

function Part({ d, fill }: { d: string; fill: string }) {
  return (
    <>
      <path d={d} fill={fill} transform="translate(2 1.500)" />
      <path d={d} class="sticker-line" />
    </>
  );
}

const Line = ({ d }: { d: string }) => <path class="sticker-line" d={d} />;
const Dot = ({ x, y, r = 2.8 }: { x: number; y: number; r?: number }) => <circle cx={x} cy={y} r={r} fill={INK} />;
const HAND = "M30 84C22 74 16 64 18 58c3-5 8-1 12 5L27 28c0-6 8-7 9-1l3 20 1-26c1-6 9-6 9 0l1 26 5-22c2-6 9-4 8 2l-4 24 8-12c4-4 9-1 7 4-5 12-7 22-10 31-4 12-22 16-34 10Z";
const HEART = "M48 80C28 66 16 54 16 40c0-12 10-19 20-16 6 2 10 6 12 11 2-5 6-9 12-11 10-3 20 4 20 16 0 14-12 26-32 40Z";

const DRAWINGS: Record<string, ComponentChildren> = {
  hello: <><Part fill={SUN} d={HAND} /><Line d="M76 18c4 3 6 7 7 12M70 26c3 2 4 4 5 7M12 34c0-5 2-9 5-12" /></>,
  well_done: <><Part fill={VIOLET} d="M34 54l-10 28 13-4 7 11 8-26ZM62 54l10 28-13-4-7 11-8-26Z" /><Part fill={SUN} d="M48 10l8 6 10-1 3 10 8 6-3 9 2 10-9 5-5 9-10-1-10 3-8-7-10-3 0-10-5-9 6-8 1-10 10-2Z" /><Part fill={CREAM} d="M48 24c9 0 15 6 15 14s-6 14-15 14-15-6-15-14 6-14 15-14Z" /><Line d="M41 38c3 2 4 4 6 6 3-5 5-8 9-12" /></>,
  thank_you: <><Part fill={CORAL} d={HEART} /><Dot x={38} y={46} /><Dot x={58} y={46} /><Line d="M41 54c4 6 10 6 14 0M26 38c0-4 3-7 7-7" /></>,
  keep_going: <><Part fill={SKY} d="M6 80L34 34l10 14 16-28 30 60Z" /><path d="M60 20l10 20-6-3-4 6-5-5-5 3ZM34 34l8 12-5-1-4 4-5-3Z" fill={CREAM} /><Line d="M60 20V6M10 80h78" /><Part fill={CORAL} d="M60 6c6-2 10 3 16 1l-3 5 3 4c-6 2-10-2-16 0Z" /><Line d="M18 80c6-8 16-4 20-12s10-6 12-14" /></>,
  sun: <><Part fill={SUN} d="M48 26c13 0 22 10 22 22S61 70 48 70 26 60 26 48s9-22 22-22Z" /><Line d="M48 8v9M48 79v9M8 48h9M79 48h9M20 20l6 6M70 70l6 6M76 20l-6 6M26 70l-6 6" /><Dot x={40} y={46} /><Dot x={56} y={46} /><Line d="M40 54c4 6 12 6 16 0" /></>,
  rain: <><Part fill={SKY} d="M24 58c-10 0-16-7-14-15 2-7 9-10 15-8 2-12 12-19 24-17 11 2 17 10 17 19 10-2 18 3 18 11 0 7-5 10-12 10Z" /><Dot x={38} y={42} /><Dot x={56} y={42} /><Line d="M43 50c3-2 6-2 9 0M26 68c-2 5-3 8-6 12M46 68c-2 6-4 11-7 16M66 68c-2 5-3 8-6 12" /></>,
  rainbow: <><path d="M10 72a38 38 0 0 1 76 0h-9a29 29 0 0 0-58 0Z" fill={CORAL} /><path d="M19 72a29 29 0 0 1 58 0h-9a20 20 0 0 0-40 0Z" fill={SUN} /><path d="M28 72a20 20 0 0 1 40 0h-9a11 11 0 0 0-22 0Z" fill={LEAF} /><Line d="M10 72a38 38 0 0 1 76 0M19 72a29 29 0 0 1 58 0M28 72a20 20 0 0 1 40 0M37 72a11 11 0 0 1 22 0" /><Part fill={CREAM} d="M4 78c0-7 7-10 12-7 4-6 14-5 16 2 5 0 7 6 4 10H8c-3 0-4-2-4-5ZM60 82c-3-4-1-10 4-10 2-7 12-8 16-2 5-3 12 0 12 7 0 3-1 5-4 5Z" /></>,
  tea: <><Part fill={CORAL} d="M16 42h52c0 22-8 40-26 40S16 64 16 42Z" /><Line d="M68 50c10-4 17 0 16 8-1 7-9 11-20 10M30 32c-4-5 4-9 0-16M42 32c-4-5 4-9 0-16M54 32c-4-5 4-9 0-16M10 86c22 3 44 3 66 0" /><Dot x={34} y={56} /><Dot x={50} y={56} /><Line d="M38 62c3 3 5 3 8 0" /></>,
  sleepy: <><Part fill={VIOLET} d="M54 14C34 16 20 30 22 50c2 20 18 32 36 30 10-1 18-6 22-14-16 4-32-4-35-20-2-13 2-24 9-32Z" /><Line d="M30 50c3 2 5 2 8 0M66 20h14L66 36h14M60 44h9l-9 10h9M34 62c3 3 6 3 9 1" /></>,
  laugh: <><Part fill={SUN} d="M48 12c22 0 36 16 36 36S70 84 48 84 12 68 12 48s14-36 36-36Z" /><Line d="M26 42c3-7 10-7 13 0M57 42c3-7 10-7 13 0" /><Part fill={CREAM} d="M26 52c14 4 30 4 44 0-1 14-10 22-22 22S27 66 26 52Z" /><path d="M36 68c7-6 17-6 24 0-7 7-17 7-24 0Z" fill={CORAL} /></>,
  music: <><Part fill={VIOLET} d="M38 66c2 10-4 16-12 16s-13-5-12-11c2-8 12-12 20-8V24l44-10v46c2 10-4 16-12 16s-13-5-12-11c2-8 12-12 20-8V32L38 40Z" /><Line d="M84 66c3 1 5 3 6 6M6 50c0-4 2-6 5-8" /></>,
  star: <><Part fill={SUN} d="M48 8c4 14 10 22 16 24s15 0 24 2c-8 8-16 12-17 19-2 8 4 18 4 30-12-4-19-11-27-11s-16 7-27 11c0-12 6-22 4-30-1-7-9-11-17-19 9-2 18 0 24-2s12-10 16-24Z" /><Dot x={40} y={44} /><Dot x={56} y={44} /><Line d="M42 52c4 5 8 5 12 0" /></>,
  high_five: <><g transform="translate(1 10) scale(.66) rotate(10 48 48)"><Part fill={LEAF} d={HAND} /></g><g transform="translate(95 10) scale(-.66 .66) rotate(10 48 48)"><Part fill={SUN} d={HAND} /></g><Line d="M48 14V4M36 16l-5-8M60 16l5-8" /></>,
  hug: <><Part fill={LEAF} d="M8 84c0-22 4-30 12-34-8-4-10-14-4-21 7-7 19-6 23 3 3 7 0 14-5 18 8 3 14 14 14 34Z" /><Part fill={CORAL} d="M88 84c0-22-4-30-12-34 8-4 10-14 4-21-7-7-19-6-23 3-3 7 0 14 5 18-8 3-14 14-14 34Z" /><Part fill={LEAF} d="M20 66c12 8 30 9 46 2 4-2 3-8-2-7-12 4-24 3-34-3Z" /><Line d="M21 38c2 2 4 2 6 0M31 38c2 2 4 2 6 0M60 38c2 2 4 2 6 0M70 38c2 2 4 2 6 0M26 44c3 2 5 2 8 0M63 44c3 2 5 2 8 0M48 20c-4-3-6-5-5-8 1-2 4-2 5 1 1-3 4-3 5-1 1 3-1 5-5 8Z" /></>,
  party: <><Part fill={VIOLET} d="M12 86L32 34c12 6 24 18 30 32Z" /><Line d="M22 60c8 3 14 9 17 16M28 46c10 4 18 12 23 23M50 40c4-8 2-14-4-20M58 48c8-6 16-6 24-2" /><path d="M66 14l8 4-6 6ZM84 28l4 8-8 0ZM30 12l7 2-5 6ZM78 62l7 3-6 5Z" fill={CORAL} /><path d="M54 26l7-2-2 8ZM70 36l6 4-7 3ZM42 10l6-3 0 8Z" fill={SUN} /><Line d="M58 12c3 2 3 5 1 8M88 48c-4 1-6 4-6 8" /></>,
  sprout: <><Part fill="#a8744a" d="M14 84c4-14 18-20 34-20s30 6 34 20Z" /><Line d="M48 66C46 54 50 44 48 36" /><Part fill={LEAF} d="M48 42C34 42 22 34 20 16c18 0 28 10 28 26Z" /><Part fill={SUN} d="M48 46c0-16 10-28 30-28 0 18-12 28-30 28Z" /><Dot x={40} y={74} /><Dot x={56} y={74} /><Line d="M44 78c3 2 5 2 8 0" /></>,
};

/** A sticker this version does not know yet is a sprout. */
export function StickerDrawing({ name, size = 72 }: { name: string; size?: number }) {
  return (
    <svg class="sticker-drawing" viewBox="0 0 96 96" width={size} height={size} aria-hidden="true">
      {DRAWINGS[name] ?? DRAWINGS["sprout"]}
    </svg>
  );
}
