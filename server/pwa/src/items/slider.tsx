// The slider: a seed on a path. Untouched there is no seed at all, only the path: nothing suggests an answer.
// On the first touch the seed lands under the finger and a seedling springs up; it sways as it is carried along.
// It looks the same at every place on the path, so it says nothing about which answer is better.
import { useEffect, useRef } from "preact/hooks";
import { say, t } from "../language";
import type { Key } from "../strings/nl";
import type { Item } from "../wire";

interface SliderProps {
  item: Item;
  value: number | null;
  labelledBy: string;
  onChange: (value: number) => void;
  /** The finger was lifted: the answer may be taken as given. */
  onRelease: () => void;
}

const KEY_STEPS: Record<string, number> = {
  ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10,
};

export function Slider({ item, value, labelledBy, onChange, onRelease }: SliderProps) {
  const track = useRef<HTMLDivElement>(null);
  const dragging = useRef(false);
  const sprout = useSway(value);

  const follow = (event: PointerEvent) => {
    const box = track.current!.getBoundingClientRect();
    // The seed is 64 px wide: its middle, not the finger's very edge, must be able to reach both ends.
    const share = (event.clientX - box.left - 36) / (box.width - 72);
    onChange(Math.round(Math.min(1, Math.max(0, share)) * 1000) / 10);
  };
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    track.current!.setPointerCapture(event.pointerId);
    dragging.current = true;
    navigator.vibrate?.(8);
    follow(event);
  };
  const release = () => {
    if (!dragging.current) return;
    dragging.current = false;
    onRelease();
  };
  const pressKey = (event: KeyboardEvent) => {
    const end = { Home: 0, End: 100 }[event.key];
    const step = KEY_STEPS[event.key];
    if (end === undefined && step === undefined) return;
    event.preventDefault();
    // The first key only puts the seed on the path; from there it is moved.
    onChange(end ?? (value === null ? 50 : Math.min(100, Math.max(0, Math.round(value) + step!))));
  };

  return (
    <div class="slider">
      <div
        ref={track}
        class={`path ${value === null ? "untouched" : "touched"}`}
        role="slider"
        tabIndex={0}
        aria-labelledby={labelledBy}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={value ?? 50}
        aria-valuetext={describeValue(item, value)}
        onPointerDown={press}
        onPointerMove={(event) => dragging.current && follow(event)}
        onPointerUp={release}
        onPointerCancel={release}
        onKeyDown={pressKey}
      >
        <Furrow />
        {value === null ? (
          <span class="invite" aria-hidden="true">{t("ask.slide")}</span>
        ) : (
          <div class="seed" style={{ left: `calc(36px + (100% - 72px) * ${value / 100})` }}>
            <svg viewBox="0 0 120 190" class="sprout" aria-hidden="true">
              <g ref={sprout} class="sprout-sway">
                <g class="sprout-rise">
                  <path class="stem" d="M60 150C56 120 65 96 60 66" />
                  <g transform="translate(60 74) scale(1.18)"><path class="leaf tone-0" d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" transform="translate(3 2)" /><path class="ink" d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" /><path class="ink thin" d="M5-3C15-12 26-19 37-23" /></g>
                  <g transform="translate(60 82) scale(-1.05 1.05)"><path class="leaf tone-1" d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" transform="translate(3 2)" /><path class="ink" d="M0 0C4-20 22-33 47-31 49-9 31 9 0 0Z" /><path class="ink thin" d="M5-3C15-12 26-19 37-23" /></g>
                </g>
              </g>
              <path class="kernel" d="M30 156c0-18 14-28 31-28 18 0 30 11 30 29 0 17-13 28-31 28-17 0-30-11-30-29Z" />
              <path class="kernel-shine" d="M42 150c2-7 8-11 15-12" />
            </svg>
          </div>
        )}
      </div>
      <div class="anchors" aria-hidden="true">
        <span>{say(item.low)}</span>
        <span>{say(item.high)}</span>
      </div>
    </div>
  );
}

/** The dotted path; the dots are all alike. */
function Furrow() {
  return (
    <svg class="furrow" viewBox="0 0 320 72" preserveAspectRatio="none" aria-hidden="true">
      <path class="furrow-line" d="M22 38C70 31 108 43 160 36 212 30 250 42 298 35" />
    </svg>
  );
}

/** The value in words for those who cannot see the place on the path; words only, there is no number to chase. */
function describeValue(item: Item, value: number | null): string {
  if (value === null) return t("ask.untouched");
  const place: [number, Key, boolean][] = [
    [2, "ask.at.low", true], [25, "ask.at.nearlow", true], [45, "ask.at.leanlow", true], [55, "ask.at.middle", true],
    [75, "ask.at.leanhigh", false], [98, "ask.at.nearhigh", false], [101, "ask.at.high", false],
  ];
  const [, key, low] = place.find(([below]) => value < below) ?? place[3]!;
  return t(key, { anchor: say(low ? item.low : item.high) });
}

/** A damped spring: the seedling leans against the movement and swings back. Still for those who asked for less motion. */
function useSway(value: number | null) {
  const element = useRef<SVGGElement>(null);
  const motion = useRef({ last: value, lean: 0, speed: 0, frame: 0 });
  useEffect(() => {
    const state = motion.current;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    if (value !== null && state.last !== null) state.speed -= (value - state.last) * 1.5;
    state.last = value;
    const swing = () => {
      state.speed += -state.lean * 0.09 - state.speed * 0.14;
      state.lean = Math.max(-52, Math.min(52, state.lean + state.speed));
      element.current?.setAttribute("transform", `rotate(${state.lean.toFixed(2)} 60 150)`);
      const resting = Math.abs(state.lean) < 0.05 && Math.abs(state.speed) < 0.05;
      state.frame = resting ? 0 : requestAnimationFrame(swing);
    };
    if (state.frame === 0) state.frame = requestAnimationFrame(swing);
  }, [value]);
  useEffect(() => () => cancelAnimationFrame(motion.current.frame), []);
  return element;
}
