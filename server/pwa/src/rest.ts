// Whether the page may load again this moment without taking anything out of somebody's hands.
import { path } from "./router";

let touched = false;

/** Notes, from now on, that something on the screen was filled in or chosen; a new screen begins untouched. */
export function watchTouches(): void {
  const note = (event: Event) => {
    if ((event.target as Element | null)?.closest?.("main") && !(event.target as Element).closest("a")) touched = true;
  };
  // `click` as well: days, times and pictures are chosen with buttons, and a photo begins with one.
  for (const name of ["input", "change", "click"]) addEventListener(name, note, { capture: true });
  path.subscribe(() => (touched = false));
}

/** In the middle of something: a questionnaire, joining, a file that was asked for, the number of an erasure. */
const MIDWAY = "main.ask, main.join:not(.step-code), main a[download], main .gone";
/** What keeps what was filled in until it is sent; a switch tells at once. */
const FIELDS = "main :is(input:not([role=switch]), textarea, select, .cell)";

export function isAtRest(): boolean {
  return !document.querySelector(MIDWAY) && !(touched && document.querySelector(FIELDS));
}
