// What she said yes to: to read again, to change where it is free, to take back, and to say once more when it is asked.
import { useEffect, useState } from "preact/hooks";
import { type Answer, request } from "../api";
import { type Choice, choose, fetchOwnConsent, freeScopes, giveConsent, type OwnConsent, refuse, type Scopes } from "../consent";
import { Icon } from "../drawings/icons";
import { t } from "../language";
import { navigate } from "../router";
import { language, refresh, setMe } from "../state";
import type { Key } from "../strings/nl";
import type { Me } from "../wire";
import { Consent, FREE_WORDS, Sections } from "./consent";
import { ConsentAgain } from "./consent_again";

/** The title of the page, once it is known what there is to say. */
export function consentTitle(own: OwnConsent | null): Key {
  return own?.why_again === "sixteen" ? "again.sixteen" : own?.why_again === "text" ? "again.text" : "consent.title";
}

export function MyConsent({ own, setOwn }: { own: OwnConsent | null; setOwn: (own: OwnConsent) => void }) {
  const [asking, setAsking] = useState(false);
  const [said, setSaid] = useState<Key | null>(null);
  const load = async () => {
    const answer = await fetchOwnConsent(language.value);
    if (answer.ok) setOwn(answer.body);
    else setSaid("consent.unreachable");
  };
  useEffect(() => void load(), [language.value]);
  /** What went wrong, if anything did. */
  const send = async (choice: Choice): Promise<Key | null> => {
    const answer = await giveConsent(choice);
    if (!answer.ok) {
      if (answer.reached) await load();
      return refusal(answer);
    }
    setOwn(answer.body);
    const profile = await request<Me>("GET", "/me");
    if (profile.ok) await setMe(profile.body);
    // What waited on this phone for the yes goes now.
    void refresh();
    return null;
  };
  if (!own?.text) return <p class="said" role="status">{said && t(said)}</p>;
  const { text, given, monitored } = own;
  const home = () => navigate("/", { replace: true });
  if (own.waiting === "consent" && own.why_again) {
    const submit = async (choice: Choice) => {
      const problem = await send(choice);
      if (!problem && choice.scopes.use) home();
      return problem;
    };
    return <ConsentAgain why={own.why_again} text={text} monitored={monitored} before={given?.scopes} submit={submit} />;
  }
  const taking = given !== null && given.scopes.use && given.scopes.research;
  if (!taking && own.waiting === "consent" && !said) return <Consent text={text} monitored={monitored} submit={send} onDone={home} />;
  const change = async (scopes: Scopes, done: Key) => setSaid((await send(choose(text, scopes))) ?? done);
  return (
    <section class="card">
      {own.text_changed && <p>{t("consent.changed")}</p>}
      <Sections text={text} />
      {taking && freeScopes(monitored).map((scope) => (
        <label key={scope} class="switch">
          <input type="checkbox" role="switch" checked={given.scopes[scope] ?? false} onChange={(event) => void change({ ...given.scopes, [scope]: event.currentTarget.checked }, "consent.saved")} />
          <span>{t(FREE_WORDS[scope])}</span>
        </label>
      ))}
      <p class="said" role="status">{said && t(said)}</p>
      {!taking && <button class="button soft" onClick={() => setSaid(null)}>{t("today.waiting.consent.go")}<Icon name="next" size={20} /></button>}
      {taking && !asking && <button class="button soft" onClick={() => setAsking(true)}>{t("consent.withdraw")}</button>}
      {taking && asking && (
        <div class="stack">
          <p>{t("consent.withdraw.body")}</p>
          <button class="button danger" onClick={() => void change(refuse(text).scopes, "consent.withdrawn").then(() => setAsking(false))}>{t("consent.withdraw.yes")}</button>
          <button class="button soft" onClick={() => setAsking(false)}>{t("consent.withdraw.no")}</button>
        </div>
      )}
    </section>
  );
}

function refusal(answer: Exclude<Answer<unknown>, { ok: true }>): Key {
  if (!answer.reached) return "consent.unreachable";
  return answer.problem.code === "consent-text-changed" ? "join.consent.changed" : "join.failed";
}
