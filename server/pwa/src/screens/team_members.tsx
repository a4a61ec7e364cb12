// Who is in the team: animals and nicknames, nothing else. A tap on somebody is the way to say that something is wrong.
import { useEffect, useRef, useState } from "preact/hooks";
import { now } from "../clock";
import { Avatar } from "../drawings/avatars";
import { StickerDrawing } from "../drawings/stickers";
import { say, t } from "../language";
import type { Key } from "../strings/nl";
import type { Member, Team } from "../team";
import { lastStickers, reportMember } from "../team_acts";
import { saySticker } from "./team_words";

export function Members({ body }: { body: Team }) {
  const [open, setOpen] = useState<string | null>(null);
  const last = lastStickers(body.stickers, now());
  const chosen = body.members.find((member) => member.id === open && !member.me);
  return (
    <section class="members-part" aria-label={t("team.members")}>
      <ul class={`members ${body.members.length === 4 ? "pairs" : ""}`}>
        {body.members.map((member) => {
          const sticker = last.get(member.id);
          const face = (
            <>
              <span class="face">
                <Avatar name={member.avatar} size={62} />
                {sticker && <span class="bubble"><StickerDrawing name={sticker} size={34} /></span>}
              </span>
              <span class="member-name">{say(member.nickname)}</span>
              {sticker && <span class="hidden">{`: ${saySticker(sticker)}`}</span>}
            </>
          );
          return (
            <li key={member.id}>
              {member.me
                ? <a class="member mine" href="/settings">{face}<span class="me-mark">{t("team.me")}</span></a>
                : <button class="member" aria-expanded={open === member.id} onClick={() => setOpen(open === member.id ? null : member.id)}>{face}</button>}
            </li>
          );
        })}
      </ul>
      {body.members.length === 1 && <p class="fine">{t("team.alone")}</p>}
      {chosen && <Report key={chosen.id} member={chosen} onClose={() => setOpen(null)} />}
    </section>
  );
}

function Report({ member, onClose }: { member: Member; onClose: () => void }) {
  const [done, setDone] = useState(false);
  const [problem, setProblem] = useState<Key | null>(null);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.scrollIntoView({ block: "nearest" }), []);
  const name = say(member.nickname);
  const report = async () => {
    const said = await reportMember(member.id);
    setProblem(said);
    setDone(said === null);
  };
  return (
    <section class="card" ref={panel}>
      <h2>{name}</h2>
      <p role="status">{t(problem ?? (done ? "team.report.done" : "team.report.body"), { name })}</p>
      <div class="pair">
        {!done && <button class="button soft" onClick={() => void report()}>{t("team.report")}</button>}
        <button class="button soft" onClick={onClose}>{t(done ? "team.stickers.close" : "team.close")}</button>
      </div>
    </section>
  );
}
