// Settings: language, my day, notifications and how to mend them, what waits on this phone, and erasing it.
import { useEffect, useState } from "preact/hooks";
import { request } from "../api";
import { count, t } from "../language";
import { allowNotifications, findPushState, type PushState, pushState, renewSubscription, stopNotifications } from "../push_state";
import { path } from "../router";
import { autoNext, kept, language, me, outbox, sendOutbox, setFact, setLanguage, setMe } from "../state";
import { erasePhone } from "../erasing";
import { unsubscribe } from "../subscription";
import type { Key } from "../strings/nl";
import type { Language, Me } from "../wire";
import { InstallSteps } from "./install_steps";
import { Leaving, MyData } from "./leaving";
import { LookCard } from "./look";
import { MyConsent } from "./my_consent";
import { MyDay } from "./my_day";
import { Pause } from "./pause";
import { PushTest } from "./push_test";

export function Settings() {
  return (
    <main class="page settings">
      <h1 tabIndex={-1}>{t("settings.title")}</h1>
      <section class="card">
        <h2>{t("settings.language")}</h2>
        <LanguageChoice onChange={(next) => void changeLanguage(next)} />
      </section>
      <section class="card"><h2>{t("settings.rhythm")}</h2><MyDay /></section>
      <LookCard />
      <Notifications />
      <Pause />
      <section class="card">
        <h2>{t("settings.asking")}</h2>
        <label class="switch">
          <input type="checkbox" role="switch" checked={autoNext.value} onChange={(event) => void setFact("auto_next", event.currentTarget.checked)} />
          <span>{t("settings.auto")}<small>{t("settings.auto.hint")}</small></span>
        </label>
      </section>
      <section class="card">
        <h2>{t("settings.sent")}</h2>
        <p>{outbox.value.length === 0 ? t("settings.sent.none") : count(outbox.value.length, "net.waiting.one", "net.waiting.many")}</p>
        {outbox.value.length > 0 && <button class="button soft" onClick={() => void sendOutbox()}>{t("settings.sent.now")}</button>}
        {kept.value.length > 0 && <p>{t("settings.kept", { n: kept.value.length })}</p>}
        {me.value && <p class="fine">{t("settings.code", { code: me.value.code })}</p>}
      </section>
      <MyConsent />
      <MyData />
      <Leaving />
      <Erase />
    </main>
  );
}

export function LanguageChoice({ onChange }: { onChange: (next: Language) => void }) {
  return (
    <div class="segments" role="group" aria-label={t("settings.language")}>
      {(["nl", "en"] as const).map((code) => (
        <button key={code} type="button" lang={code} class="segment" aria-pressed={language.value === code} onClick={() => onChange(code)}>
          {code === "nl" ? "Nederlands" : "English"}
        </button>
      ))}
    </div>
  );
}

async function changeLanguage(next: Language): Promise<void> {
  if (!(await setLanguage(next))) return;
  const answer = await request<Me>("PATCH", "/me", { language: next });
  if (answer.ok) await setMe(answer.body);
}

const SAID: Record<PushState, Key> = {
  on: "settings.notify.on", ask: "settings.notify.ask", broken: "settings.notify.broken", blocked: "settings.notify.blocked",
  install: "settings.notify.install", unsupported: "settings.notify.unsupported",
};

function Notifications() {
  const [showSteps, setShowSteps] = useState(false);
  useEffect(() => void findPushState(), []);
  const state = pushState.value;
  return (
    <section class="card">
      <h2>{t("settings.notify")}</h2>
      <p role="status">{t(SAID[state])}</p>
      {state === "ask" && <button class="button big" onClick={() => void allowNotifications()}>{t("settings.notify.enable")}</button>}
      {state === "broken" && <button class="button big" onClick={() => void renewSubscription()}>{t("settings.notify.repair")}</button>}
      {state === "on" && <PushTest />}
      {state === "on" && <button class="button soft" onClick={() => void stopNotifications()}>{t("settings.notify.off")}</button>}
      {state === "install" && <button class="button soft" aria-expanded={showSteps} onClick={() => setShowSteps(!showSteps)}>{t("settings.notify.how")}</button>}
      {showSteps && <InstallSteps platform="ios" />}
    </section>
  );
}

function Erase() {
  const [asking, setAsking] = useState(false);
  const erase = async () => {
    const registration = await navigator.serviceWorker?.getRegistration();
    // While the server still knows who asks, so that it forgets this phone's address.
    if (registration?.pushManager) await unsubscribe(registration).catch(() => undefined);
    await request("POST", "/sign-out");
    await erasePhone();
    path.value = "/join";
    location.replace("/join");
  };
  return (
    <section class="card">
      <h2>{t("settings.erase")}</h2>
      <p>{t("settings.erase.body")}</p>
      {asking ? (
        <div class="stack">
          {outbox.value.length > 0 && <p role="alert"><strong>{t("settings.erase.waiting")}</strong></p>}
          <button class="button danger" onClick={() => void erase()}>{t("settings.erase.yes")}</button>
          <button class="button soft" onClick={() => setAsking(false)}>{t("settings.erase.no")}</button>
        </div>
      ) : <button class="button soft" onClick={() => setAsking(true)}>{t("settings.erase.start")}</button>}
    </section>
  );
}
