// The study's own text, and saying yes to it. Nothing is ticked beforehand.
import { useState } from "preact/hooks";
import { agreeTo, type Choice, type ConsentText, freeScopes, type FreeScope, paragraphsOf, type Scopes } from "../consent";
import { Icon } from "../drawings/icons";
import { t } from "../language";
import type { Key } from "../strings/nl";

interface ConsentProps {
  text: ConsentText;
  monitored: boolean | undefined;
  /** What went wrong, if anything did. */
  submit: (choice: Choice) => Promise<Key | null>;
  onDone: () => void;
}

export function Consent({ text, monitored, submit, onDone }: ConsentProps) {
  const asked = freeScopes(monitored);
  const [free, setFree] = useState<readonly FreeScope[]>([]);
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const agree = async () => {
    setBusy(true);
    const said = await submit(agreeTo(text, free, asked));
    if (!said) return onDone(); // still busy: a second tap would join twice
    setBusy(false);
    setProblem(said);
  };
  return (
    <section class="join-body">
      <h1 tabIndex={-1}>{t("join.consent")}</h1>
      <p class="lead">{t("join.consent.body")}</p>
      <Sections text={text} openFirst />
      <FreeChoices asked={asked} chosen={free} onChange={setFree} />
      {problem && <p class="problem" role="alert">{t(problem)}</p>}
      <button class="button big" disabled={busy} onClick={() => void agree()}>{t("join.consent.yes")}<Icon name="check" /></button>
      <p class="fine">{t("join.consent.stop")}</p>
    </section>
  );
}

/** The text, one heading at a time. */
export function Sections({ text, openFirst = false }: { text: ConsentText; openFirst?: boolean }) {
  return (
    <div class="sections" lang={text.language}>
      {text.sections.map((section, index) => (
        <details key={section.title} open={openFirst && index === 0}>
          <summary>{section.title}<Icon name="next" size={20} /></summary>
          {paragraphsOf(section.text).map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
        </details>
      ))}
    </div>
  );
}

export const FREE_WORDS: Record<FreeScope, Key> = {
  sharing: "join.consent.sharing", recontact: "join.consent.recontact", monitoring: "join.consent.monitoring",
};

interface FreeChoicesProps {
  asked: readonly FreeScope[];
  chosen: readonly FreeScope[];
  /** What was chosen for an earlier text: said, but not ticked again. */
  before?: Scopes | undefined;
  onChange: (next: readonly FreeScope[]) => void;
}

export function FreeChoices({ asked, chosen, before, onChange }: FreeChoicesProps) {
  const toggle = (scope: FreeScope, on: boolean) => onChange(on ? [...chosen, scope] : chosen.filter((other) => other !== scope));
  return (
    <fieldset class="free">
      <legend>{t("join.consent.free")}</legend>
      {asked.map((scope) => (
        <label key={scope} class="switch">
          <input type="checkbox" role="switch" checked={chosen.includes(scope)} onChange={(event) => toggle(scope, event.currentTarget.checked)} />
          <span>{t(FREE_WORDS[scope])}{before?.[scope] && <small>{t("join.consent.before")}</small>}</span>
        </label>
      ))}
    </fieldset>
  );
}
