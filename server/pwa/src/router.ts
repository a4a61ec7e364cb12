// The address bar as a signal. Links stay ordinary links; clicks on our own are taken here so the page is not reloaded.
import { signal } from "@preact/signals";

export const path = signal(location.pathname);

export function navigate(to: string, { replace = false } = {}): void {
  if (to !== location.pathname) history[replace ? "replaceState" : "pushState"](null, "", to);
  // What follows a question mark is for the server's log of pushes, not for the screens.
  path.value = to.split("?")[0] ?? "/";
  scrollTo(0, 0);
}

/** The rest of the path after `prefix`, or null when the path is something else: match("/beep/") on "/beep/x" is "x". */
export function match(prefix: string): string | null {
  return path.value.startsWith(prefix) ? decodeURIComponent(path.value.slice(prefix.length)) : null;
}

export function watchLinks(): void {
  addEventListener("popstate", () => (path.value = location.pathname));
  addEventListener("click", (event) => {
    const link = (event.target as Element).closest?.("a[href^='/']");
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented) return;
    event.preventDefault();
    navigate(link.getAttribute("href") ?? "/");
  });
}
