// A folder of words for each language is what people write; two files are what phones load: the words of the first
// screens, and the rest, which comes with the first of the other screens. Which word is which follows from the code: those that
// stand in a file that src/main.tsx imports, directly or not, without waiting (a plain import, not `import()`).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const SOURCE = join(import.meta.dirname, "src");
const WORD = /^ {2}"([^"]+)": .*$/gm;

/** The text of `entry` and of all that it imports at once. */
export function readAtOnce(entry = join(SOURCE, "main.tsx"), seen = new Map<string, string>()): string {
  if (seen.has(entry)) return "";
  const text = readFileSync(entry, "utf8");
  seen.set(entry, text);
  for (const [, name] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)";$/gm)) {
    const file = ["", ".ts", ".tsx"].map((end) => join(dirname(entry), name + end)).find((path) => existsSync(path) && /\.tsx?$/.test(path));
    if (file) readAtOnce(file, seen);
  }
  return [...seen.values()].join("\n");
}

/** The words of each area of a language, as [line, key], by the name of its file. */
export function readAreas(language: string): Map<string, readonly (readonly [string, string])[]> {
  const folder = join(SOURCE, "strings", language);
  const read = (file: string) => [...readFileSync(join(folder, file), "utf8").matchAll(WORD)].map(([line, key]) => [line, key!] as const);
  return new Map(readdirSync(folder).sort().map((file) => [file, read(file)]));
}

/** The lines of a language that belong to the part, as a module of their own. */
export function pickWords(language: string, part: "first" | "rest", atOnce: string): string {
  const lines = [...readAreas(language).values()].flat();
  const mine = lines.filter(([, key]) => atOnce.includes(`"${key}"`) === (part === "first"));
  return `export const words = {\n${mine.map(([line]) => line).join("\n")}\n};`;
}

/** Answers `import("./strings/nl?first")` and the like. */
export function splitWords() {
  return {
    name: "split-words",
    enforce: "pre" as const,
    resolveId(source: string) {
      return /^\.\/strings\/(nl|en)\?(first|rest)$/.test(source) ? `\0${source.slice(2).replace("/", "-").replace("?", "-")}` : null;
    },
    load(id: string) {
      const [, language, part] = /^\0strings-(nl|en)-(first|rest)$/.exec(id) ?? [];
      return language ? pickWords(language, part as "first" | "rest", readAtOnce()) : null;
    },
  };
}
