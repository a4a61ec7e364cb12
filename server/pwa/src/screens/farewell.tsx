// The end of taking part, said kindly: that it is over, what happens with the answers, and what can still be done.
import "../styles/farewell.css";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import type { Ending, TookPart } from "../ending";
import { formatDate, t } from "../language";
import { part } from "../state";
import type { Key } from "../strings/nl";
import { Memories } from "./memories";

/** Title, lead and what becomes of the answers. "Stopped" is said of whatever she did; the end of the days is not. */
const SAID: Record<"stopped" | TookPart, readonly [Key, Key, Key]> = {
  stopped: ["bye.stopped", "bye.stopped.body", "bye.stopped.answers"],
  much: ["bye.over", "bye.over.body", "bye.over.answers"],
  little: ["bye.days", "bye.days.body", "bye.little"],
  none: ["bye.days", "bye.days.body", "bye.none"],
};

/** On the today screen. */
export function FarewellCard({ ending }: { ending: Ending }) {
  const [title, lead, answers] = SAID[ending.why === "stopped" ? "stopped" : part.value];
  const date = formatDate(ending.date, { day: "numeric", month: "long" });
  return (
    <section class="card farewell" aria-labelledby="farewell">
      <h2 id="farewell">{t(title)}</h2>
      <p class="farewell-lead">{t(lead, { date, days: ending.days })}</p>
      <p>{t(answers)}</p>
      {part.value !== "none" && <a class="button big" href="/trends"><Icon name="chart" />{t("bye.look")}</a>}
      <div class="pair">
        <a class="button soft" href="/settings/data">{t("bye.download")}</a>
        <a class="button soft" href="/settings/leave">{t("bye.erase")}</a>
      </div>
      <p class="fine"><a href="/join">{t("bye.other")}</a></p>
      <p class="fine">{t("bye.help")} <a href="/help">{t("nav.help")}</a></p>
    </section>
  );
}

const WORDS = {
  challenge: { stopped: "bye.challenge.stopped", over: "bye.challenge.over" },
  team: { stopped: "bye.team.body", over: "bye.team.over" },
} as const;

/** In place of a challenge or of the team. */
export function FarewellPage({ ending, place }: { ending: Ending; place: "challenge" | "team" }) {
  return (
    <main class="page center farewell-page">
      <Bouquet />
      <h1 tabIndex={-1}>{t(place === "team" ? "bye.team" : "bye.challenge")}</h1>
      <p>{t(place === "team" && part.value === "none" ? "bye.team.none" : WORDS[place][ending.why])}</p>
      {place === "challenge" && <Memories beep={null} />}
      {part.value !== "none" && <a class="button soft" href="/trends"><Icon name="chart" size={20} />{t("bye.look")}</a>}
    </main>
  );
}

/** Three plants in bloom before the sun: it only ever gained, and it stays. */
function Bouquet() {
  return (
    <svg class="still bouquet" viewBox="0 0 320 176" aria-hidden="true">
      <circle class="sun-disc" cx="216" cy="84" r="62" />
      <path class="hill far" d="M0 146C52 112 104 126 160 140 220 152 268 124 320 134V176H0Z" />
      <path class="hill mid" d="M0 158C70 138 130 150 190 156 244 160 282 150 320 154V176H0Z" />
      <Plant x={96} y={160} leaves={3} flower scale={0.62} />
      <Plant x={168} y={164} leaves={5} flower scale={0.74} />
      <Plant x={244} y={160} leaves={2} flower scale={0.6} />
      <path class="hill near" d="M0 166C84 158 150 164 204 166 258 168 290 162 320 164V176H0Z" />
    </svg>
  );
}
