// Which help lines to show first. The lines themselves are data (data/help_lines.json), to be checked by a person.
import data from "./data/help_lines.json";
import type { Text } from "./wire";

export interface HelpLine {
  readonly id: string;
  readonly name: string;
  readonly ages: readonly number[];
  readonly about: Text;
  readonly call: string | null;
  readonly url: string;
}

export const checkedOn: string = data.checked_on;

/** Lines for this age first, the others after them; without an age in the file's order. Nothing is left out. */
export function sortHelpLines(age: number | null): { line: HelpLine; fits: boolean }[] {
  const lines = (data.lines as HelpLine[]).map((line) => {
    const [from = 0, to = 200] = line.ages;
    return { line, fits: age !== null && age >= from && age <= to };
  });
  return age === null ? lines : [...lines.filter((entry) => entry.fits), ...lines.filter((entry) => !entry.fits)];
}
