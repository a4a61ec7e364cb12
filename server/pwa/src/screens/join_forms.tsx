// The screens of joining on which something is filled in.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { now } from "../clock";
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { type Birth, cleanCode } from "../joining";
import { formatDate, t } from "../language";
import type { Key } from "../strings/nl";

interface CodeProps {
  code: string;
  onCode: (code: string) => void;
  /** What is wrong with the code, or null. */
  check: (code: string) => Promise<Key | null>;
  onNext: () => void;
  onRecover: () => void;
  languageChoice: ComponentChildren;
}

export function Code({ code, onCode, check, onNext, onRecover, languageChoice }: CodeProps) {
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const clean = cleanCode(code);
    if (clean === "") return setProblem("join.code.empty");
    onCode(clean);
    setBusy(true);
    const said = await check(clean);
    if (!said) return onNext(); // still busy: a second tap must not act on the step that is going
    setBusy(false);
    setProblem(said);
  };
  return (
    <form class="join-body welcome" onSubmit={(event) => void submit(event)} noValidate>
      <svg class="still big" viewBox="0 0 360 238" aria-hidden="true">
        <circle class="sun-disc" cx="236" cy="96" r="68" />
        <path class="hill far" d="M0 196C70 160 120 172 180 186 250 202 300 168 360 180V224C240 236 120 228 0 232Z" />
        <path class="hill mid" d="M0 212C80 184 150 196 220 206 280 214 320 200 360 204V230C240 238 120 232 0 236Z" />
        <Plant x={164} y={214} leaves={4} flower scale={1} />
        <path class="hill near" d="M0 226C100 214 150 220 200 222 260 224 310 216 360 222V232C240 240 120 234 0 238Z" />
      </svg>
      <h1 tabIndex={-1}>{t("join.title")}</h1>
      {languageChoice}
      <label class="field">
        <span>{t("join.code")}</span>
        <input
          class="code-input"
          name="code"
          value={code}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          enterkeyhint="next"
          aria-describedby="code-hint"
          aria-invalid={problem !== null}
          onInput={(event) => {
            setProblem(null);
            onCode(event.currentTarget.value.toUpperCase());
          }}
        />
        <small id="code-hint">{problem ? <strong role="alert">{t(problem)}</strong> : t("join.code.hint")}</small>
      </label>
      <button class="button big" type="submit" disabled={busy}>{t("join.next")}<Icon name="next" /></button>
      <button class="button quiet-button" type="button" onClick={onRecover}>{t("join.again")}</button>
    </form>
  );
}

interface RecoverProps {
  submit: (code: string) => Promise<Key | null>;
  onDone: () => void;
}

export function Recover({ submit, onDone }: RecoverProps) {
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const said = await submit(cleanCode(code));
    if (!said) return onDone();
    setBusy(false);
    setProblem(said);
  };
  return (
    <form class="join-body" onSubmit={(event) => void send(event)} noValidate>
      <h1 tabIndex={-1}>{t("join.again")}</h1>
      <label class="field">
        <span>{t("join.recovery")}</span>
        <input class="code-input small" name="recovery" value={code} autocomplete="off" autocapitalize="characters" spellcheck={false} aria-describedby="recovery-hint" aria-invalid={problem !== null} onInput={(event) => setCode(event.currentTarget.value.toUpperCase())} />
        <small id="recovery-hint">{problem ? <strong role="alert">{t(problem)}</strong> : t("join.recovery.hint")}</small>
      </label>
      <button class="button big" type="submit" disabled={busy || code.trim() === ""}>{t("join.recovery.go")}<Icon name="next" /></button>
    </form>
  );
}

interface AgeProps {
  /** The study must know, to know who agrees: the month is asked as well, and it cannot be passed over. */
  needed: boolean;
  submit: (birth: Birth) => Promise<Key | null>;
  onDone: () => void;
  onWrongCode: () => void;
}

const YOUNGEST = 10;
const YEARS = 16;

export function Age({ needed, submit, onDone, onWrongCode }: AgeProps) {
  const [year, setYear] = useState<number | null>(null);
  const [month, setMonth] = useState<number | null>(null);
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const newest = now().getFullYear() - YOUNGEST;
  const send = async (birth: Birth) => {
    setBusy(true);
    const said = await submit(birth);
    if (!said) return onDone(); // still busy: a second tap would join twice
    setBusy(false);
    setProblem(said);
  };
  return (
    <section class="join-body">
      <h1 tabIndex={-1}>{t("join.age")}</h1>
      <p class="lead">{t("join.age.why")}</p>
      <div class="years" role="group" aria-label={t("join.age")}>
        {Array.from({ length: YEARS }, (_, index) => newest - index).map((n) => (
          <button key={n} type="button" class="cell" aria-pressed={year === n} onClick={() => setYear(n)}>{n}</button>
        ))}
      </div>
      {needed && year !== null && (
        <div class="months" role="group" aria-label={t("join.age.month")}>
          <h2>{t("join.age.month")}</h2>
          {Array.from({ length: 12 }, (_, index) => index + 1).map((n) => (
            <button key={n} type="button" class="cell" aria-pressed={month === n} onClick={() => setMonth(n)}>
              {formatDate(`2024-${String(n).padStart(2, "0")}-15`, { month: "short" })}
            </button>
          ))}
        </div>
      )}
      {problem && <p class="problem" role="alert">{t(problem)} {problem === "join.code.wrong" && <button class="button soft" onClick={onWrongCode}>{t("nav.back")}</button>}</p>}
      <button class="button big" disabled={busy || year === null || (needed && month === null)} onClick={() => void send({ year, month })}>{t(needed ? "join.next" : "join.do")}<Icon name="next" /></button>
      {!needed && <button class="button quiet-button" disabled={busy} onClick={() => void send({ year: null, month: null })}>{t("join.age.skip")}</button>}
    </section>
  );
}
