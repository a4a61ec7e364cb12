// The frame: which screen belongs to the address, the honest word about the network, and the five doors below.
import { useEffect } from "preact/hooks";
import { Icon, type IconName } from "./drawings/icons";
import { count, t } from "./language";
import { match, path } from "./router";
import { lazy } from "./lazy";
import { Questionnaire } from "./screens/questionnaire";
import { Today } from "./screens/today";
import { challengeOutcome, day, ending, language, offline, outbox, signedOut } from "./state";
import type { Key } from "./strings/nl";
import { hasGrown, team, treeSeen } from "./team";

// The way from a notification to the first question must be short: what is not on it comes afterwards, from the cache.
const Join = lazy(() => import("./screens/join").then((part) => part.Join));
const TrendsScreen = lazy(() => import("./screens/trends").then((part) => part.TrendsScreen));
const TeamScreen = lazy(() => import("./screens/team").then((part) => part.TeamScreen));
const WeekScreen = lazy(() => import("./screens/week").then((part) => part.WeekScreen));
const Challenge = lazy(() => import("./screens/challenge").then((part) => part.Challenge));
const Gallery = lazy(() => import("./screens/gallery").then((part) => part.Gallery));
const Help = lazy(() => import("./screens/help").then((part) => part.Help));
const Settings = lazy(() => import("./screens/settings").then((part) => part.Settings));

export function App() {
  const here = path.value;
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  useEffect(() => {
    // A screen reader hears the new screen's heading; sighted keyboard users start at its top.
    document.querySelector<HTMLElement>("h1[tabindex]")?.focus({ preventScroll: true });
  }, [here]);

  const stopped = ending.value?.why === "stopped"; // an old notification leads to the kind word, not to questions
  const beep = stopped ? null : match("/beep/");
  if (beep) return <Questionnaire key={beep} id={beep.replace(/\/$/, "")} />;
  if (here === "/event" && !stopped) return <Questionnaire id={null} />;
  if (here.startsWith("/join")) return <Join />;
  return (
    <>
      <Network />
      <div class="body">{chooseScreen(here)}</div>
      <TabBar here={here} />
    </>
  );
}

function chooseScreen(here: string) {
  switch (here) {
    case "/challenge": return <Challenge />;
    case "/challenge/gallery": return <Gallery />;
    case "/team": return <TeamScreen />;
    case "/week": return <WeekScreen />;
    case "/trends": return <TrendsScreen />;
    case "/help": return <Help />;
    default: return here.startsWith("/settings") ? <Settings key={here} /> : <Today />;
  }
}

function Network() {
  const waiting = outbox.value.length;
  if (signedOut.value) {
    return (
      <div class="banner" role="status">
        <p>{t("net.signedout")}</p>
        <a class="banner-link" href="/join">{t("net.signin")}</a>
      </div>
    );
  }
  if (!offline.value) return null;
  return (
    <div class="banner" role="status">
      <p>{t("net.offline")} {waiting > 0 && <strong>{count(waiting, "net.waiting.one", "net.waiting.many")}.</strong>}</p>
    </div>
  );
}

const TABS: readonly { to: string; key: Key; icon: IconName }[] = [
  { to: "/", key: "nav.today", icon: "leaf" },
  { to: "/challenge", key: "nav.challenge", icon: "star" },
  { to: "/team", key: "nav.team", icon: "tree" },
  { to: "/trends", key: "nav.trends", icon: "chart" },
  { to: "/help", key: "nav.help", icon: "help" },
];

function TabBar({ here }: { here: string }) {
  const waits = (to: string) =>
    (to === "/" && (day.value?.open.length ?? 0) > 0) ||
    (to === "/team" && hasGrown(team.value, treeSeen.value)) ||
    (to === "/challenge" && day.value?.challenge != null && challengeOutcome.value === null);
  return (
    <nav class="tabs" aria-label={t("nav.label")}>
      {TABS.map(({ to, key, icon }) => (
        <a key={to} href={to} class="tab" aria-current={here === to || (to === "/trends" && here === "/week") || (to === "/challenge" && here === "/challenge/gallery") ? "page" : undefined}>
          <span class="tab-blob">
            <Icon name={icon} />
            {waits(to) && here !== to && <span class="tab-dot" />}
          </span>
          {t(key)}
        </a>
      ))}
    </nav>
  );
}
