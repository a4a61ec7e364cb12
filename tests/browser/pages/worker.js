// Shows what a push says and opens what a click asks for, as the app's own worker does.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => {
  const { title, body, tag, lang, navigate, data } = event.data.json().notification;
  event.waitUntil(
    (async () => {
      await self.registration.showNotification(title, { body, tag, lang, data: { ...data, navigate } });
      await (await caches.open("pushed")).put(`/pushed/${crypto.randomUUID()}`, new Response());
    })(),
  );
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
      const { navigate } = event.notification.data;
      if (open.length === 0) return self.clients.openWindow(navigate);
      await open[0].navigate(navigate);
      return open[0].focus();
    })(),
  );
});
