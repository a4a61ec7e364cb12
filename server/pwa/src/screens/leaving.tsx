// Taking one's data along, stopping, and having everything erased. Stopping never depends on a code.
import { useEffect, useState } from "preact/hooks";
import { request } from "../api";
import { formatDate, say, t } from "../language";
import { erasePhone } from "../erasing";
import { confirmCode } from "../my_data";
import { stopNotifications } from "../push_state";
import { refresh, sendOutbox } from "../state";
import type { Key } from "../strings/nl";
import type { Text } from "../wire";

interface Consequences {
  readonly stopped_at: string | null;
  readonly stop: Text;
  readonly erase: Text;
  readonly kept: Text;
}

export function MyData() {
  const [code, setCode] = useState("");
  const [ready, setReady] = useState(false);
  const [problem, setProblem] = useState<Key | null>(null);
  const confirm = async (event: SubmitEvent) => {
    event.preventDefault();
    const said = await confirmCode(code);
    setReady(said === null);
    setProblem(said);
  };
  return (
    <section class="card">
      <p>{t("data.body")}</p>
      {ready ? (
        <>
          <p class="said" role="status">{t("data.ready")}</p>
          <a class="button soft" href="/api/v1/me/data" download="" onClick={(event) => event.stopPropagation()}>{t("data.download")}</a>
        </>
      ) : (
        <form class="stack" onSubmit={(event) => void confirm(event)}>
          <label class="field">
            {t("data.code")}
            <input class="code-input small" name="recovery" autoComplete="off" autoCapitalize="characters" spellcheck={false} value={code} onInput={(event) => setCode(event.currentTarget.value)} />
          </label>
          <p class="said" role="status">{problem && t(problem)}</p>
          <button class="button soft" disabled={code.trim() === ""}>{t("data.go")}</button>
        </form>
      )}
    </section>
  );
}

export function Leaving() {
  const [words, setWords] = useState<Consequences | null>(null);
  const [choice, setChoice] = useState<"none" | "stop" | "erase">("none");
  const [problem, setProblem] = useState<Key | null>(null);
  const [tried, setTried] = useState(false);
  const [receipt, setReceipt] = useState<string | null>(null);
  const load = async () => {
    const answer = await request<Consequences>("GET", "/me/stop");
    if (answer.ok) setWords(answer.body);
    return answer.ok;
  };
  useEffect(() => void load(), []);
  const leave = async (erase: boolean) => {
    // What was filled in before stopping belongs to before stopping; afterwards nothing is taken in any more.
    if (!erase) await sendOutbox();
    const answer = await request<{ receipt: string | null }>("POST", "/me/stop", { erase });
    // After a try whose answer was lost, "not signed in" means that the try did arrive.
    const gone = tried && erase && !answer.ok && answer.reached && answer.status === 401;
    if (!answer.ok && !gone) {
      setTried(erase && !answer.reached);
      return setProblem("stop.unreachable");
    }
    if (!erase) {
      await load();
      setChoice("none");
      await stopNotifications().catch(() => undefined);
      return void refresh();
    }
    setReceipt((answer.ok && answer.body.receipt) || "–");
    await erasePhone();
  };
  if (receipt) return <Gone receipt={receipt} />;
  return (
    <section class="card">
      <h2>{t("stop.title")}</h2>
      {words?.stopped_at
        ? <p role="status">{t("stop.stopped", { date: formatDate(words.stopped_at.slice(0, 10), { day: "numeric", month: "long" }) })}</p>
        : <p>{t("stop.body")}</p>}
      {choice === "none" && (
        <div class="pair">
          {!words?.stopped_at && <button class="button soft" onClick={() => void load().then((ok) => (ok ? setChoice("stop") : setProblem("stop.unreachable")))}>{t("stop.only")}</button>}
          <button class="button soft" onClick={() => void load().then((ok) => (ok ? setChoice("erase") : setProblem("stop.unreachable")))}>{t("stop.erase")}</button>
        </div>
      )}
      {words && choice !== "none" && (
        <div class="stack">
          {paragraphs(choice === "stop" ? say(words.stop) : `${say(words.erase)}\n\n${say(words.kept)}`)}
          <button class="button danger" onClick={() => void leave(choice === "erase")}>{t(choice === "stop" ? "stop.stop.yes" : "stop.erase.yes")}</button>
          <button class="button soft" onClick={() => setChoice("none")}>{t("stop.no")}</button>
        </div>
      )}
      <p class="said" role="status">{problem && t(problem)}</p>
    </section>
  );
}

function Gone({ receipt }: { receipt: string }) {
  return (
    <section class="card gone" role="alert">
      <h2>{t("stop.gone")}</h2>
      <p>{t("stop.gone.body")}</p>
      <p class="ticket"><strong class="code">{receipt}</strong></p>
      <button class="button big" onClick={() => location.replace("/join")}>{t("stop.gone.end")}</button>
    </section>
  );
}

function paragraphs(text: string) {
  return text.split(/\n\s*\n/).map((paragraph) => <p key={paragraph}>{paragraph}</p>);
}
