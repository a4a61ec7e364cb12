// What she said yes to: to read again, to change where it is free, and to take back.
import { useEffect, useState } from "preact/hooks";
import { request } from "../api";
import { changeScopes, type ConsentText, fetchOwnConsent, type OwnConsent, type Scopes } from "../consent";
import { Icon } from "../drawings/icons";
import { t } from "../language";
import { language, refreshToday, setMe } from "../state";
import type { Key } from "../strings/nl";
import type { Me } from "../wire";

export function MyConsent() {
  const [own, setOwn] = useState<OwnConsent | null>(null);
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState<Key | null>(null);
  const load = async () => {
    const answer = await fetchOwnConsent(language.value);
    if (answer.ok) setOwn(answer.body);
  };
  useEffect(() => void load(), [language.value]);
  if (!own?.text || !own.given) return null;
  const { text, given } = own;
  const change = async (scopes: Scopes, done: Key) => {
    const answer = await changeScopes(text, scopes);
    if (!answer.ok) {
      setSaid(answer.reached && answer.problem.code === "consent-text-changed" ? "join.consent.changed" : "consent.unreachable");
      return load();
    }
    setOwn(answer.body);
    setSaid(done);
    const profile = await request<Me>("GET", "/me");
    if (profile.ok) await setMe(profile.body);
    await refreshToday();
  };
  const taking = given.scopes.use && given.scopes.research;
  const free = (scope: "sharing" | "recontact", words: Key) => (
    <label class="switch">
      <input type="checkbox" role="switch" checked={given.scopes[scope]} onChange={(event) => void change({ ...given.scopes, [scope]: event.currentTarget.checked }, "consent.saved")} />
      <span>{t(words)}</span>
    </label>
  );
  return (
    <section class="card">
      <h2>{t("consent.title")}</h2>
      {own.text_changed && <p>{t("consent.changed")}</p>}
      <TextToRead text={text} />
      {taking && free("sharing", "join.consent.sharing")}
      {taking && free("recontact", "join.consent.recontact")}
      <p class="said" role="status">{taking ? said && t(said) : t("consent.withdrawn")}</p>
      {!taking && <a class="button soft" href="/join">{t("today.waiting.consent.go")}</a>}
      {taking && !asking && <button class="button soft" onClick={() => setAsking(true)}>{t("consent.withdraw")}</button>}
      {taking && asking && (
        <div class="stack">
          <p>{t("consent.withdraw.body")}</p>
          <button class="button danger" onClick={() => void change({ use: false, research: false, sharing: false, recontact: false }, "consent.withdrawn").then(() => setAsking(false))}>{t("consent.withdraw.yes")}</button>
          <button class="button soft" onClick={() => setAsking(false)}>{t("consent.withdraw.no")}</button>
        </div>
      )}
    </section>
  );
}

function TextToRead({ text }: { text: ConsentText }) {
  return (
    <div class="sections">
      <details>
        <summary>{t("consent.read")}<Icon name="next" size={20} /></summary>
        <div lang={text.language}>
          {text.sections.map((section) => (
            <section key={section.title}>
              <h3>{section.title}</h3>
              {section.text.split(/\n\s*\n/).map((paragraph) => <p key={paragraph}>{paragraph}</p>)}
            </section>
          ))}
        </div>
      </details>
    </div>
  );
}
