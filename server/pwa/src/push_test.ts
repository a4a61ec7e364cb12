// A real test notification: asked for here, sent by the server, and seen only when this phone's worker says so.
import { type Answer, request } from "./api";
import { findRegistration } from "./push_state";

export type TestState = "none" | "waiting" | "accepted" | "seen" | "failed";

export interface DeviceState {
  readonly known: boolean;
  readonly retired_why: string | null;
  readonly test: TestState;
}

/** What to say of a test. "slow": the push service has it, the phone showed nothing yet. */
export type TestWord = "waiting" | "accepted" | "seen" | "failed" | "slow" | "unknown" | "unreachable";

const EVERY_MS = 1_500;
const PATIENCE_MS = 60_000;

/** Asks for a test and tells how it goes until it is seen, fails, or a minute has passed. `stopped` ends it sooner. */
export async function testPush(tell: (word: TestWord) => void, stopped: () => boolean): Promise<void> {
  const endpoint = (await (await findRegistration())?.pushManager.getSubscription())?.endpoint;
  if (!endpoint) return tell("unknown");
  let answer = await request<DeviceState>("POST", "/devices/test", { endpoint });
  const started = Date.now();
  while (!stopped()) {
    const word = judge(answer, Date.now() - started);
    tell(word);
    if (word !== "waiting" && word !== "accepted") return;
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    answer = await request<DeviceState>("POST", "/devices/state", { endpoint });
  }
}

export function judge(answer: Answer<DeviceState>, afterMs: number): TestWord {
  if (!answer.ok) return answer.reached && answer.status === 404 ? "unknown" : "unreachable";
  const { known, retired_why, test } = answer.body;
  if (test === "seen") return "seen";
  if (!known || retired_why !== null || test === "none") return "unknown";
  if (test === "failed") return "failed";
  return afterMs > PATIENCE_MS ? "slow" : test;
}
