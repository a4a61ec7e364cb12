// The languages there are to choose from, each called by its own name.
import { t } from "../language";
import { offeredLanguages } from "../speaking";
import { language } from "../state";
import type { Language } from "../wire";

interface LanguageChoiceProps {
  /** Which one is chosen; without it, the language of the screen. */
  value?: Language;
  label?: string;
  /** Those that the study has its texts in. */
  offered?: readonly Language[];
  onChange: (next: Language) => void;
}

export function LanguageChoice({ value = language.value, label = t("settings.language"), offered = offeredLanguages(null), onChange }: LanguageChoiceProps) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {offered.map((code) => (
        <button key={code} type="button" lang={code} class="segment" aria-pressed={value === code} onClick={() => onChange(code)}>
          {code === "nl" ? "Nederlands" : "English"}
        </button>
      ))}
    </div>
  );
}
