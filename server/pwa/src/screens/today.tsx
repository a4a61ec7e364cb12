// Today: what is open, what is done, the challenge. Never what lies ahead.
import { card } from "../card";
import { Icon } from "../drawings/icons";
import { Motif, toneOf } from "../drawings/motif";
import { Scene, partOfDay } from "../drawings/scene";
import { earlierDays } from "../garden";
import { count, formatDate, formatLeft, formatTime, say, t } from "../language";
import { lazyPart } from "../lazy";
import { markKeptSeen } from "../outbox";
import { heard, pauseOn, type WhyMissed, whyMissed } from "../missed";
import { putAway, putNoticeAway, unread } from "../notices";
import { offersOwn } from "../own_entry";
import { parents } from "../parents";
import { allowNotifications, pushState } from "../push_state";
import { challengeOutcome, day, ending, kept, me, minute, posterSeen, reloadQueues, today, trends } from "../state";
import type { DayView } from "../plan";
import type { Key } from "../strings/nl";
import { hasGrown, team, treeSeen } from "../team";
import { describeWaiting } from "../waiting";
import { GentleCard } from "./gentle_card";
import { Snooze } from "./snooze";

const Tree = lazyPart(() => import("../drawings/tree/tree").then((part) => part.Tree), { silent: true });
const FarewellCard = lazyPart(() => import("./farewell").then((part) => part.FarewellCard));
/** The stages of a team's tree; as in its drawing, which is fetched later. */
const STAGES = 12;

const GREETING: Record<string, Key> = {
  morning: "today.morning", afternoon: "today.afternoon", evening: "today.evening", night: "today.night",
};

export function Today() {
  const view = day.value;
  const plan = today.value;
  if (!view || !plan) return <main class="page center" aria-busy="true"><h1 tabIndex={-1} class="hello">{t("app.loading")}</h1></main>;
  const hour = Number(new Intl.DateTimeFormat("en-GB", { timeZone: plan.zone, hour: "2-digit", hourCycle: "h23" }).format(minute.value));
  const part = partOfDay(hour);
  const flower = challengeOutcome.value?.outcome === "done";
  const leaves = view.done.length;
  const ended = ending.value;
  return (
    <main class="today">
      <header class="today-head">
        <div>
          <p class="eyebrow">
            {formatDate(view.date)}
            {plan.study_day !== null && plan.study_day > 0 && plan.study_day <= plan.days && !ended && (
              <><br />{t("today.day", { n: plan.study_day, days: plan.days })}</>
            )}
          </p>
          <h1 tabIndex={-1} class="hello">{t(GREETING[part] ?? "today.afternoon")}</h1>
        </div>
        <a class="round" href="/settings" aria-label={t("nav.settings")}><Icon name="gear" /></a>
      </header>
      <Scene
        leaves={leaves}
        flower={flower}
        earlier={earlierDays(trends.value, view.date, plan.study_day)}
        part={part}
        label={t(flower ? "today.scene.flower" : "today.scene", { leaves })}
      >
        {team.value && <Tree team={team.value.id} stage={team.value.tree.stage} far />}
      </Scene>
      {team.value && (
        <a class="tree-link" href="/team">
          <span class="hidden">{t("today.tree", { n: team.value.tree.stage, last: STAGES })} </span>
          {hasGrown(team.value, treeSeen.value) && <span class="grew">{t("team.grown.short")}</span>}
        </a>
      )}
      <div class="today-cards">
        {card.value && <GentleCard words={card.value} />}
        <PosterNote />
        <LateNote />
        <FromStudy />
        {ended ? <FarewellCard ending={ended} /> : <NowCard view={view} />}
        {view.challenge && <ChallengeCard view={view} />}
        {!ended && <Tally view={view} />}
        {!ended && <PushNote />}
      </div>
    </main>
  );
}

function NowCard({ view }: { view: DayView }) {
  const study = me.value?.study;
  const first = view.open[0];
  const waiting = describeWaiting(me.value, parents.value?.parents);
  if (waiting) {
    return (
      <section class="card now">
        <h2>{t(waiting.title)}</h2>
        <p>{t(waiting.body)}</p>
        <a class="button big" href={waiting.to}>{t(waiting.go)}<Icon name="next" /></a>
      </section>
    );
  }
  if (first) {
    return (
      <section class="card now">
        <div class="now-text">
          <h2>{t("today.open")}</h2>
          <p class="left"><Icon name="clock" size={18} /> {formatLeft(first.leftMs)}</p>
        </div>
        <a class="button big" href={`/beep/${first.beep.id}`}>{t(first.begun ? "today.resume" : "today.begin")}<Icon name="next" /></a>
        {!first.begun && <Snooze key={first.beep.id} beep={first.beep.id} />}
      </section>
    );
  }
  if (view.unknown) return <Quiet title={t("today.quiet")} body={t("today.unknown")} />;
  if (study?.starts_on && view.date < study.starts_on) {
    return <Quiet title={t("today.before", { date: formatDate(study.starts_on, { day: "numeric", month: "long" }) })} body={t("today.before.body")} />;
  }
  const paused = pauseOn(view.date, heard.value);
  return (
    <section class="card quiet">
      <h2>{t(view.done.length >= 3 ? "today.alldone" : "today.quiet")}</h2>
      <p>{paused ? t("today.paused", { until: formatDate(paused.until) }) : t("today.quiet.body")}</p>
      {today.value && offersOwn(today.value) && <a class="button own" href="/event">{t("today.own")}<Icon name="next" size={20} /></a>}
    </section>
  );
}

