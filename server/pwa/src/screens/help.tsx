// Help: one tap away everywhere, also offline and before joining.
import { useEffect, useState } from "preact/hooks";
import { now } from "../clock";
import { Icon } from "../drawings/icons";
import { type Contact, fetchHelp, type Help as Known, type HelpLine, packagedHelp, storedHelp } from "../help_lines";
import { formatDate, say, t } from "../language";
import { me } from "../state";
import { readFact } from "../storage";
import { ShareWords } from "./share_words";

export function Help() {
  const [help, setHelp] = useState<Known>(() => packagedHelp(null));
  const [watched, setWatched] = useState(false);
  useEffect(() => {
    void readFact("watched").then((known) => setWatched(known ?? false));
    // What is on the phone is there at once; the server may know better.
    void storedHelp(now().getFullYear()).then(setHelp).then(fetchHelp).then((told) => told && setHelp(told));
  }, []);
  return (
    <main class="page help">
      {!me.value && <a class="round" href="/join" aria-label={t("nav.back")}><Icon name="back" /></a>}
      <h1 tabIndex={-1}>{t("help.title")}</h1>
      <p class="lead">{t(watched ? "help.watched" : "help.nobody")}</p>
      {help.lines.filter((line) => line.emergency && line.phone).map((line) => (
        <a key={line.id} class="button danger" href={dial(line.phone!)}><Icon name="phone" />{t("help.danger", { number: line.phone! })}</a>
      ))}
      <ul class="lines">
        {help.lines.filter((line) => !line.emergency).map((line) => <Line key={line.id} line={line} />)}
      </ul>
      {help.contact && <Person contact={help.contact} />}
      <section class="card words">
        <h2>{t("help.text")}</h2>
        <blockquote>{t("help.text.words")}</blockquote>
        <ShareWords text={t("help.text.words")} />
      </section>
    </main>
  );
}

function Line({ line }: { line: HelpLine }) {
  // For some services the chat is the site; one button is enough then.
  const web = line.chat ?? line.url;
  return (
    <li class="card line">
      <h2>{line.name}</h2>
      {line.for_you && line.ages.to < EVERYBODY && <p class="fits">{t("help.foryou")}</p>}
      <p>{say(line.about)}{line.hours && <><br /><strong>{say(line.hours)}</strong></>}</p>
      <div class="pair">
        {line.phone && <a class="button big" href={dial(line.phone)}><Icon name="phone" size={20} />{t("help.call", { number: line.phone })}</a>}
        {line.text && <a class="button soft" href={`sms:${bare(line.text)}`}><Icon name="chat" size={20} />{t("help.sms", { number: line.text })}</a>}
        {web && <a class="button soft" href={web} target="_blank" rel="noreferrer"><Icon name={line.chat ? "chat" : "globe"} size={20} />{t(line.chat ? "help.chat" : "help.site")}</a>}
      </div>
      <p class="fine">{line.checked_on ? t("help.checked", { date: sayDate(line.checked_on) }) : t("help.unchecked", { date: sayDate(line.as_of) })}</p>
    </li>
  );
}

function Person({ contact }: { contact: Contact }) {
  return (
    <section class="card line">
      <h2>{t("help.contact")}</h2>
      <p><strong>{contact.name}</strong>{contact.role && `, ${say(contact.role)}`}{contact.hours && <><br />{say(contact.hours)}</>}</p>
      <div class="pair">
        {contact.phone && <a class="button soft" href={dial(contact.phone)}><Icon name="phone" size={20} />{t("help.call", { number: contact.phone })}</a>}
        {contact.mail && <a class="button soft" href={`mailto:${contact.mail}`}><Icon name="share" size={20} />{t("help.mail")}</a>}
      </div>
      <p class="fine">{t("help.contact.what")}</p>
    </section>
  );
}

const EVERYBODY = 100;
const bare = (number: string): string => number.replace(/[^\d+]/g, "");
const dial = (number: string): string => `tel:${bare(number)}`;

/** A date, or only its year and month, or only its year, as far as it is known. */
function sayDate(date: string): string {
  const [year, month, day] = date.split("-");
  if (!month) return year ?? "";
  return formatDate(`${year}-${month}-${day ?? "01"}`, { month: "long", year: "numeric", ...(day ? { day: "numeric" } : {}) });
}
