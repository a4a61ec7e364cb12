// Settings: a list of what can be set, and one page for each.
import "../styles/rows.css";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { OwnConsent } from "../consent";
import { Avatar } from "../drawings/avatars";
import { Icon, type IconName } from "../drawings/icons";
import { count, say, t } from "../language";
import { parents, refreshParents } from "../parents";
import { findPushState, pushState } from "../push_state";
import { match } from "../router";
import { changeLanguage, offeredLanguages } from "../speaking";
import { autoNext, ending, kept, language, me, outbox, sendOutbox, setFact } from "../state";
import type { Key } from "../strings/nl";
import { team } from "../team";
import { Erase } from "./erase";
import { LanguageChoice } from "./language_choice";
import { Leaving, MyData } from "./leaving";
import { LookCard } from "./look";
import { consentTitle, MyConsent } from "./my_consent";
import { MyDay } from "./my_day";
import { Notifications, PUSH_SAID } from "./notifications";
import { Parents, sayParents } from "./parents";
import { Pause } from "./pause";

export function Settings() {
  const name = match("/settings/")?.replace(/\/$/, "") ?? "";
  useEffect(() => {
    void findPushState();
    if (me.value) void refreshParents();
  }, []);
  switch (name) {
    case "day": return <Part title="settings.rhythm"><section class="card"><MyDay /></section></Part>;
    case "look": return <Part title="look.card"><LookCard /></Part>;
    case "notifications": return <Part title="settings.notify"><Notifications /></Part>;
    case "pause": return <Part title="pause.title"><Pause /></Part>;
    case "parent": return parents.value?.required === 0 ? <Overview /> : <Part title="parent.page"><Parents /></Part>;
    case "consent": return <Agreed />;
    case "data": return <Part title="data.title"><Waiting /><MyData /></Part>;
    case "leave": return <Part title="settings.leave"><Leaving /><Erase /></Part>;
    default: return <Overview />;
  }
}

function Agreed() {
  const [own, setOwn] = useState<OwnConsent | null>(null);
  return <Part title={consentTitle(own)}><MyConsent own={own} setOwn={setOwn} /></Part>;
}

function Part({ title, children }: { title: Key; children: ComponentChildren }) {
  return (
    <main class="page settings">
      <a class="round" href="/settings" aria-label={t("settings.all")}><Icon name="back" /></a>
      <h1 tabIndex={-1}>{t(title)}</h1>
      {children}
    </main>
  );
}

function Overview() {
  const day = me.value?.rhythm?.school;
  const goesOn = !me.value?.left_at;
  const asks = goesOn && !ending.value; // after her last day nothing comes that could be moved or paused
  const mine = team.value?.members.find((member) => member.me);
  return (
    <main class="page settings">
      <h1 tabIndex={-1}>{t("settings.title")}</h1>
      <Speaking />
      <ul class="rows">
        {goesOn && asksParent() && <Row to="parent" icon="people" title="parent.page" now={sayParents()} />}
        {asks && <Row to="day" icon="sun" title="settings.rhythm" now={day ? t("settings.row.day", { from: day.start, to: day.end }) : t("settings.row.day.none")} />}
        {asks && <Row to="notifications" icon="bell" title="settings.notify" now={t(PUSH_SAID[pushState.value])} />}
        {goesOn && mine && <Row to="look" icon={<Avatar name={mine.avatar} size={44} />} title="look.card" now={say(mine.nickname)} />}
        {asks && <Row to="pause" icon="pause" title="pause.title" now={t("settings.row.pause")} />}
        <Row to="consent" icon="page" title="consent.title" now={t("settings.row.consent")} />
        <Row to="data" icon="box" title="data.title" now={outbox.value.length > 0 ? count(outbox.value.length, "net.waiting.one", "net.waiting.many") : t("settings.row.data")} />
        <Row to="leave" icon="door" title="settings.leave" now={t("settings.row.leave")} />
      </ul>
      <label class="switch card">
        <input type="checkbox" role="switch" checked={autoNext.value} onChange={(event) => void setFact("auto_next", event.currentTarget.checked)} />
        <span>{t("settings.auto")}<small>{t("settings.auto.hint")}</small></span>
      </label>
      {me.value && <p class="fine">{t("settings.code", { code: me.value.code })}</p>}
    </main>
  );
}

/** Not of whom a parent signed for on paper, or who decides alone. */
function asksParent(): boolean {
  const body = parents.value;
  return body !== null && body.required > 0 && (me.value?.waiting === "parent" || body.parents.length > 0);
}

interface RowProps {
  to: string;
  icon: IconName | ComponentChildren;
  title: Key;
  /** How it stands now. */
  now: string;
}

function Row({ to, icon, title, now }: RowProps) {
  return (
    <li>
      <a class="card row" href={`/settings/${to}`}>
        <span class="row-sign">{typeof icon === "string" ? <Icon name={icon as IconName} /> : icon}</span>
        <span class="row-words"><strong>{t(title)}</strong><small>{now}</small></span>
        <Icon name="next" size={20} />
      </a>
    </li>
  );
}

/** Nothing to choose where there is only the language that is spoken already. */
function Speaking() {
  const [said, setSaid] = useState<Key | null>(null);
  const offered = offeredLanguages(me.value?.study);
  return (
    <>
      {offered.some((code) => code !== language.value) && <LanguageChoice offered={offered} onChange={(next) => void changeLanguage(next).then(setSaid)} />}
      {said && <p class="said" role="status">{t(said)}</p>}
    </>
  );
}

function Waiting() {
  return (
    <section class="card">
      <h2>{t("settings.sent")}</h2>
      <p>{outbox.value.length === 0 ? t("settings.sent.none") : count(outbox.value.length, "net.waiting.one", "net.waiting.many")}</p>
      {outbox.value.length > 0 && <button class="button soft" onClick={() => void sendOutbox()}>{t("settings.sent.now")}</button>}
      {kept.value.length > 0 && <p>{t("settings.kept", { n: kept.value.length })}</p>}
    </section>
  );
}
