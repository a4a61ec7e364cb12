// Which beeps this phone has shown a message of; written by the worker, read by the today screen.
import { readFact, writeFact } from "./storage";

/** More than two days of beeps: what is older is not on the today screen any more. */
const MOST = 40;

/** Notes that the message of a beep was shown. */
export async function rememberShown(beep: string): Promise<void> {
  const before = (await readFact("notified")) ?? [];
  await writeFact("notified", [...before.filter((other) => other !== beep), beep].slice(-MOST));
}
