// Forgetting whoever used this phone before, when another person comes in.
import { memories } from "./memories";
import { loadState } from "./state";
import { eraseAllBut, type Facts } from "./storage";
import { unsubscribe } from "./subscription";

const OF_THE_PHONE: readonly (keyof Facts)[] = ["language", "join_step", "join_code", "birth_year", "watched"];

/** Forgets whoever used this phone before, for another person who has just come in; what she typed to do so stays.
 *  Diary, trends, photos, drafts and what still waited to be sent are the other's: nobody else sees or sends them. */
export async function forgetFormer(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.pushManager) await unsubscribe(registration).catch(() => undefined);
  await eraseAllBut(OF_THE_PHONE);
  memories.value = [];
  await loadState();
}
