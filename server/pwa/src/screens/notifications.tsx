// Notifications on this phone: how they stand, how to mend them, and a real test.
import { useEffect, useState } from "preact/hooks";
import { Bell } from "../drawings/bell";
import { t } from "../language";
import { allowNotifications, findPushState, type PushState, pushState, renewSubscription, stopNotifications } from "../push_state";
import type { Key } from "../strings/nl";
import { InstallSteps } from "./install_steps";
import { PushTest } from "./push_test";

export const PUSH_SAID: Record<PushState, Key> = {
  on: "settings.notify.on", ask: "settings.notify.ask", broken: "settings.notify.broken", blocked: "settings.notify.blocked",
  install: "settings.notify.install", unsupported: "settings.notify.unsupported",
};

export function Notifications() {
  const [showSteps, setShowSteps] = useState(false);
  useEffect(() => void findPushState(), []);
  const state = pushState.value;
  return (
    <section class="card">
      <Bell />
      <p role="status">{t(PUSH_SAID[state])}</p>
      {state === "ask" && <button class="button big" onClick={() => void allowNotifications()}>{t("settings.notify.enable")}</button>}
      {state === "broken" && <button class="button big" onClick={() => void renewSubscription()}>{t("settings.notify.repair")}</button>}
      {state === "on" && <PushTest />}
      {state === "on" && <button class="button soft" onClick={() => void stopNotifications()}>{t("settings.notify.off")}</button>}
      {state === "install" && <button class="button soft" aria-expanded={showSteps} onClick={() => setShowSteps(!showSteps)}>{t("settings.notify.how")}</button>}
      {showSteps && <InstallSteps platform="ios" />}
    </section>
  );
}
