// The only place that talks to the network. Every call ends in an Answer: what the server said, or that it was not
// reached. Nothing here throws for a refused or failed request, so callers must look.
import type { Problem } from "./wire";

export type Answer<T> =
  | { readonly ok: true; readonly status: number; readonly body: T; readonly serverNow?: string | null }
  | { readonly ok: false; readonly reached: true; readonly status: number; readonly problem: Problem; readonly retryAfterS: number | null }
  | { readonly ok: false; readonly reached: false };

const BASE = "/api/v1";
const PATIENCE_MS = 20_000;

/** Sends one request to `/api/v1` + path; `body` becomes JSON. */
export async function request<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method,
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE_MS),
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    return { ok: false, reached: false };
  }
  const data = await readJson(response);
  if (response.ok && data !== undefined) return { ok: true, status: response.status, body: data as T, serverNow: response.headers.get("X-Kiem-Now") };
  // A hotel's or school's sign-in page answers 200 with HTML: that is not our server.
  if (response.ok) return { ok: false, reached: false };
  const problem = (data ?? {}) as Partial<Problem>;
  const retryAfter = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return {
    ok: false,
    reached: true,
    status: response.status,
    problem: { ...problem, status: response.status, code: problem.code ?? "unknown" },
    retryAfterS: Number.isFinite(retryAfter) ? retryAfter : null,
  };
}

async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  try {
    return (await response.json()) as unknown;
  } catch {
    return undefined;
  }
}
