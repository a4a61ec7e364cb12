// "Not now": an open questionnaire's next message comes ten minutes later. It stays open here all the while.
import { useState } from "preact/hooks";
import { request } from "../api";
import { formatTime, t } from "../language";
import { pushState } from "../push_state";
import { me } from "../state";
import type { Key } from "../strings/nl";

const KIND_WORDS: Record<string, Key> = {
  "snooze-used-up": "snooze.used", "snooze-too-late": "snooze.late", "beep-not-yet": "snooze.over", "beep-expired": "snooze.over",
  "beep-answered": "snooze.over",
};

export function Snooze({ beep }: { beep: string }) {
  const [said, setSaid] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    const answer = await request<{ until: string }>("POST", `/beeps/${beep}/snooze`, {});
    setBusy(false);
    if (!answer.ok) setSaid(t((answer.reached && KIND_WORDS[answer.problem.code]) || "snooze.offline"));
    // Without notifications nobody will hear anything: then only what is true.
    else if (pushState.value !== "on") setSaid(t("snooze.quiet"));
    else setSaid(t("snooze.set", { time: formatTime(answer.body.until, me.value?.zone ?? "UTC") }));
  };
  return (
    <>
      {said === null && <button class="button later" disabled={busy} onClick={() => void ask()}>{t("snooze.go")}</button>}
      <p class="said" role="status">{said}</p>
    </>
  );
}
