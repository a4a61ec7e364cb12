// A browser that keeps nothing: said plainly, with what can be done, instead of an empty page. Help works all the same.
import { Icon } from "../drawings/icons";
import { Plant } from "../drawings/plant";
import { t } from "../language";

export function NoStorage() {
  return (
    <main class="page center closed">
      <a class="round aside" href="/help" aria-label={t("nav.help")}><Icon name="help" /></a>
      <svg class="still" viewBox="0 0 200 200" aria-hidden="true"><circle class="sun-disc" cx="100" cy="96" r="70" /><Plant x={100} y={170} leaves={0} scale={1.6} /></svg>
      <h1 tabIndex={-1}>{t("storage.title")}</h1>
      <p>{t("storage.body")}</p>
      <button class="button big" onClick={() => location.reload()}>{t("ask.retry")}</button>
    </main>
  );
}
