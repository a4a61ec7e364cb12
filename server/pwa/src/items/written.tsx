// What is typed: a number or a few words.
import { language } from "../state";
import { say, t } from "../language";
import type { Item } from "../wire";

interface NumberProps {
  item: Item;
  value: number | null;
  labelledBy: string;
  onChange: (value: number | null) => void;
}

const MOST_CELLS = 16;

/** Few possible numbers become buttons; many become a field with "less" and "more". */
export function NumberField({ item, value, labelledBy, onChange }: NumberProps) {
  const min = item.min ?? 0;
  const max = item.max ?? Number.MAX_SAFE_INTEGER;
  const step = item.step ?? 1;
  const unit = typeof item.unit === "string" ? item.unit : (item.unit?.[language.value] ?? "");
  const cells = Math.floor((max - min) / step) + 1;
  if (cells <= MOST_CELLS) {
    return (
      <div class="numbers" role="group" aria-labelledby={labelledBy}>
        {Array.from({ length: cells }, (_, index) => min + index * step).map((n) => (
          <button key={n} type="button" class="cell" aria-pressed={value === n} onClick={() => onChange(n)}>{n}</button>
        ))}
        {unit && <span class="unit">{unit}</span>}
      </div>
    );
  }
  const clamp = (n: number) => Math.min(max, Math.max(min, n));
  return (
    <div class="stepper" role="group" aria-labelledby={labelledBy}>
      <button type="button" class="round" aria-label={t("ask.less")} disabled={value === null} onClick={() => onChange(clamp((value ?? min) - step))}>−</button>
      <label>
        <span class="hidden">{t("ask.number")}</span>
        <input
          inputMode={step % 1 === 0 ? "numeric" : "decimal"}
          value={value ?? ""}
          onInput={(event) => {
            const typed = event.currentTarget.value.replace(",", ".").trim();
            const n = Number(typed);
            onChange(typed === "" || !Number.isFinite(n) ? null : clamp(n));
          }}
        />
        {unit && <span class="unit">{unit}</span>}
      </label>
      <button type="button" class="round" aria-label={t("ask.more")} onClick={() => onChange(value === null ? min : clamp(value + step))}>+</button>
    </div>
  );
}

interface TextProps {
  item: Item;
  value: string;
  labelledBy: string;
  onChange: (value: string) => void;
}

export function TextField({ item, value, labelledBy, onChange }: TextProps) {
  const most = item.max_length ?? 500;
  return (
    <div class="written">
      <textarea
        rows={4}
        maxLength={most}
        aria-labelledby={labelledBy}
        placeholder={t("ask.write")}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <p class="written-foot">
        {item.private !== false && <span>{t("ask.private")}</span>}
        {value.length > most * 0.8 && <span aria-live="polite">{t("ask.characters", { n: most - value.length })}</span>}
      </p>
      <p class="hidden">{say(item.hint)}</p>
    </div>
  );
}
