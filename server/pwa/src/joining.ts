// The steps of joining, in order. Which ones there are depends on the phone; every step is kept, so joining resumes.
import { type Answer, request } from "./api";
import type { Choice } from "./consent";
import { findPlatform, isStandalone } from "./device";
import { forgetFormer } from "./former";
import { whileNothingLeaves } from "./outbox";
import { refresh, setMe, setLanguage } from "./state";
import { type JoinStep, dropFact, readFact, writeFact } from "./storage";
import type { Key } from "./strings/nl";
import type { Joined, Language } from "./wire";

/** The steps for this phone. On iOS an app on the home screen shares nothing with the browser, and only there
 *  notifications work: so the home screen comes before anything is told to the server. */
export function listSteps(platform = findPlatform(), standalone = isStandalone(), asksConsent = false, hasTeam = true, asksParent = false): JoinStep[] {
  const installFirst = platform === "ios" && !standalone;
  const before: JoinStep[] = installFirst ? ["code", "about", "install", "age"] : ["code", "about", "age"];
  const parent: JoinStep[] = asksParent ? ["parent"] : [];
  const after: JoinStep[] = ["recovery", ...parent, ...(installFirst || standalone ? [] : (["install"] as const)), "notify"];
  const consent: JoinStep[] = asksConsent ? ["consent"] : [];
  // Who still waits for a parent has no team yet; the settings have the same choice later.
  return [...before, ...consent, ...after, "rhythm", ...(hasTeam ? (["look"] as const) : []), "done"];
}

export function nextStep(steps: readonly JoinStep[], step: JoinStep): JoinStep {
  return steps[steps.indexOf(step) + 1] ?? "done";
}

/** Codes are read aloud and typed by thumbs: case, spaces and odd dashes do not matter. */
export function cleanCode(typed: string): string {
  return typed.trim().toUpperCase().replace(/[\u2010-\u2015\s]+/g, "-").replace(/-+/g, "-");
}

/** Year and month of birth, only to know which help fits and who must agree. */
export interface Birth {
  readonly year: number | null;
  readonly month: number | null;
}

/** Joins with a study code. Null when it worked, else what to say. */
export async function join(code: string, language: Language, birth: Birth, consent: Choice | null): Promise<Key | null> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const answer = await comeIn("/join", {
    code, language, zone,
    ...(birth.year ? { birth_year: birth.year } : {}),
    ...(birth.year && birth.month ? { birth_month: birth.month } : {}),
    ...(consent ? { consent } : {}),
  });
  if (!answer.ok) return explain(answer, "join.code.wrong");
  if (birth.year) await writeFact("birth_year", birth.year);
  await writeFact("watched", consent?.scopes.monitoring ?? false);
  await settleIn(answer.body);
  return null;
}

/** Comes back with a recovery code; the code that it gives is a new one. Null when it worked, else what to say. */
export async function recover(recoveryCode: string): Promise<Key | null> {
  const answer = await comeIn("/recover", { recovery_code: recoveryCode });
  if (!answer.ok) return explain(answer, "join.recovery.wrong");
  await writeFact("recovery_renewed", true);
  await settleIn(answer.body);
  await setLanguage(answer.body.participant.language);
  return null;
}

/** Signs this phone in. With another person than before, all of that one's is gone before anything of it could leave
 *  under the new name, or be seen; so is what a second tab left behind on a phone that had been emptied. */
function comeIn(path: string, body: unknown): Promise<Answer<Joined>> {
  return whileNothingLeaves(async () => {
    const former = await readFact("me");
    const answer = await request<Joined>("POST", path, body);
    if (answer.ok && former?.code !== answer.body.participant.code) await forgetFormer();
    return answer;
  });
}

async function settleIn(joined: Joined): Promise<void> {
  await setMe(joined.participant);
  await writeFact("recovery_code", joined.recovery_code);
  await writeFact("join_step", "recovery");
  void refresh();
}

/** The words for a refusal; `wrong` for a code that nobody knows. */
export function explain(answer: Exclude<Answer<unknown>, { ok: true }>, wrong: Key): Key {
  if (!answer.reached) return "join.unreachable";
  if (answer.problem.code === "too-young") return "join.tooyoung";
  if (answer.problem.code === "study-not-open") return "join.code.notyet";
  if (answer.problem.code === "consent-text-changed") return "join.consent.changed";
  if (answer.status === 429) return "join.busy";
  if (answer.status === 404) return wrong;
  return answer.status === 403 || answer.status === 409 || answer.status === 410 ? "join.code.closed" : "join.failed";
}

export async function finishJoining(): Promise<void> {
  await Promise.all([dropFact("join_step"), dropFact("join_code"), dropFact("recovery_code"), dropFact("recovery_renewed")]);
}

export async function resumeJoining(): Promise<{ step: JoinStep | undefined; code: string; recoveryCode: string; renewed: boolean }> {
  const [step, code, recoveryCode, renewed] = await Promise.all([readFact("join_step"), readFact("join_code"), readFact("recovery_code"), readFact("recovery_renewed")]);
  return { step, code: code ?? "", recoveryCode: recoveryCode ?? "", renewed: renewed ?? false };
}
