// A questionnaire: what stands in its way (opening.ts), else one item at a time (asking.tsx).
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { t } from "../language";
import { mustMakeWay, openBeep, openOwnEntry, type Stage } from "../opening";
import { parents } from "../parents";
import { day, me } from "../state";
import { describeWaiting } from "../waiting";
import { Asking } from "./asking";
import { Thanks } from "./thanks";

let prepared: { readonly id: string; readonly stage: Promise<Stage | null> } | null = null;

/** Begins to find a questionnaire before there is a screen for it: at a start from a notification. */
export function prepareBeep(id: string): void {
  prepared = { id, stage: openBeep(id) };
}

/** `id` null: an entry of one's own. */
export function Questionnaire({ id }: { id: string | null }) {
  const [stage, setStage] = useState<Stage>({ at: "loading" });
  const open = () => {
    const opening = id === null ? openOwnEntry() : (prepared?.id === id ? prepared.stage : openBeep(id));
    prepared = null;
    void opening.then((next) => next && setStage(next));
  };
  useEffect(open, [id]);
  const waits = me.value?.waiting != null;
  // The phone may hear only now that a yes is missing, or that it has come.
  useEffect(() => {
    if (stage.at === "waiting" && !waits) open();
    if (stage.at === "asking" && waits) void mustMakeWay(stage.beep.id).then((way) => way && setStage((now) => (now.at === "asking" ? { at: "waiting" } : now)));
  }, [waits, stage.at]);

  if (stage.at === "loading") return <main class="ask" aria-busy="true" />;
  if (stage.at === "thanks") return <Thanks late={stage.late} />;
  if (stage.at === "waiting") return <Waiting />;
  if (stage.at === "closed") {
    return (
      <main class="page center closed">
        <a class="round aside" href="/help" aria-label={t("nav.help")}><Icon name="help" /></a>
        <svg class="still" viewBox="0 0 200 200" aria-hidden="true"><Plant x={100} y={176} leaves={day.value?.done.length ?? 0} /></svg>
        <h1 tabIndex={-1}>{t(stage.title)}</h1>
        <p>{t(stage.body)}</p>
        {stage.retry && <button class="button soft" onClick={open}>{t("ask.retry")}</button>}
        <a class="button big" href="/">{t("ask.home")}</a>
      </main>
    );
  }
  return <Asking beep={stage.beep} presented={stage.items} first={stage.draft} onDone={(late) => setStage({ at: "thanks", late })} />;
}

/** Kindly, and with the way to where it can be seen to: nobody did anything wrong by following a message. */
function Waiting() {
  const words = describeWaiting(me.value, parents.value?.parents);
  if (!words) return <main class="ask" aria-busy="true" />;
  return (
    <main class="page center closed">
      <a class="round aside" href="/help" aria-label={t("nav.help")}><Icon name="help" /></a>
      <svg class="still" viewBox="0 0 200 200" aria-hidden="true"><Plant x={100} y={176} leaves={day.value?.done.length ?? 0} /></svg>
      <h1 tabIndex={-1}>{t(words.title)}</h1>
      <p>{t(words.body)}</p>
      <a class="button big" href={words.to}>{t(words.go)}<Icon name="next" /></a>
      <a class="button soft" href="/">{t("ask.home")}</a>
    </main>
  );
}
