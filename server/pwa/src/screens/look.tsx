// Who to be in the team: an animal, and a name of two words that are all kind.
import "../styles/game.css";
import "../styles/rows.css";
import { useEffect, useState } from "preact/hooks";
import { Avatar } from "../drawings/avatars";
import { Icon } from "../drawings/icons";
import { say, t } from "../language";
import type { Key } from "../strings/nl";
import { refreshTeam, team } from "../team";
import { chooseAvatar, chooseName, drawName, fetchGameWords, type GameWords, type Name, sayName, splitName } from "../team_acts";
import { sayAvatar } from "./team_words";

export function Look({ onSaved }: { onSaved: () => void }) {
  const [words, setWords] = useState<GameWords | null>(null);
  const [name, setName] = useState<Name | null>(null);
  const [avatar, setAvatar] = useState<string | null>(null);
  const [problem, setProblem] = useState<Key | null>(null);
  const [busy, setBusy] = useState(false);
  const prepare = async () => {
    const [lists] = await Promise.all([fetchGameWords(), refreshTeam()]);
    if (!lists) return setProblem("look.unreachable");
    const mine = team.value?.members.find((member) => member.me);
    setWords(lists);
    setAvatar(mine?.avatar ?? lists.avatars[0] ?? null);
    setName((mine && splitName(lists, mine.nickname)) ?? drawName(lists, null, Math.random));
  };
  useEffect(() => void prepare(), []);
  const save = async () => {
    if (!name || !avatar) return;
    setBusy(true);
    const said = (await chooseName(name)) ?? (await chooseAvatar(avatar));
    if (!said) return onSaved();
    setBusy(false);
    setProblem(said);
  };
  if (!words || !name) return <p class="said" role="status">{problem && t(problem)}</p>;
  const change = (next: Name) => {
    setProblem(null);
    setName(next);
  };
  return (
    <div class="look">
      <p class="look-now"><Avatar name={avatar ?? ""} size={116} /><strong aria-live="polite">{say(sayName(words, name))}</strong></p>
      <button class="button soft" type="button" onClick={() => change(drawName(words, name, Math.random))}><Icon name="swap" size={20} />{t("look.draw")}</button>
      <div class="name-halves">
        <Half label={t("look.first")} list={words.adjectives} value={name.adjective} onChange={(adjective) => change({ ...name, adjective })} />
        <Half label={t("look.second")} list={words.animals} value={name.animal} onChange={(animal) => change({ ...name, animal })} />
      </div>
      <fieldset class="avatars">
        <legend>{t("look.avatar")}</legend>
        {words.avatars.map((key) => (
          <label key={key} class="avatar-choice">
            <input type="radio" name="avatar" value={key} checked={avatar === key} onChange={() => setAvatar(key)} />
            <Avatar name={key} size={64} />
            <span class="hidden">{sayAvatar(key)}</span>
          </label>
        ))}
      </fieldset>
      <p class="said" role="status">{problem && t(problem)}</p>
      <button class="button big" disabled={busy} onClick={() => void save()}>{t("look.save")}<Icon name="check" /></button>
    </div>
  );
}

interface HalfProps {
  label: string;
  list: GameWords["animals"];
  value: string;
  onChange: (key: string) => void;
}

function Half({ label, list, value, onChange }: HalfProps) {
  const sorted = [...list].sort((a, b) => say(a.text).localeCompare(say(b.text)));
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {sorted.map((word) => <option key={word.key} value={word.key}>{say(word.text)}</option>)}
      </select>
    </label>
  );
}

/** In the settings: as it is now, and a way to change it. */
export function LookCard() {
  const [open, setOpen] = useState(false);
  const [saved, setSaved] = useState(false);
  const mine = team.value?.members.find((member) => member.me);
  if (!mine) return null;
  return (
    <section class="card">
      {open ? <Look onSaved={() => {
        setOpen(false);
        setSaved(true);
      }} /> : (
        <>
          <p class="look-line"><Avatar name={mine.avatar} size={64} label={sayAvatar(mine.avatar)} /><strong>{say(mine.nickname)}</strong></p>
          <p class="said" role="status">{saved && t("look.saved")}</p>
          <button class="button soft" onClick={() => setOpen(true)}>{t("look.change")}</button>
        </>
      )}
    </section>
  );
}
