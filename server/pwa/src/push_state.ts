// Notifications on this phone, as one word that the screens can act on.
import { signal } from "@preact/signals";
import { canPush, findPlatform, isStandalone } from "./device";
import { me } from "./state";
import { keepSubscribed, unsubscribe } from "./subscription";

/** unsupported: not in this browser. install: first to the home screen (iOS). ask: may be asked. blocked: refused in
 *  the browser's settings. broken: allowed, but the server does not have this phone's address. on: all well. */
export type PushState = "unsupported" | "install" | "ask" | "blocked" | "broken" | "on";

export const pushState = signal<PushState>("ask");

export async function findPushState(): Promise<PushState> {
  if (findPlatform() === "ios" && !isStandalone()) pushState.value = "install";
  else if (!canPush()) pushState.value = "unsupported";
  else if (Notification.permission === "denied") pushState.value = "blocked";
  else if (Notification.permission === "default") pushState.value = "ask";
  else {
    const registration = await navigator.serviceWorker.getRegistration();
    pushState.value = (await registration?.pushManager.getSubscription()) ? "on" : "broken";
  }
  return pushState.value;
}

export async function findRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  return navigator.serviceWorker?.getRegistration();
}

/** Asks for permission. Must be called straight from a tap, or iOS and Firefox refuse. */
export async function allowNotifications(): Promise<PushState> {
  if (!canPush()) return findPushState();
  const permission = await Notification.requestPermission();
  return permission === "granted" ? renewSubscription() : findPushState();
}

/** At every start: the subscription is made again if it is gone, and told to the server. */
export async function renewSubscription(): Promise<PushState> {
  const state = await findPushState();
  const key = me.value?.push_key;
  if ((state !== "on" && state !== "broken") || !key || me.value?.left_at) return state;
  const registration = await navigator.serviceWorker.ready;
  const kept = await keepSubscribed(registration, key, { platform: findPlatform(), standalone: isStandalone() });
  pushState.value = kept ? "on" : navigator.onLine ? "broken" : state;
  return pushState.value;
}

export async function stopNotifications(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration) await unsubscribe(registration);
  await findPushState();
}
