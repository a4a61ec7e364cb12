// New versions. A waiting worker takes over only when the app is at rest (no questionnaire on the screen), and the
// page then reloads, so that a page never runs with files of another version. Drafts are on the phone either way.
import { path } from "./router";

export async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const hadController = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker of all takes control of a page that is already of its version.
    if (hadController) location.reload();
  });
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    const offer = () => takeOver(registration);
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", offer);
    });
    path.subscribe(offer);
    addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void registration.update().catch(() => undefined);
    });
  } catch {
    // A private window or a full disk: the app works, only not offline.
  }
}

function takeOver(registration: ServiceWorkerRegistration): void {
  if (path.peek() === "/" && navigator.serviceWorker.controller) registration.waiting?.postMessage({ type: "update" });
}

/** Removes the worker and its caches from this browser. */
export async function eraseWorker(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  registration?.active?.postMessage({ type: "erase" });
  for (const name of await caches.keys()) await caches.delete(name);
  await registration?.unregister();
}
