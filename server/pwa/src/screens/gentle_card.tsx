// A kind word, when days are heavy. Easily put away; nobody is told that it was there, nor why.
import { Icon } from "../drawings/icons";
import { type GentleCard as Words, dismissCard } from "../card";
import { say, t } from "../language";
import { ShareWords } from "./share_words";

export function GentleCard({ words }: { words: Words }) {
  return (
    <section class="card gentle" aria-labelledby="gentle-title">
      <div class="gentle-head">
        <h2 id="gentle-title">{say(words.title)}</h2>
        <button class="round" aria-label={t("card.close")} onClick={() => void dismissCard()}><Icon name="close" /></button>
      </div>
      {say(words.text).trim().split(/\n\s*\n/).map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
      <a class="button big" href="/help">{t("card.help")}<Icon name="help" /></a>
      <div class="gentle-words">
        <p class="eyebrow">{t("card.words")}</p>
        <blockquote>{say(words.message)}</blockquote>
        <ShareWords text={say(words.message)} />
      </div>
      <button class="button quiet-button" onClick={() => void dismissCard()}>{t("card.close")}</button>
    </section>
  );
}
