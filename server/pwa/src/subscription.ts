// The push subscription of this browser, kept equal to what the server knows. Shared by the page and the worker.
import { request } from "./api";
import { readFact, writeFact } from "./storage";

/** Subscribes when needed and tells the server. False when the browser or the server would not.
 *
 * 1. a subscription made for another server key is useless (the push service refuses it): drop it first;
 * 2. the server is told at every start, because it may have retired the device after failures.
 */
export async function keepSubscribed(
  registration: ServiceWorkerRegistration,
  pushKey: string,
  device: { platform: string; standalone: boolean },
): Promise<boolean> {
  try {
    let subscription = await registration.pushManager.getSubscription();
    if (subscription && encodeKey(subscription.options.applicationServerKey) !== pushKey.replace(/=+$/, "")) {
      await subscription.unsubscribe();
      subscription = null;
    }
    subscription ??= await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: decodeKey(pushKey),
    });
    const { endpoint, keys } = subscription.toJSON();
    const told = await request<unknown>("PUT", "/devices", { endpoint, keys, ...device });
    if (told.ok) await writeFact("device", { endpoint: endpoint ?? "", key: pushKey, at: new Date().toISOString() });
    return told.ok;
  } catch {
    return false; // permission withdrawn, push service out of reach, private window: the app works without
  }
}

/** Stops notifications on this device; the server forgets the address. */
export async function unsubscribe(registration: ServiceWorkerRegistration): Promise<void> {
  const subscription = await registration.pushManager?.getSubscription();
  const endpoint = subscription?.endpoint ?? (await readFact("device"))?.endpoint;
  if (endpoint) await request("DELETE", "/devices", { endpoint });
  await subscription?.unsubscribe();
}

function encodeKey(key: ArrayBuffer | null): string {
  if (key === null) return "";
  return btoa(String.fromCharCode(...new Uint8Array(key))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function decodeKey(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
