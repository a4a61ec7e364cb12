// Joining, one thought a screen.
import { useEffect, useState } from "preact/hooks";
import { now } from "../clock";
import { type Choice, type ConsentText, fetchIntro, fetchOwnConsent, giveConsent, type Intro } from "../consent";
import { canInstallHere, findPlatform, installHere, isStandalone } from "../device";
import { Bell } from "../drawings/bell";
import { Icon } from "../drawings/icons";
import { Logo } from "../drawings/logo";
import { Plant } from "../drawings/plant";
import { endingOf } from "../ending";
import { type Birth, cleanCode, explain, finishJoining, join, listSteps, nextStep, recover, resumeJoining } from "../joining";
import { say, t } from "../language";
import { parents } from "../parents";
import { localDate } from "../plan";
import { allowNotifications, findPushState, pushState, renewSubscription } from "../push_state";
import { match, navigate } from "../router";
import { language, me, offline, posterSeen, refresh, setLanguage, signedOut } from "../state";
import { type JoinStep, readFact, writeFact } from "../storage";
import type { Key } from "../strings/nl";
import type { Me } from "../wire";
import { AnotherStudy } from "./another_study";
import { Consent } from "./consent";
import { InstallSteps } from "./install_steps";
import { Age, Code, Recover } from "./join_forms";
import { LanguageChoice } from "./language_choice";
import { Look } from "./look";
import { MyDay } from "./my_day";
import { Parents } from "./parents";
import { PushTest } from "./push_test";

/** A word about a poster is not worth a longer wait for her own day. */
const POSTER_PATIENCE_MS = 2000;

