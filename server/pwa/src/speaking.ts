// Which language somebody may choose, and telling the server which one she chose.
import { request } from "./api";
import { language, setLanguage, setMe } from "./state";
import type { Key } from "./strings/nl";
import type { Language, Me } from "./wire";

const ALL: readonly Language[] = ["nl", "en"];

/** The study's own, in the order of the app; all of them before a study is known. */
export function offeredLanguages(study: Pick<Me["study"], "languages"> | null | undefined): readonly Language[] {
  const offered = study?.languages;
  return offered ? ALL.filter((code) => offered.includes(code)) : ALL;
}

/** Speaks `next` from now on, here and in what the server sends. Null when that may be, else what to say. */
export async function changeLanguage(next: Language): Promise<Key | null> {
  const before = language.value;
  if (!(await setLanguage(next))) return null;
  const answer = await request<Me>("PATCH", "/me", { language: next });
  if (answer.ok) await setMe(answer.body);
  if (answer.ok || !answer.reached || answer.problem.code !== "language-not-offered") return null;
  // The study stopped offering it since this phone last heard.
  await setLanguage(before);
  const profile = await request<Me>("GET", "/me");
  if (profile.ok) await setMe(profile.body);
  return "settings.language.not";
}
