// After an answer: the plant gets its leaf. Short, and never the same words twice in a row.
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { t } from "../language";
import { challengeOutcome, day, offline } from "../state";
import type { Key } from "../strings/nl";

const WORDS: readonly Key[] = ["thanks.1", "thanks.2", "thanks.3"];

export function Thanks({ late }: { late: boolean }) {
  const done = day.value?.done.length ?? 1;
  const challengeOpen = day.value?.challenge != null && challengeOutcome.value === null;
  return (
    <main class="page center thanks">
      <a class="round aside" href="/help" aria-label={t("nav.help")}><Icon name="help" /></a>
      <svg class="burst" viewBox="0 0 320 320" aria-hidden="true">
        <circle class="sun-disc grow" cx="160" cy="150" r="118" />
        {[...Array(9).keys()].map((index) => (
          <path key={index} class={`fleck fleck-${index % 3}`} transform={`rotate(${index * 40 - 20} 160 150) translate(160 ${index % 2 ? 18 : 8})`} d="M0 0c6-7 6-14 0-19-6 6-6 12 0 19Z" />
        ))}
        <Plant x={160} y={250} leaves={Math.max(1, done)} flower={challengeOutcome.value?.outcome === "done"} fresh={!late} scale={1.15} />
      </svg>
      <h1 tabIndex={-1}>{t(late ? "thanks.late" : (WORDS[done % WORDS.length] ?? "thanks.1"))}</h1>
      <p>{t(late ? "thanks.late.body" : offline.value ? "thanks.offline" : "thanks.body")}</p>
      <div class="stack">
        {challengeOpen && <a class="button big" href="/challenge">{t("thanks.challenge")}</a>}
        <a class={`button ${challengeOpen ? "soft" : "big"}`} href="/">{t("thanks.home")}</a>
      </div>
    </main>
  );
}
