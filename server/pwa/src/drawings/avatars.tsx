// Twelve animals to be, as round portraits. Fixed colours: they are the same by day and by night.
import type { ComponentChildren } from "preact";

const INK = "#14332b";
const CREAM = "#fff6e2";
const RUST = "#ee7d3c";
const BROWN = "#a8744a";
const DARK = "#6f4a33";

/** A shape of colour with its ink line a little beside it, as everywhere in this app. */
function Part({ d, fill, line = true }: { d: string; fill: string; line?: boolean }) {
  return (
    <>
      <path d={d} fill={fill} transform="translate(1.6 1.2)" />
      {line && <path d={d} class="avatar-line" />}
    </>
  );
}

function Eyes({ x = 8.5, y = 33, r = 2.5 }: { x?: number; y?: number; r?: number }) {
  return <><circle cx={32 - x} cy={y} r={r} fill={INK} /><circle cx={32 + x} cy={y} r={r} fill={INK} /></>;
}

function Cheeks({ x = 15, y = 41 }: { x?: number; y?: number }) {
  return <><circle cx={32 - x} cy={y} r="3.4" fill="#ff8f6b" opacity=".65" /><circle cx={32 + x} cy={y} r="3.4" fill="#ff8f6b" opacity=".65" /></>;
}

const Line = ({ d }: { d: string }) => <path class="avatar-line" d={d} />;

