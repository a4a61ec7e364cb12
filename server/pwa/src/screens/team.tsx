// The team: its tree, who they are, what they say in stickers, and one's own days. Nobody sees what another did or left.
import "../styles/game.css";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { partOfDay } from "../drawings/scene";
import { Grove } from "../drawings/tree/grove";
import { Plant } from "../drawings/plant";
import { formatMoment, t } from "../language";
import { ending, me, minute } from "../state";
import { hasGrown, markTreeSeen, refreshTeam, type Team, team, teamIsFrom, treeSeen } from "../team";
import { wayToSpurt } from "../team_acts";
import { FarewellPage } from "./farewell";
import { LeaveTeam, Ranking } from "./team_choices";
import { Members } from "./team_members";
import { Stickers } from "./team_stickers";
import { sayStage, sayTree } from "./team_words";

export function TeamScreen() {
  useEffect(() => void (me.value?.waiting || refreshTeam()), []);
  const body = team.value;
  const ended = ending.value;
  if (ended && (!body || ended.why === "stopped")) return <FarewellPage ending={ended} place="team" />;
  if (!body) {
    const begun = me.value?.waiting == null;
    return (
      <main class="page center">
        <svg class="still" viewBox="0 0 200 200" aria-hidden="true"><Plant x={100} y={170} leaves={0} scale={1.6} /></svg>
        <h1 tabIndex={-1}>{t("team.none")}</h1>
        <p>{t(begun ? "team.none.offline" : "team.none.body")}</p>
      </main>
    );
  }
  return (
    <main class="page team">
      <div class="team-head">
        <h1 tabIndex={-1}>{t("team.title")}</h1>
        <a class="round" href="/settings" aria-label={t("nav.settings")}><Icon name="gear" /></a>
      </div>
      {teamIsFrom.value && <p class="old" role="status">{t("team.old", { date: formatMoment(teamIsFrom.value) })}</p>}
      <TeamTree body={body} />
      <Members body={body} />
      <Stickers body={body} />
      <Mine body={body} />
      <Ranking body={body} />
      <LeaveTeam />
    </main>
  );
}

function TeamTree({ body }: { body: Team }) {
  // What grew since the last look is celebrated for as long as this screen is open.
  const [grown, setGrown] = useState(hasGrown(body, treeSeen.value));
  useEffect(() => {
    if (hasGrown(body, treeSeen.value)) setGrown(true);
    void markTreeSeen(body);
  }, [body.id, body.tree.stage]);
  const way = wayToSpurt(body.tree);
  return (
    <section class="team-tree">
      <div class="grove-frame">
        <Grove team={body.id} stage={body.tree.stage} part={partOfDay(minute.value.getHours())} label={sayTree(body.tree.stage)} fresh={grown} />
        {grown && <Flecks />}
      </div>
      <div class="team-sentence">
        {grown && <p class="grown" role="status"><strong>{t("team.grown")}</strong> {t("team.grown.what", { what: sayStage(body.tree.stage) })}</p>}
        {!grown && <p>{sayTree(body.tree.stage)}</p>}
        {way ? (
          <>
            <span class="spurt-bar" aria-hidden="true"><span style={{ inlineSize: `${Math.max(4, way.share * 100)}%` }} /></span>
            <p class="fine">{t("team.next", { have: way.have, need: way.need })} {t("team.never")}</p>
          </>
        ) : <p class="fine">{t("team.full")}</p>}
      </div>
    </section>
  );
}

function Flecks() {
  return (
    <svg class="flecks" viewBox="0 0 360 440" aria-hidden="true">
      {[...Array(14).keys()].map((index) => (
        <path key={index} class={`fleck fleck-${index % 3}`} transform={`rotate(${index * 26} 180 190) translate(180 ${index % 2 ? 30 : 12})`} d="M0 0c7-8 7-16 0-22-7 6-7 14 0 22Z" />
      ))}
    </svg>
  );
}

function Mine({ body }: { body: Team }) {
  const { points, streak } = body;
  const leaves = 5;
  const filled = Math.min(leaves, Math.round((points.today / Math.max(1, points.most_a_day)) * leaves));
  const rest = streak.rest_days_left;
  return (
    <section class="card mine">
      <h2>{t("team.mine")}</h2>
      <div class="today-points">
        <svg class="point-leaves" viewBox="0 0 190 44" aria-hidden="true">
          {Array.from({ length: leaves }, (_, index) => (
            <g key={index} transform={`translate(${6 + index * 37} 38) scale(.66) rotate(${index % 2 ? -8 : 6})`}>
              {index < filled && <path class={`leaf tone-${index % 3}`} d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" transform="translate(3 2)" />}
              <path class={`ink ${index < filled ? "" : "empty"}`} d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" />
            </g>
          ))}
        </svg>
        <p><strong>{t("team.points.today", { n: points.today, most: points.most_a_day })}</strong><br />{t("team.points.total", { n: points.total })}</p>
      </div>
      <p class="row-of-days"><strong>{streak.days === 0 ? t("team.streak.zero") : streak.days === 1 ? t("team.streak.one") : t("team.streak.many", { n: streak.days })}</strong></p>
      {streak.days > 0 && <p>{rest === 0 ? t("team.rest.zero") : rest === 1 ? t("team.rest.one") : t("team.rest.many", { n: rest })}</p>}
      <p class="fine">{t("team.points.how")}</p>
    </section>
  );
}
