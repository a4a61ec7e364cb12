// Asking a parent: used when joining and in the settings. What a parent sees is a page of the server, not of this app.
import "../styles/rows.css";
import { useEffect, useState } from "preact/hooks";
import { now } from "../clock";
import { Icon } from "../drawings/icons";
import { storedHelp } from "../help_lines";
import { formatDate, formatMoment, t } from "../language";
import { askParent, needsAddress, type Parent, type ParentPlace, parents, parentsAreFrom, placesOf, refreshParents } from "../parents";
import { language, me } from "../state";
import { readFact } from "../storage";
import type { Key } from "../strings/nl";
import { LanguageChoice } from "./language_choice";

const STATES: Record<Parent["state"], readonly [Key, Key]> = {
  waiting: ["parent.state.waiting", "parent.say.waiting"],
  reminded: ["parent.state.reminded", "parent.say.reminded"],
  agreed: ["parent.state.agreed", "parent.say.agreed"],
  refused: ["parent.state.refused", "parent.say.refused"],
  withdrawn: ["parent.state.withdrawn", "parent.say.withdrawn"],
  expired: ["parent.state.expired", "parent.say.expired"],
  undeliverable: ["parent.state.undeliverable", "parent.say.undeliverable"],
};

const stateKey = (asked: Parent): Key => (asked.method === "letter" && asked.state === "waiting" ? "parent.state.letter" : STATES[asked.state][0]);

/** One line for a list: how far it is. */
export function sayParents(): string {
  const body = parents.value;
  if (!body) return "";
  return placesOf(body).map((place) => t(typeof place === "number" ? "parent.state.none" : stateKey(place))).join(" · ");
}

export function Parents() {
  useEffect(() => void refreshParents(), []);
  const body = parents.value;
  if (!body) return <p class="said" role="status">{parentsAreFrom.value === null ? "" : t("parent.unreachable")}</p>;
  const places = placesOf(body);
  const open = places.some((place) => typeof place === "number" || place.state !== "agreed");
  return (
    <div class="parents">
      {parentsAreFrom.value && <p class="old" role="status">{t("parent.from", { date: formatMoment(parentsAreFrom.value) })}</p>}
      {places.map((place, index) => (
        <Place
          key={index}
          number={(index + 1) as ParentPlace}
          title={t(places.length === 1 ? "parent.card" : index === 0 ? "parent.one" : "parent.two")}
          place={place}
        />
      ))}
      {open && <Letter />}
    </div>
  );
}

interface PlaceProps {
  number: ParentPlace;
  title: string;
  place: Parent | ParentPlace;
}

function Place({ number, title, place }: PlaceProps) {
  const [changing, setChanging] = useState(false);
  const asked = typeof place === "number" ? null : place;
  return (
    <section class={`card parent is-${asked?.state ?? "none"}`}>
      <div class="parent-head">
        <span class="parent-sign"><Icon name={asked?.state === "agreed" ? "check" : asked === null ? "people" : "mail"} /></span>
        <div>
          <h2>{title}</h2>
          {asked && <p class="parent-state" role="status">{t(stateKey(asked))}</p>}
        </div>
      </div>
      {asked && <p>{describe(asked)}</p>}
      {needsAddress(place) || changing
        ? <Address number={number} onDone={() => setChanging(false)} onCancel={changing ? () => setChanging(false) : null} />
        : asked && asked.state !== "agreed" && asked.method === "mail" && <Again number={number} asked={asked} onOther={() => setChanging(true)} />}
    </section>
  );
}

function describe(asked: Parent): string {
  if (asked.method === "letter" && asked.state === "waiting") return t("parent.say.letter", { address: `${location.host}/parent` });
  const decided = asked.decided_at && asked.state === "agreed" ? `${formatDate(asked.decided_at.slice(0, 10), { day: "numeric", month: "long" })}. ` : "";
  return decided + t(STATES[asked.state][1], { mail: asked.mail ?? "" });
}

function Again({ number, asked, onOther }: { number: ParentPlace; asked: Parent; onOther: () => void }) {
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const from = asked.may_send_from;
  const soon = from !== null && Date.parse(from) > now().getTime();
  const send = async () => {
    const mail = (await readFact("parent_mails"))?.[number];
    // Typed on another phone: only its owner knows the whole address.
    if (!mail) return onOther();
    setBusy(true);
    setProblem(await askParent(number, mail, language.value));
    setBusy(false);
  };
  return (
    <>
      <p class="said" role="status">{problem && t(problem)}</p>
      {soon && <p class="fine">{t("parent.again.from", { time: formatMoment(from) })}</p>}
      <div class="pair">
        {from !== null && !soon && <button class="button soft" disabled={busy} onClick={() => void send()}>{t("parent.again")}</button>}
        {from !== null && <button class="button soft" onClick={onOther}>{t("parent.other")}</button>}
      </div>
    </>
  );
}

function Address({ number, onDone, onCancel }: { number: ParentPlace; onDone: () => void; onCancel: (() => void) | null }) {
  const [mail, setMail] = useState("");
  const [speaks, setSpeaks] = useState(language.value);
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: Event) => {
    event.preventDefault();
    if (!/^\S+@\S+\.\S+$/.test(mail.trim())) return setProblem("parent.mail.wrong");
    setBusy(true);
    const said = await askParent(number, mail, speaks);
    setBusy(false);
    setProblem(said);
    if (!said) onDone();
  };
  const name = `parent-mail-${number}`;
  return (
    <form class="stack" onSubmit={(event) => void send(event)} noValidate>
      <label class="field">
        <span>{t("parent.mail")}</span>
        <input
          name={name}
          type="email"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          enterkeyhint="send"
          value={mail}
          aria-describedby={`${name}-hint`}
          aria-invalid={problem !== null}
          onInput={(event) => {
            setProblem(null);
            setMail(event.currentTarget.value);
          }}
        />
        <small id={`${name}-hint`}>{problem ? <strong role="alert">{t(problem)}</strong> : t("parent.mail.hint")}</small>
      </label>
      <LanguageChoice value={speaks} label={t("parent.language")} onChange={setSpeaks} />
      <button class="button big" type="submit" disabled={busy || mail.trim() === ""}>{t("parent.send")}<Icon name="mail" /></button>
      {onCancel && <button class="button quiet-button" type="button" onClick={onCancel}>{t("parent.keep")}</button>}
    </form>
  );
}

/** For a parent without mail: staff make the letter, so she is told whom to ask and what to say. */
function Letter() {
  const [name, setName] = useState<string | null>(null);
  useEffect(() => void storedHelp(now().getFullYear()).then((help) => setName(help.contact?.name ?? null)), []);
  return (
    <details class="letter-way">
      <summary>{t("parent.letter")}<Icon name="next" size={20} /></summary>
      <p>{t("parent.letter.body", { name: name ?? t("parent.letter.someone"), code: me.value?.code ?? "" })}</p>
    </details>
  );
}
