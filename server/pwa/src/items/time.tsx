// A time of day in two taps: first the hour, then the minutes. No wheel, because a wheel always stands somewhere.
import { useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { t } from "../language";
import type { Key } from "../strings/nl";

interface TimeProps {
  value: string | null;
  labelledBy: string;
  onChange: (value: string) => void;
}

const PARTS: readonly { key: Key; from: number; icon: "sun" | "moon" }[] = [
  { key: "ask.part.evening", from: 18, icon: "moon" },
  { key: "ask.part.night", from: 0, icon: "moon" },
  { key: "ask.part.morning", from: 6, icon: "sun" },
  { key: "ask.part.afternoon", from: 12, icon: "sun" },
];

export function Time({ value, labelledBy, onChange }: TimeProps) {
  const [hour, setHour] = useState<number | null>(value ? Number(value.slice(0, 2)) : null);
  const minutes = value ? Number(value.slice(3)) : null;
  const two = (n: number) => String(n).padStart(2, "0");
  const pickHour = (picked: number) => {
    setHour(picked);
    // Changing the hour of a finished time keeps its minutes; the first tap leaves them open.
    if (minutes !== null) onChange(`${two(picked)}:${two(minutes)}`);
  };
  return (
    <div class="time" role="group" aria-labelledby={labelledBy}>
      <p class={`time-shown ${value ? "" : "open"}`} aria-live="polite">
        {hour === null ? t("ask.time.empty") : `${two(hour)}:${minutes === null ? "··" : two(minutes)}`}
      </p>
      <div class="hours" role="group" aria-label={t("ask.hour")}>
        {PARTS.map((part) => (
          <div class="hour-row" key={part.from} role="group" aria-label={t(part.key)}>
            <span class={`hour-part ${part.icon}`} title={t(part.key)}><Icon name={part.icon} size={18} /></span>
            {Array.from({ length: 6 }, (_, index) => part.from + index).map((n) => (
              <button key={n} type="button" class="cell" aria-pressed={hour === n} onClick={() => pickHour(n)}>{n}</button>
            ))}
          </div>
        ))}
      </div>
      {hour !== null && (
        <div class="minutes" role="group" aria-label={t("ask.minute")}>
          {Array.from({ length: 12 }, (_, index) => index * 5).map((n) => (
            <button key={n} type="button" class="cell" aria-pressed={minutes === n} onClick={() => onChange(`${two(hour)}:${two(n)}`)}>
              <small>:</small>{two(n)}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
