// One of several, or several of several. Real radio buttons and checkboxes under the drawing, so keyboards and
// screen readers get what they know.
import { useRef } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { say } from "../language";
import { toggleOption } from "../questionnaire";
import type { Item } from "../wire";

interface SingleProps {
  item: Item;
  value: string | null;
  labelledBy: string;
  onChange: (value: string) => void;
  /** Chosen with a finger or mouse: the answer stands. Arrow keys also change a radio, but only pass by. */
  onPick: () => void;
}

export function Single({ item, value, labelledBy, onChange, onPick }: SingleProps) {
  const options = item.options ?? [];
  const pointed = useRef(false);
  return (
    <div class={`choices ${options.length > 6 ? "two" : ""}`} role="radiogroup" aria-labelledby={labelledBy}>
      {options.map((option) => (
        <label key={option.id} class="choice" onPointerDown={() => (pointed.current = true)}>
          <input
            type="radio"
            name={item.id}
            value={option.id}
            checked={value === option.id}
            onChange={() => onChange(option.id)}
            onKeyDown={() => (pointed.current = false)}
            // A click comes before its change, and the change would call off what the click began.
            onClick={() => pointed.current && setTimeout(onPick)}
          />
          <span>{say(option.label)}</span>
        </label>
      ))}
    </div>
  );
}

interface MultipleProps {
  item: Item;
  value: readonly string[];
  labelledBy: string;
  onChange: (value: string[]) => void;
}

export function Multiple({ item, value, labelledBy, onChange }: MultipleProps) {
  const options = item.options ?? [];
  return (
    <div class={`choices ${options.length > 5 ? "two" : ""}`} role="group" aria-labelledby={labelledBy}>
      {options.map((option) => (
        <label key={option.id} class={`choice many ${option.exclusive ? "alone" : ""}`}>
          <input type="checkbox" checked={value.includes(option.id)} onChange={() => onChange(toggleOption(item, value, option.id))} />
          <span>{say(option.label)}</span>
          <Icon name="check" size={20} />
        </label>
      ))}
    </div>
  );
}
