// What this browser is and can do. Only used to choose words and pictures, and as "platform" of a device.
export type Platform = "ios" | "android" | "desktop";

export function findPlatform(userAgent = navigator.userAgent, touchPoints = navigator.maxTouchPoints): Platform {
  // An iPad says it is a Mac; only its touch screen gives it away.
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touchPoints > 1)) return "ios";
  return /Android/.test(userAgent) ? "android" : "desktop";
}

/** Opened from the home screen, without the browser around it. */
export function isStandalone(): boolean {
  return matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true;
}

export function canPush(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: "accepted" | "dismissed" }>;
}

let installPrompt: InstallPrompt | null = null;

export function watchInstallPrompt(onChange: () => void): void {
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    installPrompt = event as InstallPrompt;
    onChange();
  });
  addEventListener("appinstalled", () => {
    installPrompt = null;
    onChange();
  });
}

export function canInstallHere(): boolean {
  return installPrompt !== null;
}

export async function installHere(): Promise<boolean> {
  const result = await installPrompt?.prompt();
  installPrompt = null;
  return result?.outcome === "accepted";
}
