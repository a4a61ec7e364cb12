// Under a challenge that was done: a note and a photo for oneself, and the way to everything done so far.
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { count, say, t } from "../language";
import { keepMemory, loadMemories, memories, type Memory } from "../memories";
import { shrinkPhoto } from "../photo";
import { Photo } from "./photo";

const MOST_CHARACTERS = 280;

export function Memories({ beep }: { beep: string | null }) {
  useEffect(() => void loadMemories(), [beep]);
  const mine = memories.value.find((memory) => memory.beep === beep);
  const n = memories.value.length;
  return (
    <>
      {mine && <MemoryCard key={mine.beep} memory={mine} />}
      {n > 0 && <a class="button soft" href="/challenge/gallery">{count(n, "memory.gallery.one", "memory.gallery.many")}<Icon name="next" size={20} /></a>}
    </>
  );
}

function MemoryCard({ memory }: { memory: Memory }) {
  const [note, setNote] = useState(memory.note);
  const [photo, setPhoto] = useState(memory.photo);
  const [said, setSaid] = useState<"none" | "saved" | "failed">("none");
  const choose = async (files: FileList | null) => {
    const file = files?.[0];
    if (!file) return;
    const small = await shrinkPhoto(file);
    setSaid(small ? "none" : "failed");
    if (small) setPhoto(small);
  };
  const changed = note.trim() !== memory.note || photo !== memory.photo;
  const save = async () => {
    await keepMemory(memory, { note: note.trim(), photo });
    setSaid("saved");
  };
  return (
    <section class="card memory">
      <h2>{t("memory.title")}</h2>
      <p class="private"><Icon name="lock" size={20} /> {t("memory.private")}</p>
      {photo && <Photo blob={photo} label={t("memory.photo.of", { title: say(memory.title) })} />}
      <label class="field">
        {t("memory.note")}
        <textarea rows={2} maxLength={MOST_CHARACTERS} placeholder={t("memory.note.hint")} value={note} onInput={(event) => {
          setNote(event.currentTarget.value);
          setSaid("none");
        }} />
      </label>
      <div class="pair">
        <label class="button soft file">
          <input type="file" accept="image/*" onChange={(event) => void choose(event.currentTarget.files)} />
          {t(photo ? "memory.photo.other" : "memory.photo")}
        </label>
        {photo && <button class="button soft" onClick={() => {
          setPhoto(null);
          setSaid("none");
        }}>{t("memory.photo.remove")}</button>}
      </div>
      <p class="said" role="status">{said !== "none" && t(said === "saved" ? "memory.saved" : "memory.photo.failed")}</p>
      {changed && <button class="button big" onClick={() => void save()}>{t("memory.save")}<Icon name="check" /></button>}
    </section>
  );
}
