// New versions. A waiting worker takes over at a moment that takes nothing out of anybody's hands: on the today screen,
// and on every other one when somebody comes back to the app. The page then loads again, so that it never runs with
// files of another version. Drafts are on the phone either way.
import { isAtRest, watchTouches } from "./rest";
import { path } from "./router";

/** A tap on a notification makes the app visible first and then leads to its questions: those come before an update. */
const SETTLE_MS = 400;

export async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  watchTouches();
  const hadController = navigator.serviceWorker.controller !== null;
  let isOld = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The first worker of all takes control of a page that is already of its version.
    isOld = hadController;
    loadAgain();
  });
  // Another tab may have asked for the new version while somebody is midway here: then as soon as she is not.
  const loadAgain = () => isOld && isAtRest() && location.reload();
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    const takeOver = () => navigator.serviceWorker.controller && registration.waiting?.postMessage({ type: "update" });
    const takeOverAtHome = () => path.peek() === "/" && takeOver();
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", takeOverAtHome);
    });
    path.subscribe(() => {
      takeOverAtHome();
      // Once the next screen stands in place of the one that was being filled in.
      setTimeout(loadAgain);
    });
    addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      setTimeout(() => {
        if (isAtRest()) takeOver();
        loadAgain();
      }, SETTLE_MS);
      void registration.update().catch(() => undefined);
    });
  } catch {
    // A private window or a full disk: the app works, only not offline.
  }
}

/** Removes the worker and its caches from this browser. */
export async function eraseWorker(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  registration?.active?.postMessage({ type: "erase" });
  for (const name of await caches.keys()) await caches.delete(name);
  await registration?.unregister();
}
