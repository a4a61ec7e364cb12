// The service worker: shell from the cache, pushes always shown, taps lead to the questionnaire, the outbox sent when
// the network is back. Built as one classic script, /sw.js; its version changes when any file of the shell does.
import { flush, noteReceipt } from "./outbox";
import { describeNotification } from "./notification";
import { rememberShown } from "./notified";
import { request } from "./api";
import { readFact } from "./storage";
import { keepSubscribed } from "./subscription";

declare const self: ServiceWorkerGlobalScope;
declare const __VERSION__: string;
declare const __SHELL__: readonly string[];

const CACHE = `kiem-${__VERSION__}`;

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

self.addEventListener("install", (event) => {
  // `reload` goes past the HTTP cache: a shell of two versions would be worse than none.
  const files = __SHELL__.map((url) => new Request(url, { cache: "reload" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(files)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && isAppPath(url.pathname)) {
    event.respondWith(caches.match("/").then((shell) => shell ?? fetch(event.request)));
  } else if (__SHELL__.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((file) => file ?? fetch(event.request)));
  }
});

self.addEventListener("push", (event) => {
  event.waitUntil(showPush(event));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openFrom(event.notification, event.action));
});

self.addEventListener("notificationclose", (event) => {
  const beep = (event.notification.data as { beep?: string } | null)?.beep;
  if (beep) event.waitUntil(noteReceipt(beep, "dismissed", new Date()));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  (event as ExtendableEvent).waitUntil(resubscribe());
});

(self as unknown as EventTarget).addEventListener("sync", (event) => {
  if ((event as SyncEvent).tag === "kiem-outbox") (event as SyncEvent).waitUntil(flushOrThrow());
});

self.addEventListener("message", (event) => {
  const { type } = (event.data ?? {}) as { type?: string };
  if (type === "update") event.waitUntil(self.skipWaiting());
  if (type === "erase") event.waitUntil(erase());
});

/** Only the app's own pages get the shell; the API, its documentation and staff pages go to the server. */
function isAppPath(path: string): boolean {
  return path === "/" || /^\/(join|beep|event|challenge|team|trends|week|help|settings)(\/|$)/.test(path);
}

async function showPush(event: PushEvent): Promise<void> {
  const language = (await readFact("language").catch(() => undefined)) ?? "nl";
  const shown = describeNotification(readPayload(event.data), language, new Date());
  // Nothing may come before this: iOS takes the subscription away after three pushes that showed nothing.
  await self.registration.showNotification(shown.title, shown.options);
  if (shown.beep) await Promise.all([noteReceipt(shown.beep, "shown", new Date()), rememberShown(shown.beep)]);
  if (shown.isTest) await confirmTest();
  for (const client of await self.clients.matchAll({ type: "window" })) client.postMessage({ type: "pushed" });
  await flush(() => new Date());
}

/** Tells the server that a test came through; out of reach it stays a test nobody saw, which is the truth it knows. */
async function confirmTest(): Promise<void> {
  const endpoint = (await self.registration.pushManager.getSubscription())?.endpoint;
  if (endpoint) await request("POST", "/devices/test/seen", { endpoint });
}

function readPayload(data: PushMessageData | null): unknown {
  try {
    return data?.json() as unknown;
  } catch {
    return null;
  }
}

async function openFrom(notification: Notification, action: string): Promise<void> {
  const data = (notification.data ?? {}) as { beep?: string; navigate?: string };
  if (data.beep) await noteReceipt(data.beep, "opened", new Date());
  const target = new URL(action || data.navigate || "/", self.location.origin);
  // A payload must not lead out of the app.
  const path = target.origin === self.location.origin ? target.pathname + target.search : "/";
  const [open] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!open) {
    await self.clients.openWindow(path);
    return;
  }
  await open.focus();
  open.postMessage({ type: "navigate", path });
}

async function resubscribe(): Promise<void> {
  const key = (await readFact("me"))?.push_key ?? (await fetchKey());
  if (key) await keepSubscribed(self.registration, key, { platform: "other", standalone: false });
}

async function fetchKey(): Promise<string | null> {
  const answer = await request<{ key: string }>("GET", "/push-key");
  return answer.ok ? answer.body.key : null;
}

async function flushOrThrow(): Promise<void> {
  // A failed sync event is repeated by the browser; a fulfilled one is not.
  if ((await flush(() => new Date())) === "later") throw new Error("not reached yet");
}

async function erase(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
}
