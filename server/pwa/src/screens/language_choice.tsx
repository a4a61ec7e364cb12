// Two languages, each called by its own name.
import { t } from "../language";
import { language } from "../state";
import type { Language } from "../wire";

interface LanguageChoiceProps {
  /** Which one is chosen; without it, the language of the screen. */
  value?: Language;
  label?: string;
  onChange: (next: Language) => void;
}

export function LanguageChoice({ value = language.value, label = t("settings.language"), onChange }: LanguageChoiceProps) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {(["nl", "en"] as const).map((code) => (
        <button key={code} type="button" lang={code} class="segment" aria-pressed={value === code} onClick={() => onChange(code)}>
          {code === "nl" ? "Nederlands" : "English"}
        </button>
      ))}
    </div>
  );
}
