// Help: one tap away everywhere, also offline and before joining.
import { useEffect, useState } from "preact/hooks";
import { now } from "../clock";
import { Icon } from "../drawings/icons";
import { checkedOn, sortHelpLines } from "../help_lines";
import { formatDate, say, t } from "../language";
import { me } from "../state";
import { readFact } from "../storage";

export function Help() {
  const [age, setAge] = useState<number | null>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    void readFact("birth_year").then((year) => year && setAge(now().getFullYear() - year));
  }, []);
  const shareWords = async () => {
    const text = t("help.text.words");
    if (navigator.share) await navigator.share({ text }).catch(() => undefined);
    else await navigator.clipboard.writeText(text).then(() => setCopied(true));
  };
  return (
    <main class="page help">
      {!me.value && <a class="round" href="/join" aria-label={t("nav.back")}><Icon name="back" /></a>}
      <h1 tabIndex={-1}>{t("help.title")}</h1>
      <p class="lead">{t("help.nobody")}</p>
      <a class="button danger" href="tel:112"><Icon name="phone" />{t("help.danger")}</a>
      <ul class="lines">
        {sortHelpLines(age).map(({ line, fits }) => (
          <li key={line.id} class="card line">
            <h2>{line.name}</h2>
            {fits && line.ages[1] !== 120 && <p class="fits">{t("help.foryou")}</p>}
            <p>{say(line.about)}</p>
            <div class="pair">
              {line.call && <a class="button big" href={`tel:${line.call.replaceAll("-", "")}`}><Icon name="phone" size={20} />{t("help.call", { number: line.call })}</a>}
              <a class="button soft" href={line.url} target="_blank" rel="noreferrer">
                <Icon name={line.call ? "chat" : "globe"} size={20} />{t(line.call ? "help.chat" : "help.site")}
              </a>
            </div>
          </li>
        ))}
      </ul>
      <section class="card words">
        <h2>{t("help.text")}</h2>
        <blockquote>{t("help.text.words")}</blockquote>
        <button class="button soft" onClick={() => void shareWords()}><Icon name="share" size={20} />{t(copied ? "help.text.copied" : "help.text.send")}</button>
      </section>
      <p class="fine">{t("help.checked", { date: formatDate(checkedOn, { day: "numeric", month: "long", year: "numeric" }) })}</p>
    </main>
  );
}
