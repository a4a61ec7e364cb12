// Start: what is on the phone first, the network after. Nothing here waits for the server before showing something.
import { render } from "preact";
import { App } from "./app";
import { watchInstallPrompt } from "./device";
import { lazy } from "./lazy";
import { findPushState, renewSubscription } from "./push_state";
import { match, navigate, path, watchLinks } from "./router";
import { prepareBeep } from "./screens/questionnaire";
import { language, loadState, me, offline, refresh, refreshToday, reloadQueues, sendOutbox, tick } from "./state";
import { registerWorker } from "./updates";
import { fetchWords, guessLanguage, rememberLanguage, speak } from "./words";

const NoStorage = lazy(() => import("./screens/no_storage").then((part) => part.NoStorage));

async function start(): Promise<void> {
  watchLinks();
  watchInstallPrompt(() => void findPushState());
  // The words are on their way while the phone's own storage is being opened.
  void fetchWords(guessLanguage());
  const kept = await loadState().then(() => true, () => false);
  const beep = match("/beep/");
  if (beep && me.value) prepareBeep(beep.replace(/\/$/, ""));
  document.documentElement.lang = language.value;
  const spoken = await fetchWords(language.value);
  // The file is of a version that is gone, or the network went just now: a fresh page finds out.
  if (!spoken) return void setTimeout(() => location.reload(), 3000);
  speak(language.value, spoken);
  if (!kept) return render(<WithoutStorage />, document.getElementById("app") as HTMLElement);
  rememberLanguage(language.value);
  if (!me.value && path.value !== "/help" && !path.value.startsWith("/join")) navigate("/join", { replace: true });
  render(<App />, document.getElementById("app") as HTMLElement);

  addEventListener("online", () => void refresh());
  addEventListener("offline", () => (offline.value = true));
  addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    tick();
    if (me.value) void refresh();
  });
  navigator.serviceWorker?.addEventListener("message", (event: MessageEvent<{ type?: string; path?: string }>) => {
    if (event.data.type === "navigate") {
      navigate(event.data.path ?? "/");
      void sendOutbox(); // the worker noted that its message was opened: told at once, not at the next answer
    }
    if (event.data.type === "pushed") void reloadQueues().then(refreshToday);
  });

  await registerWorker();
  if (!me.value) return;
  void navigator.storage?.persist?.();
  await refresh();
  await renewSubscription();
  // Fetched before it is needed: with the study's own person, and for a time without a network.
  await import("./help_lines").then((part) => part.fetchHelp(), () => null);
  await sendOutbox();
}

/** Somebody to talk to needs nothing that is kept. */
function WithoutStorage() {
  return path.value === "/help" ? <App /> : <NoStorage />;
}

void start();
