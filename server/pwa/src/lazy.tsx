// A part that is fetched when first shown. Worked out here in a few lines; the worker has the file in its cache.
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { fetchRest } from "./words";

/** A screen: nothing can be shown without it and its words. */
export function lazy<Props extends object = Record<never, never>>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  return later(withWords(load), <main aria-busy="true" />, {
    shown: () => requestAnimationFrame(() => document.querySelector<HTMLElement>("h1[tabindex]")?.focus({ preventScroll: true })),
    // The file is of a version that is gone from server and cache: only a fresh page has its successor.
    failed: () => setTimeout(() => location.reload(), 3000),
  });
}

/** A part of a screen that can do without it for a moment, or altogether. `silent`: a drawing, which has no words. */
export function lazyPart<Props extends object = Record<never, never>>(load: () => Promise<ComponentType<Props>>, { silent = false } = {}): ComponentType<Props> {
  return later(silent ? load : withWords(load), null, { shown: () => undefined, failed: () => undefined });
}

function withWords<Part>(load: () => Promise<Part>): () => Promise<Part> {
  return () => Promise.all([load(), fetchRest()]).then(([part]) => part);
}

function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: ComponentChildren,
  then: { shown: () => void; failed: () => void },
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [Part, setPart] = useState<{ component: ComponentType<Props> } | null>(loaded && { component: loaded });
    useEffect(() => {
      if (Part) return;
      load().then((component) => {
        loaded = component;
        setPart({ component });
        then.shown();
      }, then.failed);
    }, []);
    return Part ? <Part.component {...props} /> : <>{waiting}</>;
  };
}
