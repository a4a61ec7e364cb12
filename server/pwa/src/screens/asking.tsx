// One item at a time, under one thumb: the question above, the answer in the lower half, back and on at the bottom.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { now } from "../clock";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { Vine } from "../drawings/vine";
import { Answer } from "../items/answer";
import { formatLeft, say, t } from "../language";
import { answer, type Draft, findPlace, finish, isSettled, move, skip, spend } from "../questionnaire";
import { navigate } from "../router";
import { autoNext, minute, submitResponse } from "../state";
import { openStorage } from "../storage";
import type { AnswerValue, Beep, Item } from "../wire";

const GRACE_MS = 5_000;
const SOON_MS = 10 * 60_000;
/** How long a chosen answer is seen before the next question comes, and how long a slider may still be touched. */
const CHOICE_PAUSE_MS = 280;
const SLIDER_PAUSE_MS = 900;
/** The second half of a double tap is not an answer to a question that nobody has read yet. */
const DOUBLE_TAP_MS = 350;

interface AskingProps {
  beep: Beep;
  presented: readonly Item[];
  first: Draft;
  onDone: (late: boolean) => void;
}

export function Asking({ beep, presented, first, onDone }: AskingProps) {
  const [draft, setDraft] = useState(first);
  const [settling, setSettling] = useState(false);
  const [direction, setDirection] = useState<"on" | "back">("on");
  const latest = useRef(draft);
  const shownAt = useRef(performance.now());
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  const { items, index, item, isLast } = useMemo(() => findPlace(draft, presented), [draft, presented]);

  const keep = (next: Draft) => {
    latest.current = next;
    setDraft(next);
    void openStorage().then((db) => db.put("drafts", next));
  };
  const stay = () => {
    clearTimeout(pause.current);
    setSettling(false);
  };
  const countTime = (): Draft => {
    const spent = performance.now() - shownAt.current;
    shownAt.current = performance.now();
    return latest.current.at ? spend(latest.current, latest.current.at, spent) : latest.current;
  };
  const go = (steps: 1 | -1) => {
    stay();
    setDirection(steps === 1 ? "on" : "back");
    keep(move(countTime(), presented, steps));
  };
  const send = async () => {
    stay();
    // Never before the start, also when the clock was set right in between.
    const at = new Date(Math.max(now().getTime(), Date.parse(latest.current.started_at)));
    const body = finish(countTime(), presented, {
      finished_at: at.toISOString(),
      zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      utc_offset_min: -new Date().getTimezoneOffset(),
      app: "pwa",
    });
    await submitResponse(beep, body);
    onDone(at.getTime() > Date.parse(beep.expires_at) + GRACE_MS);
  };
  const forward = () => {
    const place = findPlace(latest.current, presented);
    if (!place.item || !isSettled(latest.current, place.item)) return;
    if (place.isLast) void send();
    else go(1);
  };
  const settle = (ms: number) => {
    if (!autoNext.value || findPlace(latest.current, presented).isLast) return;
    clearTimeout(pause.current);
    setSettling(ms === SLIDER_PAUSE_MS);
    pause.current = setTimeout(forward, ms);
  };
  const change = (value: AnswerValue | null) => {
    stay();
    if (item) keep(answer(latest.current, item, value));
  };

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    shownAt.current = performance.now();
  }, [item?.id]);
  useEffect(() => {
    // Time in another app is not time spent on an item.
    const pauseClock = () => {
      if (document.visibilityState === "hidden") keep(countTime());
      else shownAt.current = performance.now();
    };
    addEventListener("visibilitychange", pauseClock);
    return () => {
      removeEventListener("visibilitychange", pauseClock);
      clearTimeout(pause.current);
    };
  }, []);

  if (!item) return null;
  const leftMs = Date.parse(beep.expires_at) - minute.value.getTime();
  const settled = isSettled(draft, item);
  const skipped = draft.skipped.includes(item.id);
  return (
    <main class={`ask tint-${index % 4}`}>
      <header class="ask-head">
        <button class="round" aria-label={t(index === 0 ? "ask.stop" : "ask.previous")} onClick={() => (index === 0 ? navigate("/") : go(-1))}>
          <Icon name={index === 0 ? "close" : "back"} />
        </button>
        <Vine share={(index + 1) / items.length} label={t("ask.progress", { n: index + 1, total: items.length })} />
        {index > 0 && <button class="round" aria-label={t("ask.stop")} onClick={() => navigate("/")}><Icon name="close" /></button>}
        <a class="round ghost" href="/help" aria-label={t("nav.help")}><Icon name="help" /></a>
      </header>
      <section key={item.id} class={`ask-item ${direction} type-${item.type}`}>
        <div class="ask-question">
          <h1 id={`q-${item.id}`} ref={heading} tabIndex={-1}>{say(item.prompt)}</h1>
          {item.hint && <p class="hint">{say(item.hint)}</p>}
          {item.type === "multiple" && !item.hint && <p class="hint">{t("ask.many")}</p>}
          {leftMs < SOON_MS && leftMs > 0 && <p class="left" role="status"><Icon name="clock" size={18} /> {t("ask.closing", { left: formatLeft(leftMs) })}</p>}
        </div>
        {item.type === "info" && <svg class="info-picture" viewBox="0 0 240 200" aria-hidden="true"><circle class="sun-disc" cx="120" cy="104" r="84" /><Plant x={120} y={180} leaves={2} scale={1.35} /></svg>}
        <Answer
          item={item}
          value={draft.answers[item.id] ?? null}
          onChange={change}
          onSettled={() => settle(item.type === "slider" ? SLIDER_PAUSE_MS : CHOICE_PAUSE_MS)}
        />
      </section>
      <footer class="ask-foot">
        {item.skippable !== false && item.type !== "info" ? (
          <button
            class={`button quiet-button ${skipped ? "chosen" : ""}`}
            aria-pressed={skipped}
            onClick={(event) => {
              // No detail: a key or a screen reader, which tap once.
              if (event.detail > 0 && performance.now() - shownAt.current < DOUBLE_TAP_MS) return;
              keep(skip(latest.current, item));
              forward();
            }}
          >
            {t(skipped ? "ask.skipped" : "ask.skip")}
          </button>
        ) : <span />}
        <button class={`button big next ${settling ? "settling" : ""}`} disabled={!settled} onClick={forward}>
          <span class="next-fill" />
          <span class="next-word">{t(isLast ? "ask.finish" : "ask.next")}</span>
          <Icon name={isLast ? "check" : "next"} />
        </button>
      </footer>
    </main>
  );
}