const ANIMALS: Record<string, readonly [background: string, drawing: ComponentChildren]> = {
  fox: ["#cfe3bd", <>
    <Part fill={RUST} d="M11 10C16 12 21 16 24 20c5-2 11-2 16 0 3-4 8-8 13-10 2 11 2 21-3 29-4 6-11 11-18 18-7-7-14-12-18-18-5-8-5-18-3-29Z" />
    <Part fill={CREAM} d="M13 38c5-3 12-2 19 6 7-8 14-9 19-6-4 7-12 12-19 19-7-7-15-12-19-19Z" line={false} />
    <Line d="M13 38c5-3 12-2 19 6 7-8 14-9 19-6" />
    <Eyes y={32} /><path d="M28 53h8l-4 5Z" fill={INK} /><Line d="M16 17l4 5M48 17l-4 5" />
  </>],
  owl: ["#ddd6ff", <>
    <Part fill={BROWN} d="M13 10c6 4 12 6 19 6s13-2 19-6c4 11 6 36-4 44-8 5-22 5-30 0-10-8-8-33-4-44Z" />
    <path d="M22 44c6 5 14 5 20 0 1 5-2 10-10 10s-11-5-10-10Z" fill="#ffe3a3" />
    <circle cx="23" cy="30" r="10" fill={CREAM} /><circle cx="41" cy="30" r="10" fill={CREAM} />
    <circle cx="23" cy="30" r="10" class="avatar-line" /><circle cx="41" cy="30" r="10" class="avatar-line" />
    <Eyes x={8} y={30} r={4.2} /><circle cx="25.500" cy="28.500" r="1.300" fill={CREAM} /><circle cx="41.500" cy="28.500" r="1.300" fill={CREAM} />
    <Part fill="#ffbf3f" d="M28 35c3-1 5-1 8 0-1 3-2 5-4 7-2-2-3-4-4-7Z" /><Line d="M27 48l2 2 2-2 2 2 2-2 2 2" />
  </>],
  hedgehog: ["#ffd9c9", <>
    <Part fill={DARK} d="M32 6l5 6 7-3 1 8 8 0-2 8 7 4-5 6 4 7-7 3 0 7H14l0-7-7-3 4-7-5-6 7-4-2-8 8 0 1-8 7 3Z" />
    <Part fill="#f3d3a4" d="M17 36c2-10 10-14 15-8 5-6 13-2 15 8 2 11-6 20-15 20S15 47 17 36Z" />
    <Eyes x={7} y={37} /><Cheeks x={11} y={45} /><ellipse cx="32" cy="45" rx="4.200" ry="3.200" fill={INK} /><Line d="M28 50c2 2 6 2 8 0" />
  </>],
  otter: ["#a9d7e8", <>
    <Part fill={BROWN} d="M14 15c4-2 7 0 9 2 6-3 12-3 18 0 2-2 5-4 9-2 3 3 2 7 0 9 4 6 5 13 2 20-4 9-11 13-20 13s-16-4-20-13c-3-7-2-14 2-20-2-2-3-6 0-9Z" />
    <Part fill={CREAM} d="M32 37c9-1 15 3 14 10-1 6-7 9-14 9s-13-3-14-9c-1-7 5-11 14-10Z" line={false} />
    <Eyes y={32} /><path d="M27 38c3-2 7-2 10 0-1 4-3 6-5 6s-4-2-5-6Z" fill={INK} />
    <Line d="M32 44v4M32 48c-2 3-6 3-8 1M32 48c2 3 6 3 8 1M13 40l-6-2M13 45l-6 1M51 40l6-2M51 45l6 1" />
  </>],
  frog: ["#ffe3a3", <>
    <Part fill="#6cbf7f" d="M8 38c0-6 3-10 5-13-3-7 1-14 8-14 4 0 6 2 8 6h6c2-4 4-6 8-6 7 0 11 7 8 14 2 3 5 7 5 13 0 11-10 18-24 18S8 49 8 38Z" />
    <circle cx="20.500" cy="20" r="6" fill={CREAM} /><circle cx="43.500" cy="20" r="6" fill={CREAM} /><Eyes x={11} y={20.5} r={3.2} />
    <Line d="M16 40c7 9 25 9 32 0M29 31v.1M35 31v.1" /><Cheeks x={18} y={38} />
  </>],
  beetle: ["#d9eef3", <>
    <path class="avatar-line" d="M25 15c-2-5-5-8-9-8M39 15c2-5 5-8 9-8" />
    <path d="M18 26c0-10 6-14 14-14s14 4 14 14Z" fill={INK} />
    <Part fill="#ff6f5e" d="M32 21c13 0 22 8 22 19S45 58 32 58 10 51 10 40s9-19 22-19Z" />
    <Line d="M32 21v37" /><circle cx="21" cy="33" r="4" fill={INK} /><circle cx="43" cy="33" r="4" fill={INK} /><circle cx="19" cy="46" r="3.500" fill={INK} /><circle cx="45" cy="46" r="3.500" fill={INK} />
    <circle cx="26.500" cy="17.500" r="2.600" fill={CREAM} /><circle cx="37.500" cy="17.500" r="2.600" fill={CREAM} />
  </>],
  bee: ["#cfe3bd", <>
    <Part fill="#d9eef3" d="M28 26C18 24 8 18 10 11c3-6 15 0 19 11ZM36 26c10-2 20-8 18-15-3-6-15 0-19 11Z" />
    <Part fill="#ffbf3f" d="M32 22c14 0 23 7 23 17S46 57 32 57 9 49 9 39s9-17 23-17Z" />
    <path d="M15 51c8 5 26 5 34 0-4 4-10 6-17 6s-13-2-17-6ZM11 44c12 5 30 5 42 0l-1 3c-12 5-28 5-40 0Z" fill={INK} />
    <Eyes y={33} r={2.8} /><Cheeks y={38} /><Line d="M28 37c2 3 6 3 8 0M26 22c-1-5-3-8-6-9M38 22c1-5 3-8 6-9" />
  </>],
  snail: ["#ffd9c9", <>
    <Part fill="#8fce9f" d="M8 56c-1-8 0-16 3-22 2-5 9-4 10 1 1 6 1 10 4 12h26c5 0 7 4 6 9Z" />
    <Part fill="#b59bff" d="M38 14c11 0 18 8 18 18s-8 17-18 17-17-7-17-17 7-18 17-18Z" />
    <Line d="M38 44c-7 0-12-5-12-12s5-12 12-12 11 5 11 11-4 10-10 10-9-4-9-9 3-7 7-7 6 2 6 6-2 4-4 4M13 34c-1-6-3-10-6-13M18 33c1-6 1-10 0-14" />
    <circle cx="7" cy="20" r="2.800" fill={INK} /><circle cx="18" cy="18" r="2.800" fill={INK} /><Line d="M11 44c2 2 4 2 6 1" />
  </>],
  hare: ["#d9eef3", <>
    <Part fill="#d8b48a" d="M25 28C17 20 13 6 19 3c6-2 10 8 11 22M39 28C47 20 51 6 45 3c-6-2-10 8-11 22" />
    <path d="M25 22c-4-6-6-13-4-15 3-1 5 7 6 14ZM39 22c4-6 6-13 4-15-3-1-5 7-6 14Z" fill="#ffb8a0" />
    <Part fill="#d8b48a" d="M32 24c11 0 18 7 18 17S42 58 32 58 14 51 14 41s7-17 18-17Z" />
    <path d="M32 44c6-1 10 2 9 7s-5 7-9 7-8-2-9-7 3-8 9-7Z" fill={CREAM} />
    <Eyes y={38} /><Cheeks x={14} y={45} /><path d="M29 44h6l-3 4Z" fill={INK} /><Line d="M32 48v3M28 52c2 1 3 0 4-1 1 1 2 2 4 1" />
  </>],
  robin: ["#cfe3bd", <>
    <Part fill="#9a7b5c" d="M32 9c14 0 23 11 22 26-1 13-9 21-22 21S11 48 10 35C9 20 18 9 32 9Z" />
    <Part fill="#ff7d4f" d="M32 26c8-7 17-3 18 7 1 12-7 20-18 20s-19-8-18-20c1-10 10-14 18-7Z" line={false} />
    <path d="M21 48c6 3 16 3 22 0-2 5-6 8-11 8s-9-3-11-8Z" fill={CREAM} />
    <Eyes x={9} y={29} r={2.8} /><Part fill="#ffbf3f" d="M27 33c3-2 7-2 10 0-1 3-3 5-5 7-2-2-4-4-5-7Z" /><Line d="M28 10c1-2 2-4 5-5M27 57v4M37 57v4" />
  </>],
  deer: ["#ffe3a3", <>
    <path class="avatar-line" d="M24 20c-4-4-6-8-5-15M20 13c-4 0-7-2-9-5M40 20c4-4 6-8 5-15M44 13c4 0 7-2 9-5" />
    <Part fill="#c98d58" d="M22 23C16 19 8 19 6 23c1 6 7 9 13 9M42 23c6-4 14-4 16 0-1 6-7 9-13 9" />
    <Part fill="#c98d58" d="M32 17c9 0 14 6 14 15 0 12-5 27-14 27S18 44 18 32c0-9 5-15 14-15Z" />
    <path d="M32 42c7 0 9 4 8 9-1 6-4 8-8 8s-7-2-8-8c-1-5 1-9 8-9Z" fill={CREAM} />
    <Eyes x={8} y={34} r={2.7} /><path d="M27 46c3-2 7-2 10 0-1 4-3 5-5 5s-4-1-5-5Z" fill={INK} /><Line d="M32 51v2M29 55c2 1 4 1 6 0" />
    <circle cx="29" cy="23" r="1.500" fill={CREAM} /><circle cx="35" cy="23" r="1.500" fill={CREAM} /><circle cx="32" cy="27" r="1.500" fill={CREAM} />
  </>],
  squirrel: ["#ddd6ff", <>
    <Part fill="#8f4522" d="M42 58c14-1 21-12 18-27-3-12-16-16-20-8-3 7 5 9 4 15-1 7-8 9-10 12Z" />
    <Part fill="#b9602f" d="M13 14c3-6 6-8 8-8 1 4 2 7 2 10 5-2 9-2 13 0 0-3 1-6 3-10 2 0 5 3 7 9 4 8 4 18 1 26-3 9-9 15-17 15s-15-6-17-15c-3-8-3-19 0-27Z" />
    <Part fill={CREAM} d="M30 38c8-1 12 3 11 9-1 6-5 9-11 9s-10-3-11-9c-1-6 3-10 11-9Z" line={false} />
    <circle cx="22" cy="31" r="2.600" fill={INK} /><circle cx="38" cy="31" r="2.600" fill={INK} /><path d="M27 39h6l-3 4Z" fill={INK} />
    <Line d="M30 43v3M26 47c2 2 3 1 4-1 1 2 2 3 4 1" /><circle cx="16" cy="39" r="3.200" fill="#ffd9c9" opacity=".8" /><circle cx="44" cy="39" r="3.200" fill="#ffd9c9" opacity=".8" />
  </>],
};

interface AvatarProps {
  name: string;
  size?: number;
  /** Without a label it is decoration: the nickname stands beside it. */
  label?: string;
}

/** An animal this version does not know yet is a seedling. */
export function Avatar({ name, size = 56, label }: AvatarProps) {
  const [background, drawing] = ANIMALS[name] ?? ["#ffe3a3", <Part fill="#8fce9f" d="M32 56V34C18 34 12 26 12 14c14 0 20 8 20 20 0-10 7-16 20-16 0 12-7 18-20 18Z" />];
  return (
    <svg class="avatar" viewBox="0 0 64 64" width={size} height={size} {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" })}>
      <path d="M33 1C52 0 64 14 63 33 62 51 50 64 31 63 13 62 0 50 1 31 2 13 15 2 33 1Z" fill={background} />
      <g transform="translate(4.500 5) scale(.86)">{drawing}</g>
    </svg>
  );
}
