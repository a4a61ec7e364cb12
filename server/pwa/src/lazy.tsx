// A screen that is fetched when first shown. Worked out here in a few lines; the worker has the file in its cache.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

export function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  return function Lazy() {
    const [Screen, setScreen] = useState<{ component: ComponentType } | null>(loaded && { component: loaded });
    useEffect(() => {
      if (Screen) return;
      load().then(
        (component) => {
          loaded = component;
          setScreen({ component });
          requestAnimationFrame(() => document.querySelector<HTMLElement>("h1[tabindex]")?.focus({ preventScroll: true }));
        },
        // The file is of a version that is gone from server and cache: only a fresh page has its successor.
        () => setTimeout(() => location.reload(), 3000),
      );
    }, []);
    return Screen ? <Screen.component /> : <main aria-busy="true" />;
  };
}
