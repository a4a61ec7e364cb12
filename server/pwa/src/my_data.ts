// Showing with the recovery code that it is she who asks for everything that is kept about her.
import { request } from "./api";
import type { Key } from "./strings/nl";

/** Null: the file can be had for ten minutes. Else what to say. */
export async function confirmCode(typed: string): Promise<Key | null> {
  const answer = await request<{ until: string; sealed?: boolean }>("POST", "/me/confirm", { recovery_code: typed.trim() });
  // The server would refuse the file: said here, where the words are, and not by a download that fails.
  if (answer.ok) return answer.body.sealed ? "data.sealed" : null;
  if (!answer.reached) return "consent.unreachable";
  if (answer.problem.code === "data-sealed") return "data.sealed";
  return answer.status === 429 ? "data.busy" : "data.wrong";
}
