// The least of an app: registers the worker, subscribes on demand, lists what is shown.
const registration = await navigator.serviceWorker.register("/worker.js");
await navigator.serviceWorker.ready;
document.getElementById("where").textContent = location.pathname;

// How many pushes were shown, ever. Asking for the notifications before they are there makes Chromium forget them.
globalThis.pushed = async () => (await (await caches.open("pushed")).keys()).length;

globalThis.subscribe = async (key) => {
  const bytes = Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const made = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes });
  return JSON.stringify(made);
};
globalThis.unsubscribe = async () => (await registration.pushManager.getSubscription())?.unsubscribe();
globalThis.shown = async () =>
  JSON.stringify(
    (await registration.getNotifications()).map((one) => ({ title: one.title, body: one.body, tag: one.tag, data: one.data })),
  );
globalThis.dismiss = async () => (await registration.getNotifications()).forEach((one) => one.close());
globalThis.ready = true;
