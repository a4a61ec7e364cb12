// The challenge of the day: one card, two others to choose from, and no harm in leaving it.
import { useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { Motif, toneOf } from "../drawings/motif";
import { formatTime, say, t } from "../language";
import { lazyPart } from "../lazy";
import { rememberDone } from "../memories";
import { challengeOutcome, day, ending, submitChallenge, today } from "../state";
import type { Key } from "../strings/nl";
import type { Card, Challenge as DayChallenge } from "../wire";
import { FarewellPage } from "./farewell";

const Memories = lazyPart(() => import("./memories").then((part) => part.Memories));

type View = "card" | "others" | "feelings";

const SCALE: readonly { key: Key; value: number }[] = [
  { key: "challenge.scale.0", value: 0 }, { key: "challenge.scale.1", value: 33 },
  { key: "challenge.scale.2", value: 67 }, { key: "challenge.scale.3", value: 100 },
];

const STRATEGIES: Record<string, Key> = {
  kindness: "strategy.kindness", support: "strategy.support", distraction: "strategy.distraction",
  movement: "strategy.movement", "problem-solving": "strategy.problem-solving", reappraisal: "strategy.reappraisal",
  acceptance: "strategy.acceptance", relaxation: "strategy.relaxation", savouring: "strategy.savouring", humour: "strategy.humour",
};

export function Challenge() {
  const [view, setView] = useState<View>("card");
  const challenge = day.value?.challenge;
  if (!challenge && ending.value) return <FarewellPage ending={ending.value} place="challenge" />;
  if (!challenge) {
    return (
      <main class="page center">
        <Motif strategy="acceptance" />
        <h1 tabIndex={-1}>{t("challenge.none")}</h1>
        <p>{t("challenge.none.body")}</p>
        <Memories beep={null} />
      </main>
    );
  }
  const outcome = challengeOutcome.value;
  const cards = [challenge.chosen, ...challenge.alternatives];
  const card = cards.find((other) => other.slug === outcome?.slug) ?? challenge.chosen;
  if (view === "feelings") return <Feelings challenge={challenge} card={card} onDone={() => setView("card")} />;
  if (view === "others") {
    const pick = async (chosen: Card) => {
      await submitChallenge(challenge.beep, "swapped", chosen.slug);
      setView("card");
    };
    return <Others cards={cards.filter((other) => other.slug !== card.slug)} onPick={(chosen) => void pick(chosen)} onBack={() => setView("card")} />;
  }
  const finish = async () => {
    // Done counts from this tap on, also of somebody who closes the app instead of telling how it was.
    await submitChallenge(challenge.beep, "done", card.slug);
    await rememberDone(challenge, card, null);
    setView("feelings");
  };
  const isDone = outcome?.outcome === "done";
  const isSkipped = outcome?.outcome === "skipped";
  return (
    <main class="page challenge">
      <h1 tabIndex={-1}>{t(isDone ? "challenge.congrats" : isSkipped ? "challenge.skipped" : "challenge.title")}</h1>
      {(isDone || isSkipped) && <p class="lead">{t(isDone ? "challenge.congrats.body" : "challenge.skipped.body")}</p>}
      <PosterCard card={card} done={isDone} />
      {!isDone && (
        <div class="stack">
          <button class="button big" onClick={() => void finish()}><Icon name="check" />{t("challenge.done")}</button>
          <div class="pair">
            {challenge.alternatives.length > 0 && <button class="button soft" onClick={() => setView("others")}><Icon name="swap" size={20} />{t("challenge.other")}</button>}
            {!isSkipped && <button class="button soft" onClick={() => void submitChallenge(challenge.beep, "skipped", card.slug)}>{t("challenge.skip")}</button>}
          </div>
          <p class="fine">{t("challenge.after", { time: formatTime(challenge.expires_at, today.value?.zone ?? "UTC") })}</p>
        </div>
      )}
      <Memories beep={isDone ? challenge.beep : null} />
    </main>
  );
}

function PosterCard({ card, done = false }: { card: Card; done?: boolean }) {
  return (
    <article class={`poster tone-${toneOf(card.strategy)} ${done ? "is-done" : ""}`}>
      <div class="poster-top">
        <p class="eyebrow">{t(STRATEGIES[card.strategy] ?? "strategy.other")}</p>
        <Motif strategy={card.strategy} />
      </div>
      <h2>{say(card.title)}</h2>
      <p>{say(card.body)}</p>
      <Facts card={card} />
      {card.safety && <p class="safety"><strong>{t("challenge.safety")}</strong> {say(card.safety)}</p>}
    </article>
  );
}

function Facts({ card }: { card: Card }) {
  return (
    <ul class="facts">
      <li>{t("challenge.minutes", { n: card.minutes })}</li>
      <li>{t(card.place === "in" ? "challenge.in" : card.place === "out" ? "challenge.out" : "challenge.any")}</li>
      <li>{t(card.company === "alone" ? "challenge.alone" : card.company === "together" ? "challenge.together" : "challenge.either")}</li>
    </ul>
  );
}

function Others({ cards, onPick, onBack }: { cards: readonly Card[]; onPick: (card: Card) => void; onBack: () => void }) {
  return (
    <main class="page challenge">
      <h1 tabIndex={-1}>{t("challenge.others")}</h1>
      {cards.map((card) => (
        <article key={card.slug} class={`poster small tone-${toneOf(card.strategy)}`}>
          <div class="poster-top">
            <h2>{say(card.title)}</h2>
            <Motif strategy={card.strategy} />
          </div>
          <p>{say(card.body)}</p>
          <Facts card={card} />
          <button class="button big" onClick={() => onPick(card)}>{t("challenge.choose")}</button>
        </article>
      ))}
      <button class="button soft" onClick={onBack}>{t("challenge.keep")}</button>
    </main>
  );
}

function Feelings({ challenge, card, onDone }: { challenge: DayChallenge; card: Card; onDone: () => void }) {
  const [fun, setFun] = useState<number | undefined>();
  const [helped, setHelped] = useState<number | undefined>();
  const send = async (feelings: { fun?: number; helped?: number }) => {
    if (Object.keys(feelings).length > 0) {
      await submitChallenge(challenge.beep, "done", card.slug, feelings);
      await rememberDone(challenge, card, feelings.fun ?? null);
    }
    onDone();
  };
  return (
    <main class="page challenge feelings">
      <Motif strategy={card.strategy} />
      <h1 tabIndex={-1}>{t("challenge.feel")}</h1>
      <FourWay legend={t("challenge.fun")} name="fun" value={fun} onChange={setFun} />
      <FourWay legend={t("challenge.helped")} name="helped" value={helped} onChange={setHelped} />
      <div class="stack">
        <button class="button big" disabled={fun === undefined && helped === undefined} onClick={() => void send({ ...(fun === undefined ? {} : { fun }), ...(helped === undefined ? {} : { helped }) })}>
          {t("challenge.send")}<Icon name="check" />
        </button>
        <button class="button soft" onClick={() => void send({})}>{t("challenge.feel.skip")}</button>
      </div>
    </main>
  );
}

interface FourWayProps {
  legend: string;
  name: string;
  value: number | undefined;
  onChange: (value: number) => void;
}

function FourWay({ legend, name, value, onChange }: FourWayProps) {
  return (
    <fieldset class="four">
      <legend>{legend}</legend>
      {SCALE.map((step, index) => (
        <label key={step.key} class="four-step">
          <input type="radio" name={name} checked={value === step.value} onChange={() => onChange(step.value)} />
          <span class={`ring ring-${index}`} />
          <span>{t(step.key)}</span>
        </label>
      ))}
    </fieldset>
  );
}
