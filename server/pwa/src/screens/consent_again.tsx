// A yes that is asked once more: the text is new, or somebody turned sixteen. What is different comes first, the whole
// text is there, yes and no stand beside each other, and going back decides nothing.
import { useState } from "preact/hooks";
import { agreeTo, type Choice, type ConsentText, freeScopes, type FreeScope, paragraphsOf, refuse, type Scopes } from "../consent";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { t } from "../language";
import type { Key } from "../strings/nl";
import { FreeChoices, Sections } from "./consent";

interface ConsentAgainProps {
  why: "text" | "sixteen";
  text: ConsentText;
  monitored: boolean | undefined;
  before: Scopes | undefined;
  /** Sends a yes or a no; what went wrong, if anything did. */
  submit: (choice: Choice) => Promise<Key | null>;
}

export function ConsentAgain({ why, text, monitored, before, submit }: ConsentAgainProps) {
  const asked = freeScopes(monitored);
  const [free, setFree] = useState<readonly FreeScope[]>([]);
  const [leaving, setLeaving] = useState(false);
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (choice: Choice) => {
    setBusy(true);
    setProblem(await submit(choice));
    setBusy(false);
  };
  return (
    <section class="again">
      <div class="again-head">
        <svg class="still" viewBox="0 0 120 110" aria-hidden="true"><circle class="sun-disc" cx="62" cy="52" r="46" /><Plant x={60} y={96} leaves={3} flower={why === "sixteen"} scale={0.62} /></svg>
        <p class="lead">{t(why === "sixteen" ? "again.sixteen.body" : "again.text.body")}</p>
      </div>
      {text.changes && why === "text" && (
        <section class="card changes">
          <h2>{t("again.changes")}</h2>
          <div lang={text.language}>{paragraphsOf(text.changes).map((paragraph) => <p key={paragraph}>{paragraph}</p>)}</div>
        </section>
      )}
      <h2>{t("again.all")}</h2>
      <Sections text={text} />
      <FreeChoices asked={asked} chosen={free} before={before} onChange={setFree} />
      <p class="promise"><Icon name="leaf" />{t("again.kept")}</p>
      {problem && <p class="problem" role="alert">{t(problem)}</p>}
      <button class="button big" disabled={busy} onClick={() => void send(agreeTo(text, free, asked))}>{t("again.yes")}<Icon name="check" /></button>
      {leaving ? (
        <section class="card">
          <h2>{t("again.no.title")}</h2>
          <p>{t("again.no.body")}</p>
          <button class="button danger" disabled={busy} onClick={() => void send(refuse(text))}>{t("again.no.yes")}</button>
          <a class="button soft" href="/settings/leave">{t("again.no.erase")}</a>
          <button class="button quiet-button" onClick={() => setLeaving(false)}>{t("consent.withdraw.no")}</button>
        </section>
      ) : <button class="button soft" onClick={() => setLeaving(true)}>{t("again.no")}</button>}
    </section>
  );
}