export function Join() {
  const [intro, setIntro] = useState<Intro | null>(null);
  const [ownText, setOwnText] = useState<ConsentText | null>(null);
  const [watched, setWatched] = useState<boolean | undefined>(false);
  const [birth, setBirth] = useState<Birth>({ year: null, month: null });
  const [step, setStep] = useState<JoinStep | "recover" | "another" | null>(null);
  /** Where a yes to another study leads. */
  const [onward, setOnward] = useState<"about" | "recover">("about");
  const [code, setCode] = useState(cleanCode(match("/join/") ?? ""));
  const [recoveryCode, setRecoveryCode] = useState("");
  const [renewed, setRenewed] = useState(false);

  const steps = listSteps(undefined, undefined, intro?.consent != null, me.value?.waiting == null, me.value?.waiting === "parent");

  const readIntro = async (from: string): Promise<Key | null> => {
    const answer = await fetchIntro(from, language.value);
    if (!answer.ok) return explain(answer, "join.code.wrong");
    const offered = answer.body.study.languages ?? [];
    if (offered[0] && !offered.includes(language.value)) {
      await setLanguage(offered[0]);
      return readIntro(from);
    }
    setIntro(answer.body);
    return null;
  };
  /** Home, where a word says why another study's code does nothing. Her own study's poster simply opens the app. */
  const goHome = async (taking: Me) => {
    const late = new Promise<null>((done) => setTimeout(() => done(null), POSTER_PATIENCE_MS));
    const answer = code ? await Promise.race([fetchIntro(code, language.value), late]) : null;
    const title = answer?.ok ? say(answer.body.study.title) : null;
    posterSeen.value = title === say(taking.study.title) ? null : title;
    navigate("/", { replace: true });
  };
  const resume = async () => {
    const stored = await resumeJoining();
    // She may have stopped on another phone.
    if (code && !stored.step && me.value && !signedOut.value && !hasEnded() && !offline.value) await refresh();
    if (hasEnded() && (code || (!stored.step && !signedOut.value && me.value?.waiting !== "consent"))) {
      return setStep(code && (await readIntro(code)) === null ? "another" : "code");
    }
    const waiting = me.value?.waiting === "consent" && !me.value.left_at && !signedOut.value;
    if (me.value && !stored.step && !signedOut.value && !waiting) return goHome(me.value);
    const known = code || stored.code;
    setCode(known);
    setRecoveryCode(stored.recoveryCode);
    setRenewed(stored.renewed);
    if (waiting && !stored.step) {
      const own = await fetchOwnConsent(language.value);
      if (!own.ok || !own.body.text) return navigate("/", { replace: true });
      setOwnText(own.body.text);
      setWatched(own.body.monitored);
      return setStep("consent");
    }
    if (me.value) return setStep(stored.step ?? "recover");
    // Before the account exists, what the study tells and asks must be at hand; and the birth date was not kept.
    const ahead = stored.step && stored.step !== "code" && known !== "" && (await readIntro(known)) === null;
    setStep(ahead ? (stored.step === "consent" ? "age" : stored.step!) : "code");
  };
  useEffect(() => void resume(), []);
  useEffect(() => document.querySelector<HTMLElement>("h1[tabindex]")?.focus({ preventScroll: true }), [step]);

  const isEarly = (at: JoinStep | "recover" | "another" | null) => ownText === null && steps.indexOf(at as JoinStep) < steps.indexOf("recovery");
  const go = async (to: JoinStep) => {
    // Whoever was here before is the one who is here until somebody has come in: till then nothing of joining is kept.
    if (!me.value || !isEarly(to)) {
      await writeFact("join_step", to);
      if (code) await writeFact("join_code", code);
    }
    setRecoveryCode((await readFact("recovery_code")) ?? "");
    setRenewed((await readFact("recovery_renewed")) ?? false);
    setStep(to);
    scrollTo(0, 0);
  };
  const next = () => void go(nextStep(steps, step as JoinStep));
  const back = () => void go(steps[Math.max(0, steps.indexOf(step as JoinStep) - 1)] ?? "code");
  const leave = () => void finishJoining().then(() => navigate("/", { replace: true }));

  const enrol = async (choice: Choice | null, born: Birth): Promise<Key | null> => {
    const said = await join(code, language.value, born, choice);
    if (said === "join.consent.changed") await readIntro(code);
    return said;
  };
  const agreeLater = async (choice: Choice): Promise<Key | null> => {
    const answer = await giveConsent(choice);
    return answer.ok ? null : explain(answer, "join.failed");
  };

  if (step === null) return <main class="join" aria-busy="true" />;
  const early = isEarly(step);
  const backable = early && step !== "code" && step !== "another" && step !== "recover";
  const ask = (then: "about" | "recover") => {
    setOnward(then);
    setStep("another");
  };
  return (
    <main class={`join step-${step}`} key={step}>
      <header class="join-head">
        {backable || step === "recover" ? <button class="round" aria-label={t("nav.back")} onClick={() => (step === "recover" ? setStep("code") : back())}><Icon name="back" /></button> : me.value && early ? <a class="round" href="/" aria-label={t("nav.back")}><Icon name="back" /></a> : <Logo height={34} />}
        <a class="round" href="/help" aria-label={t("nav.help")}><Icon name="help" /></a>
      </header>
      {step === "code" && (
        <Code
          code={code}
          onCode={setCode}
          check={readIntro}
          onNext={() => (me.value ? ask("about") : next())}
          onRecover={() => (me.value && !signedOut.value ? ask("recover") : setStep("recover"))}
          languageChoice={<LanguageChoice onChange={(to) => void setLanguage(to)} />}
        />
      )}
      {step === "another" && <AnotherStudy intro={onward === "about" ? intro : null} onYes={() => (onward === "about" ? void go("about") : setStep("recover"))} />}
      {step === "recover" && <Recover submit={recover} onDone={() => void go("recovery")} />}
      {step === "about" && <About intro={intro} onNext={next} />}
      {step === "age" && (
        <Age
          needed={intro?.consent != null}
          submit={async (born) => {
            setBirth(born);
            return intro?.consent ? null : enrol(null, born);
          }}
          onDone={next}
          onWrongCode={() => void go("code")}
        />
      )}
      {step === "consent" && (ownText ?? intro?.consent) && (
        <Consent
          text={(ownText ?? intro?.consent)!}
          monitored={ownText ? watched : intro?.study.monitored}
          submit={(choice) => (ownText ? agreeLater(choice) : enrol(choice, birth))}
          onDone={() => (ownText ? void refresh().then(() => navigate("/", { replace: true })) : void go("recovery"))}
        />
      )}
      {step === "recovery" && <KeepCode code={recoveryCode} renewed={renewed} onNext={next} />}
      {step === "parent" && <AskParent onNext={next} />}
      {step === "install" && <Install code={early ? code : ""} onNext={next} />}
      {step === "notify" && <Notify onNext={next} />}
      {step === "rhythm" && (
        <section class="join-body">
          <h1 tabIndex={-1}>{t("join.rhythm")}</h1>
          <p class="lead">{t("join.rhythm.body")}</p>
          <MyDay onSaved={next} />
          <button class="button soft" onClick={next}>{t("join.skip")}</button>
        </section>
      )}
      {step === "look" && (
        <section class="join-body">
          <h1 tabIndex={-1}>{t("look.title")}</h1>
          <p class="lead">{t("look.body")}</p>
          <Look onSaved={next} />
          <button class="button soft" onClick={next}>{t("join.skip")}</button>
        </section>
      )}
      {step === "done" && (
        <section class="join-body center">
          <svg class="still big" viewBox="0 0 240 220" aria-hidden="true"><circle class="sun-disc grow" cx="120" cy="104" r="98" /><Plant x={120} y={186} leaves={0} scale={1.9} /></svg>
          <h1 tabIndex={-1}>{t("join.ready")}</h1>
          <p class="lead">{t("join.ready.body")}</p>
          <button class="button big" onClick={leave}>{t("join.ready.go")}<Icon name="next" /></button>
        </section>
      )}
    </main>
  );
}

/** Of whoever is on this phone: she stopped, or her days are over. */
function hasEnded(): boolean {
  return me.value !== null && endingOf(me.value, localDate(now(), me.value.zone)) !== null;
}

