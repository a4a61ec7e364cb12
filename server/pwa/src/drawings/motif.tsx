// One picture for each kind of challenge, in the same misprinted manner as the plant.
import type { ComponentChildren } from "preact";

const MOTIFS: Record<string, ComponentChildren> = {
  kindness: (<>
    <path class="tint-a" d="M64 108C28 84 14 64 16 44c2-17 18-25 32-16 8 5 13 12 16 20 3-8 8-15 16-20 14-9 31-1 32 16 1 20-13 40-48 64Z" transform="translate(5 4)" />
    <path class="line" d="M64 108C28 84 14 64 16 44c2-17 18-25 32-16 8 5 13 12 16 20 3-8 8-15 16-20 14-9 31-1 32 16 1 20-13 40-48 64Z" />
    <path class="line" d="M34 46c0-6 4-10 10-10" />
  </>),
  support: (<>
    <path class="tint-a" d="M12 48c0-20 16-30 36-30s36 10 36 28-16 30-36 30c-5 0-10-1-14-2L16 84c2-6 2-10 1-16-3-6-5-12-5-20Z" transform="translate(5 4)" />
    <path class="line" d="M12 48c0-20 16-30 36-30s36 10 36 28-16 30-36 30c-5 0-10-1-14-2L16 84c2-6 2-10 1-16-3-6-5-12-5-20Z" />
    <path class="tint-b" d="M92 52c14 4 24 14 24 28 0 6-2 10-4 14-1 5 0 8 2 13l-16-8c-4 1-8 2-12 2-14 0-26-6-30-16" transform="translate(4 4)" />
    <path class="line" d="M92 52c14 4 24 14 24 28 0 6-2 10-4 14-1 5 0 8 2 13l-16-8c-4 1-8 2-12 2-14 0-26-6-30-16M34 46h.5M48 46h.5M62 46h.5" />
  </>),
  distraction: (<>
    <path class="tint-a" d="M20 84c-6-30 10-60 44-62 30-2 48 20 46 46-2 20-20 22-34 20-12-2-14 6-10 14 4 8-6 10-14 8-16-4-28-12-32-26Z" transform="translate(5 4)" />
    <path class="line" d="M20 84c-6-30 10-60 44-62 30-2 48 20 46 46-2 20-20 22-34 20-12-2-14 6-10 14 4 8-6 10-14 8-16-4-28-12-32-26Z" />
    <path class="tint-b" d="M40 56a8 8 0 1 0 .1 0M62 38a8 8 0 1 0 .1 0M88 48a8 8 0 1 0 .1 0M38 80a7 7 0 1 0 .1 0" />
  </>),
  movement: (<>
    <path class="tint-b" d="M10 104c30-14 76-16 110-4v16H10Z" />
    <path class="tint-a" d="M78 14a12 12 0 1 0 .1 0" transform="translate(3 3)" />
    <path class="line" d="M78 14a12 12 0 1 0 .1 0M74 44c-10 8-16 16-18 28M72 46c8 6 14 12 26 12M70 48c-12-4-22 0-30 12M56 72c10 4 16 8 20 28M56 72c-4 12-12 20-28 24" />
  </>),
  "problem-solving": (<>
    <path class="tint-a" d="M64 14c24 0 38 18 38 36 0 16-10 22-14 34H42c-4-12-16-18-16-34 0-18 14-36 38-36Z" transform="translate(5 4)" />
    <path class="line" d="M64 14c24 0 38 18 38 36 0 16-10 22-14 34H42c-4-12-16-18-16-34 0-18 14-36 38-36ZM46 96c12 2 24 2 36 0M52 108c8 2 16 2 24 0M52 84c0-14-4-22-8-30 8 6 14 6 20 0 6 6 12 6 20 0-4 8-8 16-8 30" />
  </>),
  reappraisal: (<>
    <path class="tint-a" d="M36 38a26 26 0 1 0 .1 0M94 38a26 26 0 1 0 .1 0" transform="translate(4 4)" />
    <path class="line" d="M36 38a26 26 0 1 0 .1 0M94 38a26 26 0 1 0 .1 0M60 60c3-5 7-5 10 0M10 60C6 48 8 40 16 32M120 60c4-12 2-20-6-28" />
    <path class="line" d="M24 62c1-7 5-11 11-12M82 62c1-7 5-11 11-12" />
  </>),
  acceptance: (<>
    <path class="tint-a" d="M30 70c-14 0-20-12-14-22 4-8 14-10 20-6 4-14 18-22 34-18 12 3 20 12 20 22 12-2 22 4 22 14 0 8-8 12-18 11Z" transform="translate(4 4)" />
    <path class="line" d="M30 70c-14 0-20-12-14-22 4-8 14-10 20-6 4-14 18-22 34-18 12 3 20 12 20 22 12-2 22 4 22 14 0 8-8 12-18 11Z" />
    <path class="line accent" d="M36 84c-2 6-4 10-7 14M60 82c-2 8-5 14-9 20M84 84c-2 6-4 10-7 14" />
  </>),
  relaxation: (<>
    <path class="tint-b" d="M82 14c-20 6-32 22-30 44 2 20 18 36 42 36-10 14-28 18-44 14C28 102 14 84 16 60 18 34 44 10 82 14Z" transform="translate(5 4)" />
    <path class="line" d="M82 14c-20 6-32 22-30 44 2 20 18 36 42 36-10 14-28 18-44 14C28 102 14 84 16 60 18 34 44 10 82 14Z" />
    <path class="line accent" d="M78 40h16l-16 20h18M102 66h12l-12 14h14" />
  </>),
  savouring: (<>
    <path class="tint-b" d="M64 34a26 26 0 1 0 .1 0" transform="translate(4 4)" />
    <path class="line" d="M64 34a26 26 0 1 0 .1 0M64 8v12M64 100v12M14 60h12M102 60h12M29 25l8 9M99 25l-8 9M29 96l8-9M99 96l-8-9" />
    <path class="line" d="M53 62c5 9 17 9 22 0" />
  </>),
  other: (<>
    <path class="tint-a" d="M64 12c6 22 18 34 46 38-20 10-26 20-24 44-12-14-26-16-46-6 6-22 2-32-18-46 24 2 36-6 42-30Z" transform="translate(5 4)" />
    <path class="line" d="M64 12c6 22 18 34 46 38-20 10-26 20-24 44-12-14-26-16-46-6 6-22 2-32-18-46 24 2 36-6 42-30Z" />
  </>),
  humour: (<>
    <path class="tint-b" d="M64 16a46 46 0 1 0 .1 0" transform="translate(4 4)" />
    <path class="line" d="M64 16a46 46 0 1 0 .1 0M38 50c3-8 11-8 14 0M78 50c3-8 11-8 14 0" />
    <path class="tint-a" d="M36 68c16 3 40 3 56 0-2 16-12 26-28 26S38 84 36 68Z" />
    <path class="line" d="M36 68c16 3 40 3 56 0-2 16-12 26-28 26S38 84 36 68Z" />
  </>),
};

export function Motif({ strategy }: { strategy: string }) {
  return (
    <svg class="motif" viewBox="0 0 132 122" aria-hidden="true">
      {MOTIFS[strategy] ?? MOTIFS["other"]}
    </svg>
  );
}

const TONES: Record<string, number> = {
  kindness: 3, support: 0, distraction: 1, movement: 2, "problem-solving": 1, reappraisal: 2, acceptance: 1, relaxation: 2, savouring: 3, humour: 0,
};

/** One of four pairs of colours, always the same for one strategy. */
export function toneOf(strategy: string): number {
  return TONES[strategy] ?? 3;
}