function Quiet({ title, body }: { title: string; body: string }) {
  return <section class="card quiet"><h2>{title}</h2><p>{body}</p></section>;
}

function ChallengeCard({ view }: { view: DayView }) {
  const challenge = view.challenge!;
  const outcome = challengeOutcome.value;
  const slug = outcome?.slug ?? challenge.chosen.slug;
  const card = [challenge.chosen, ...challenge.alternatives].find((other) => other.slug === slug) ?? challenge.chosen;
  const word = outcome?.outcome === "done" ? t("challenge.congrats") : outcome?.outcome === "skipped" ? t("challenge.skipped") : t("challenge.title");
  return (
    <a class={`card teaser tone-${toneOf(card.strategy)}`} href="/challenge">
      <div>
        <p class="eyebrow">{word}</p>
        <h2>{say(card.title)}</h2>
      </div>
      <Motif strategy={card.strategy} />
    </a>
  );
}

const WHY: Record<WhyMissed, Key> = {
  pause: "missed.pause", off: "missed.off", silent: "missed.silent", closed: "missed.closed",
};

function Tally({ view }: { view: DayView }) {
  const { done, missed } = view;
  const zone = today.value?.zone ?? "UTC";
  if (done.length + missed.length === 0) return null;
  return (
    <div class="tally">
      <p>
        {done.length > 0 && <>{count(done.length, "today.done.one", "today.done.many")}. </>}
        {missed.length > 0 && count(missed.length, "today.missed.one", "today.missed.many")}
      </p>
      {missed.length > 0 && (
        <details class="why">
          <summary>{t("missed.title")}</summary>
          {missed.map((beep) => {
            const [from, to] = [formatTime(beep.due_at, zone), formatTime(beep.expires_at, zone)];
            return <p key={beep.id}>{t(WHY[whyMissed(beep, heard.value, pushState.value)], { from, to })}</p>;
          })}
        </details>
      )}
    </div>
  );
}

/** A code of another study was looked at. */
function PosterNote() {
  const mine = me.value;
  if (!posterSeen.value || !mine) return null;
  return (
    <section class="card note" role="status">
      <h2>{t("today.poster.title", { mine: say(mine.study.title) })}</h2>
      <p>{t("today.poster", { other: posterSeen.value })}</p>
      <button class="button soft" onClick={() => (posterSeen.value = null)}>{t("today.late.ok")}</button>
    </section>
  );
}

function LateNote() {
  if (!kept.value.some((entry) => !entry.seen)) return null;
  return (
    <section class="card note" role="status">
      <h2>{t("today.late.title")}</h2>
      <p>{t("today.late")}</p>
      <button class="button soft" onClick={() => void markKeptSeen().then(reloadQueues)}>{t("today.late.ok")}</button>
    </section>
  );
}

/** Where a message of the study leads; the texts are the server's. */
const LEADS: Readonly<Record<string, readonly [string, Key]>> = {
  "check-push": ["/settings", "nav.settings"], "times-fit": ["/settings", "nav.settings"], "pause-is-fine": ["/settings", "nav.settings"],
  "ask-us": ["/help", "nav.help"],
};

function FromStudy() {
  const all = today.value?.notices ?? [];
  return (
    <>
      {unread(all, putAway.value).map((notice) => {
        const [to, word] = LEADS[notice.key] ?? [];
        return (
          <section key={notice.key} class="card letter" aria-label={t("notice.from")}>
            <div class="letter-head">
              <p class="eyebrow"><Icon name="mail" size={20} />{t("notice.from")}</p>
              <button class="round" aria-label={t("notice.away")} onClick={() => void putNoticeAway(notice, all)}><Icon name="close" /></button>
            </div>
            <p class="letter-text">{say(notice.text)}</p>
            {to && word && <a class="button soft" href={to}>{t(word)}<Icon name="next" size={20} /></a>}
          </section>
        );
      })}
    </>
  );
}

function PushNote() {
  const state = pushState.value;
  if (state !== "ask" && state !== "broken") return null;
  return (
    <section class="push-note">
      <Icon name="bell" />
      <p>{t("today.pushoff")}</p>
      <button class="button soft" onClick={() => void allowNotifications()}>{t("today.pushoff.fix")}</button>
    </section>
  );
}
