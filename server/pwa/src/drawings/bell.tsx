// A bell that is also a flower: for everything about notifications.
export function Bell() {
  return (
    <svg class="ring-bell" viewBox="0 0 200 170" aria-hidden="true">
      <circle class="sun-disc" cx="100" cy="88" r="74" />
      <g class="bell-swing">
        <path class="bell-fill" d="M62 118c9-10 10-22 10-38 0-20 12-34 30-34s30 14 30 34c0 16 1 28 10 38-26 4-54 4-80 0Z" transform="translate(4 3)" />
        <path class="ink" d="M62 118c9-10 10-22 10-38 0-20 12-34 30-34s30 14 30 34c0 16 1 28 10 38-26 4-54 4-80 0ZM92 134c6 5 14 5 20 0M102 46V34" />
        <g transform="translate(102 34) scale(.5)"><path class="leaf tone-0" d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" /><path class="ink" d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" /></g>
        <g transform="translate(102 34) scale(-.5 .5)"><path class="leaf tone-1" d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" /><path class="ink" d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" /></g>
      </g>
    </svg>
  );
}
