// Talking in stickers: sixteen to send, and the last ones that came.
import { useRef, useState } from "preact/hooks";
import { Avatar } from "../drawings/avatars";
import { Icon } from "../drawings/icons";
import { StickerDrawing } from "../drawings/stickers";
import { formatMoment, say, t } from "../language";
import type { Team } from "../team";
import { fetchGameWords, sendSticker } from "../team_acts";
import { saySticker } from "./team_words";

export function Stickers({ body }: { body: Team }) {
  const [choice, setChoice] = useState<readonly string[] | null>(null);
  const [said, setSaid] = useState("");
  const busy = useRef(false);
  const open = async () => {
    setSaid("");
    const words = await fetchGameWords();
    if (words) setChoice(words.stickers);
    else setSaid(t("team.unreachable"));
  };
  const send = async (sticker: string) => {
    if (busy.current) return;
    busy.current = true;
    const problem = await sendSticker(sticker);
    busy.current = false;
    setSaid(problem ? t(problem) : t("team.stickers.sent", { sticker: saySticker(sticker) }));
    setChoice(null);
  };
  return (
    <section class="card stickers">
      <h2>{t("team.stickers")}</h2>
      <p>{t("team.stickers.hint")}</p>
      <p class="said" role="status">{said}</p>
      {choice ? (
        <>
          <ul class="sticker-choice">
            {choice.map((sticker) => (
              <li key={sticker}>
                <button class="sticker" onClick={() => void send(sticker)}><StickerDrawing name={sticker} size={58} /><span>{saySticker(sticker)}</span></button>
              </li>
            ))}
          </ul>
          <button class="button soft" onClick={() => setChoice(null)}>{t("team.stickers.close")}</button>
        </>
      ) : <button class="button big" onClick={() => void open()}>{t("team.stickers.send")}<Icon name="chat" /></button>}
      {body.stickers.length === 0 ? <p>{t("team.stickers.none")}</p> : (
        <>
          <h3>{t("team.stickers.wall")}</h3>
          <ul class="wall-of-stickers" tabIndex={0} aria-label={t("team.stickers.wall")}>
            {body.stickers.map((sent) => (
              <li key={sent.id}>
                <StickerDrawing name={sent.sticker} size={66} />
                <span class="from"><Avatar name={sent.avatar} size={28} /></span>
                <span class="hidden">{t("team.said", { name: say(sent.nickname), sticker: saySticker(sent.sticker) })}</span>
                <time dateTime={sent.at}>{formatMoment(sent.at)}</time>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
