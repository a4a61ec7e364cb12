// A time or a day out of a list: always with 24 hours and in the app's own language, whatever the phone is set to.
import "../styles/rows.css";
import { formatDate } from "../language";

interface PickerProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

const QUARTERS = Array.from({ length: 96 }, (_, index) => `${two(Math.floor(index / 4))}:${two((index % 4) * 15)}`);

/** A time of day, "HH:MM"; a value between the quarters of an hour stays in the list. */
export function TimePicker({ label, value, onChange }: PickerProps) {
  const times = QUARTERS.includes(value) ? QUARTERS : [...QUARTERS, value].sort();
  return <Picker label={label} value={value} onChange={onChange} options={times.map((time) => [time, time])} />;
}

/** A calendar day out of `days`, "YYYY-MM-DD". */
export function DayPicker({ label, value, onChange, days }: PickerProps & { days: readonly string[] }) {
  const said = (day: string) => formatDate(day, { weekday: "short", day: "numeric", month: "short" });
  return <Picker label={label} value={value} onChange={onChange} options={days.map((day) => [day, said(day)])} />;
}

function Picker({ label, value, onChange, options }: PickerProps & { options: readonly (readonly [string, string])[] }) {
  return (
    <label class="picker">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([key, said]) => <option key={key} value={key}>{said}</option>)}
      </select>
    </label>
  );
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
