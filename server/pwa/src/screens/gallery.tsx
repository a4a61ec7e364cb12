// Everything somebody did of the challenges, newest first, as a wall of cards.
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { Motif, toneOf } from "../drawings/motif";
import { formatDate, say, t } from "../language";
import { loadMemories, memories, type Memory } from "../memories";
import type { Key } from "../strings/nl";
import { Photo } from "./photo";

export function Gallery() {
  const [known, setKnown] = useState(memories.value.length > 0);
  useEffect(() => void loadMemories().then(() => setKnown(true)), []);
  const back = <a class="round" href="/challenge" aria-label={t("gallery.back")}><Icon name="back" /></a>;
  if (!known) return <main class="page" aria-busy="true" />;
  if (memories.value.length === 0) {
    return (
      <main class="page center">
        <Motif strategy="savouring" />
        <h1 tabIndex={-1}>{t("gallery.none")}</h1>
        <p>{t("gallery.none.body")}</p>
        <a class="button soft" href="/challenge">{t("gallery.back")}</a>
      </main>
    );
  }
  return (
    <main class="page gallery">
      <header class="gallery-head">{back}<h1 tabIndex={-1}>{t("gallery.title")}</h1></header>
      <p class="lead">{t("gallery.lead")}</p>
      <ul class="wall">{memories.value.map((memory) => <Hung key={memory.beep} memory={memory} />)}</ul>
    </main>
  );
}

/** The words of the feeling check, by what they count for. */
const FUN: Record<number, Key> = { 0: "challenge.scale.0", 33: "challenge.scale.1", 67: "challenge.scale.2", 100: "challenge.scale.3" };

function Hung({ memory }: { memory: Memory }) {
  const word = memory.fun === null ? undefined : FUN[memory.fun];
  return (
    <li class={`hung tone-${toneOf(memory.strategy)} ${memory.photo ? "with-photo" : ""}`}>
      {memory.photo ? <Photo blob={memory.photo} label={t("memory.photo.of", { title: say(memory.title) })} /> : <Motif strategy={memory.strategy} />}
      <p class="eyebrow">{formatDate(memory.date, { day: "numeric", month: "long" })}{word && ` · ${t("gallery.fun", { word: t(word) })}`}</p>
      <h2>{say(memory.title)}</h2>
      {memory.note && <p>{memory.note}</p>}
    </li>
  );
}
