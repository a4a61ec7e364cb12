// Another study on a phone of somebody whose part has ended: what stays, what goes, and nothing unsent is lost unsaid.
import { useEffect, useState } from "preact/hooks";
import type { Intro } from "../consent";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { count, say, t } from "../language";
import { me, outbox, sendOutbox } from "../state";

/** `intro`: of the study that the code opens; null: she goes back to one with a recovery code. */
export function AnotherStudy({ intro, onYes }: { intro: Intro | null; onYes: () => void }) {
  const [sending, setSending] = useState(true);
  const send = () => {
    setSending(true);
    void sendOutbox().finally(() => setSending(false));
  };
  useEffect(send, []);
  const before = me.value ? say(me.value.study.title) : "";
  const next = intro ? say(intro.study.title) : "";
  const waiting = outbox.value.length;
  return (
    <section class="join-body another">
      <TwoPots />
      <h1 tabIndex={-1}>{t("other.title")}</h1>
      <p class="lead">{intro ? t(next === before ? "other.same" : "other.lead", { before, next }) : t("other.back", { before })}</p>
      <ul class="points">
        <li><span class="point-blob blob-0"><Icon name="key" size={30} /></span><p><strong>{t("other.stays")}</strong>{t("other.stays.body", { before })}</p></li>
        <li><span class="point-blob blob-2"><Icon name="leaf" size={30} /></span><p><strong>{t("other.goes")}</strong>{t("other.goes.body")}</p></li>
      </ul>
      {waiting > 0 && !sending && (
        <div class="unsent" role="alert">
          <p>{count(waiting, "net.waiting.one", "net.waiting.many")}. {t("other.waiting")}</p>
          <button class="button soft" onClick={send}>{t("settings.sent.now")}</button>
        </div>
      )}
      <button class={`button ${waiting > 0 ? "danger" : "big"}`} disabled={sending} onClick={onYes}>
        {t(waiting > 0 ? "other.yes.lost" : intro ? "other.yes" : "other.yes.back")}<Icon name="next" />
      </button>
      <a class="button soft" href="/">{t("other.no")}</a>
    </section>
  );
}

/** What has grown, and a new seed beside it. */
function TwoPots() {
  return (
    <svg class="still" viewBox="0 0 360 168" aria-hidden="true">
      <circle class="sun-disc" cx="258" cy="84" r="46" />
      <path class="hill far" d="M0 134C70 106 120 116 180 128 250 142 300 110 360 122V168H0Z" />
      <Plant x={116} y={154} leaves={5} flower scale={0.72} />
      <Plant x={258} y={154} leaves={0} scale={0.9} />
      <path class="hill near" d="M0 156C100 146 150 152 200 154 260 156 310 148 360 154V168H0Z" />
    </svg>
  );
}
