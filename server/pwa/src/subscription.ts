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
  const keep = () => subscribe(registration, pushKey, device);
  try {
    // Two pages, or a page and the worker, may come here at once; each would be given an address of its own.
    return await (navigator.locks ? navigator.locks.request("subscription", keep) : keep());
  } catch {
    return false; // permission withdrawn, push service out of reach, private window: the app works without
  }
}

async function subscribe(
  registration: ServiceWorkerRegistration,
  pushKey: string,
  device: { platform: string; standalone: boolean },
): Promise<boolean> {
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
  if (!told.ok) return false;
  const former = (await readFact("device"))?.endpoint;
  await writeFact("device", { endpoint: endpoint ?? "", key: pushKey, at: new Date().toISOString() });
  // One phone is one device: whoever has a new address is not asked at the old one as well.
  if (former && former !== endpoint) await request("DELETE", "/devices", { endpoint: former });
  return true;
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
