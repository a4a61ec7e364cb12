// Words to send to somebody: by the phone's own way of sharing, else to paste.
import { useState } from "preact/hooks";
import { Icon } from "../drawings/icons";
import { t } from "../language";

export function ShareWords({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  const canShare = "share" in navigator;
  const copy = () => void navigator.clipboard?.writeText(text).then(() => setCopied(true)).catch(() => undefined);
  return (
    <div class="pair">
      <button class="button soft" onClick={copy}><Icon name={copied ? "check" : "copy"} size={20} /><span aria-live="polite">{t(copied ? "help.text.copied" : "help.text.copy")}</span></button>
      {canShare && <button class="button soft" onClick={() => void navigator.share({ text }).catch(() => undefined)}><Icon name="share" size={20} />{t("help.text.send")}</button>}
    </div>
  );
}
