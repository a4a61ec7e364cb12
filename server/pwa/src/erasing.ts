// Forgetting somebody on this phone: storage, worker, caches and the push subscription.
import { eraseStorage } from "./storage";
import { unsubscribe } from "./subscription";
import { eraseWorker } from "./updates";

/** Empties this phone. The caller leads on; until then the screen stays as it is. */
export async function erasePhone(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.pushManager) await unsubscribe(registration).catch(() => undefined);
  await eraseStorage();
  try {
    localStorage.clear();
  } catch {
    // Refused: then nothing is in it.
  }
  await eraseWorker();
}
