// The right way of answering for each type of item.
import type { AnswerValue, Item } from "../wire";
import { Multiple, Single } from "./choice";
import { Slider } from "./slider";
import { Time } from "./time";
import { NumberField, TextField } from "./written";

interface AnswerProps {
  item: Item;
  value: AnswerValue | null;
  onChange: (value: AnswerValue | null) => void;
  /** The answer was given by a gesture that means "this one": the screen may go on by itself. */
  onSettled: () => void;
}

export function Answer({ item, value, onChange, onSettled }: AnswerProps) {
  const labelledBy = `q-${item.id}`;
  const common = { item, labelledBy, onChange };
  switch (item.type) {
    case "slider": return <Slider {...common} value={asNumber(value)} onRelease={onSettled} />;
    case "single": return <Single {...common} value={asText(value)} onPick={onSettled} />;
    case "multiple": return <Multiple {...common} value={Array.isArray(value) ? value : []} />;
    case "time": return <Time value={asText(value)} labelledBy={labelledBy} onChange={onChange} />;
    case "number": return <NumberField {...common} value={asNumber(value)} />;
    case "text": return <TextField {...common} value={asText(value) ?? ""} />;
    case "info": return null;
  }
}

function asNumber(value: AnswerValue | null): number | null {
  return typeof value === "number" ? value : null;
}

function asText(value: AnswerValue | null): string | null {
  return typeof value === "string" ? value : null;
}