function About({ intro, onNext }: { intro: Intro | null; onNext: () => void }) {
  const points: readonly { key: Key; icon: "bell" | "star" | "chart" }[] = [
    { key: "join.about.1", icon: "bell" }, { key: "join.about.2", icon: "star" }, { key: "join.about.3", icon: "chart" },
  ];
  return (
    <section class="join-body">
      <h1 tabIndex={-1}>{t("join.about")}</h1>
      {intro && <p class="eyebrow">{t("join.about.study", { title: say(intro.study.title), days: intro.study.days })}{intro.study.institution && ` · ${intro.study.institution}`}</p>}
      <ul class="points">
        {points.map((point, index) => (
          <li key={point.key}><span class={`point-blob blob-${index}`}><Icon name={point.icon} size={30} /></span><p>{t(point.key)}</p></li>
        ))}
      </ul>
      <p class="promise"><Icon name="lock" />{t("join.about.private")} {t("join.about.stop")}</p>
      <button class="button big" onClick={onNext}>{t("join.next")}<Icon name="next" /></button>
    </section>
  );
}

function KeepCode({ code, renewed, onNext }: { code: string; renewed: boolean; onNext: () => void }) {
  const [copied, setCopied] = useState(false);
  const canShare = "share" in navigator;
  const copy = () => void navigator.clipboard?.writeText(code).then(() => setCopied(true)).catch(() => undefined);
  return (
    <section class="join-body">
      <h1 tabIndex={-1}>{t(renewed ? "join.keep.new" : "join.keep")}</h1>
      <p class="lead">{t(renewed ? "join.keep.new.body" : "join.keep.body")}</p>
      <p class="ticket"><Icon name="key" size={30} /><strong class="code">{code}</strong></p>
      <div class="pair">
        <button class="button soft" onClick={copy}>{t(copied ? "join.keep.copied" : "join.keep.copy")}</button>
        {canShare && <button class="button soft" onClick={() => void navigator.share({ text: `Kiem: ${code}` }).catch(() => undefined)}><Icon name="share" size={20} />{t("join.keep.share")}</button>}
      </div>
      <button class="button big" onClick={onNext}>{t("join.keep.done")}<Icon name="check" /></button>
    </section>
  );
}

function AskParent({ onNext }: { onNext: () => void }) {
  const body = parents.value;
  const asked = body !== null && body.parents.length >= body.required;
  return (
    <section class="join-body">
      <h1 tabIndex={-1}>{t("parent.title")}</h1>
      <p class="lead">{t(body?.required === 2 ? "parent.lead.two" : "parent.lead")}</p>
      <Parents />
      <button class={`button ${asked ? "big" : "quiet-button"} on`} onClick={onNext}>{t(asked ? "join.next" : "join.skip")}{asked && <Icon name="next" />}</button>
    </section>
  );
}

const WHY: Record<ReturnType<typeof findPlatform>, Key> = {
  ios: "join.install.why.ios", android: "join.install.why.android", desktop: "join.install.why.desktop",
};

function Install({ code, onNext }: { code: string; onNext: () => void }) {
  const platform = findPlatform();
  const before = platform === "ios" && !isStandalone();
  return (
    <section class="join-body">
      <h1 tabIndex={-1}>{t("join.install")}</h1>
      <p class="lead">{t(WHY[platform])}</p>
      <InstallSteps platform={platform} />
      {code && before && <p class="ticket"><span>{t("join.install.ios.code")}</span><strong class="code">{code}</strong></p>}
      {canInstallHere() && <button class="button big" onClick={() => void installHere().then((done) => done && onNext())}>{t("join.install.now")}</button>}
      <button class={`button ${canInstallHere() || before ? "soft" : "big"}`} onClick={onNext}>{t(before ? "join.install.here" : "join.install.done")}</button>
      {!before && <button class="button quiet-button" onClick={onNext}>{t("join.skip")}</button>}
    </section>
  );
}

function Notify({ onNext }: { onNext: () => void }) {
  const [asked, setAsked] = useState(false);
  // Somebody who joins again has allowed it before: then nothing is left to ask.
  useEffect(() => void findPushState().then((state) => (state === "broken" ? renewSubscription() : state)), []);
  const state = pushState.value;
  const said: Key | null = state === "on" ? "join.notify.on" : state === "blocked" ? "join.notify.blocked"
    : state === "unsupported" || state === "install" ? "join.notify.unsupported" : asked && state === "broken" ? "settings.notify.broken" : null;
  return (
    <section class="join-body">
      <Bell />
      <h1 tabIndex={-1}>{t("join.notify")}</h1>
      <p class="lead">{t("join.notify.body")}</p>
      <p class="said" role="status">{said && t(said)}</p>
      {state === "on" && <PushTest />}
      {state === "ask" && <button class="button big" onClick={() => void allowNotifications().then(() => setAsked(true))}>{t("join.notify.yes")}<Icon name="bell" /></button>}
      <button class={`button ${state === "ask" ? "soft" : "big"}`} onClick={onNext}>{t(state === "ask" ? "join.skip" : "join.next")}</button>
    </section>
  );
}
