// Erasing what this phone has; the study keeps what was sent.
import { useState } from "preact/hooks";
import { request } from "../api";
import { erasePhone } from "../erasing";
import { t } from "../language";
import { path } from "../router";
import { outbox } from "../state";
import { unsubscribe } from "../subscription";

export function Erase() {
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
