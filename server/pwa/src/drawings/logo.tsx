// The name, drawn: the dot of the i is a seedling.
export function Logo({ height = 40 }: { height?: number }) {
  return (
    <svg class="logo" viewBox="0 0 214 92" height={height} role="img" aria-label="Kiem">
      <g fill="none" stroke="currentColor" stroke-width="13" stroke-linecap="round" stroke-linejoin="round">
        <path d="M16 14c-1 20 1 40 0 62M16 57c9-5 17-12 24-21M26 49c7 8 12 17 17 27" />
        <path d="M70 42c-1 11 1 23 0 34" />
        <path d="M97 58c12 1 23 0 34-1 0-13-7-22-17-21-11 0-18 9-17 21 0 12 8 20 19 19 6 0 11-2 15-6" />
        <path d="M155 76c1-13-1-26 0-39M155 54c0-10 6-17 13-17 8 0 11 5 11 14v25M179 54c0-10 6-17 13-17 8 0 12 5 12 14-1 9 0 17 0 25" />
      </g>
      <path class="fill-leaf" d="M70 31C69 17 58 9 43 9c0 13 10 23 27 22z" />
      <path class="fill-sun" d="M70 31c0-16 11-27 29-28 1 16-10 28-29 28z" />
    </svg>
  );
}
