// The button for a test notification, and the truth about what became of it.
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../language";
import { renewSubscription } from "../push_state";
import { type TestWord, testPush } from "../push_test";
import type { Key } from "../strings/nl";

const SAID: Record<TestWord, Key> = {
  waiting: "test.waiting", accepted: "test.accepted", seen: "test.seen", failed: "test.failed", slow: "test.slow",
  unknown: "test.unknown", unreachable: "test.unreachable",
};

export function PushTest() {
  const [word, setWord] = useState<TestWord | null>(null);
  const gone = useRef(false);
  useEffect(() => () => void (gone.current = true), []);
  const busy = word === "waiting" || word === "accepted";
  const run = () => {
    setWord("waiting");
    void testPush(setWord, () => gone.current);
  };
  return (
    <div class={`push-test ${word ?? ""}`}>
      <p class="said" role="status">{word && t(SAID[word])}</p>
      {word === "unknown"
        ? <button class="button soft" onClick={() => void renewSubscription().then(run)}>{t("test.repair")}</button>
        : <button class="button soft" disabled={busy} onClick={run}>{t(word === null || busy ? "test.go" : "test.again")}</button>}
    </div>
  );
}
