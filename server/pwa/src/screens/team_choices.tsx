// What is up to each: comparing points, and going to another team.
import { useState } from "preact/hooks";
import { Avatar } from "../drawings/avatars";
import { say, t } from "../language";
import type { Key } from "../strings/nl";
import type { Team } from "../team";
import { leaveTeam, showRanking } from "../team_acts";

export function Ranking({ body }: { body: Team }) {
  const [problem, setProblem] = useState<Key | null>(null);
  const lines = body.ranking;
  return (
    <section class="card">
      <h2>{t("team.ranking")}</h2>
      <label class="switch">
        <input type="checkbox" role="switch" checked={lines !== null} onChange={(event) => {
          const box = event.currentTarget;
          void showRanking(box.checked).then((said) => {
            setProblem(said);
            if (said) box.checked = lines !== null;
          });
        }} />
        <span>{t("team.ranking.show")}<small>{t("team.ranking.hint")}</small></span>
      </label>
      <p class="said" role="status">{problem && t(problem)}</p>
      {lines && (
        <ol class="ranking">
          {lines.map((line) => (
            <li key={line.member}>
              <Avatar name={line.avatar} size={40} />
              <span>{say(line.nickname)}{line.me && ` (${t("team.me")})`}</span>
              <strong>{t("team.ranking.points", { n: line.points })}</strong>
            </li>
          ))}
        </ol>
      )}
      {lines?.length === 1 && <p>{t("team.ranking.alone")}</p>}
    </section>
  );
}

export function LeaveTeam() {
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState<Key | null>(null);
  const leave = async () => {
    const problem = await leaveTeam();
    setSaid(problem ?? "team.left");
    setAsking(false);
    if (!problem) scrollTo(0, 0);
  };
  return (
    <section class="leave">
      <p class="said" role="status">{said && t(said)}</p>
      {asking ? (
        <div class="card">
          <h2>{t("team.leave")}</h2>
          <p>{t("team.leave.body")}</p>
          <div class="pair">
            <button class="button soft" onClick={() => void leave()}>{t("team.leave.yes")}</button>
            <button class="button big" onClick={() => setAsking(false)}>{t("team.leave.no")}</button>
          </div>
        </div>
      ) : <button class="button quiet-button" onClick={() => setAsking(true)}>{t("team.leave")}</button>}
    </section>
  );
}
