// The study's own text, and saying yes to it. Nothing is ticked beforehand.
import { useState } from "preact/hooks";
import { type Choice, chooseFrom, type ConsentText } from "../consent";
import { Icon } from "../drawings/icons";
import { t } from "../language";
import type { Key } from "../strings/nl";

interface ConsentProps {
  text: ConsentText;
  /** What went wrong, if anything did. */
  submit: (choice: Choice) => Promise<Key | null>;
  onDone: () => void;
}

export function Consent({ text, submit, onDone }: ConsentProps) {
  const [sharing, setSharing] = useState(false);
  const [recontact, setRecontact] = useState(false);
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const agree = async () => {
    setBusy(true);
    const said = await submit(chooseFrom(text, { sharing, recontact }));
    if (!said) return onDone(); // still busy: a second tap would join twice
    setBusy(false);
    setProblem(said);
  };
  return (
    <section class="join-body">
      <h1 tabIndex={-1}>{t("join.consent")}</h1>
      <p class="lead">{t("join.consent.body")}</p>
      <div class="sections" lang={text.language}>
        {text.sections.map((section, index) => (
          <details key={section.title} open={index === 0}>
            <summary>{section.title}<Icon name="next" size={20} /></summary>
            {section.text.split(/\n\s*\n/).map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
          </details>
        ))}
      </div>
      <fieldset class="free">
        <legend>{t("join.consent.free")}</legend>
        <label class="switch">
          <input type="checkbox" role="switch" checked={sharing} onChange={(event) => setSharing(event.currentTarget.checked)} />
          <span>{t("join.consent.sharing")}</span>
        </label>
        <label class="switch">
          <input type="checkbox" role="switch" checked={recontact} onChange={(event) => setRecontact(event.currentTarget.checked)} />
          <span>{t("join.consent.recontact")}</span>
        </label>
      </fieldset>
      {problem && <p class="problem" role="alert">{t(problem)}</p>}
      <button class="button big" disabled={busy} onClick={() => void agree()}>{t("join.consent.yes")}<Icon name="check" /></button>
      <p class="fine">{t("join.consent.stop")}</p>
    </section>
  );
}
