// The time in this app. Phones can be minutes or hours wrong; the plan is the server's, so once the server has been
// heard the app follows its clock. Small differences are left alone: they are mostly the network.
const TOLERANCE_MS = 20_000;

let offsetMs = 0;

export function now(): Date {
  return new Date(Date.now() + offsetMs);
}

export function setOffset(ms: number): void {
  offsetMs = ms;
}

/** Learns from a server time heard between two local times; returns the offset in ms to keep for the next start. */
export function learnOffset(serverNow: string, sentAt: number, receivedAt: number): number {
  const difference = Date.parse(serverNow) - (sentAt + receivedAt) / 2;
  offsetMs = Number.isFinite(difference) && Math.abs(difference) > TOLERANCE_MS ? Math.round(difference) : 0;
  return offsetMs;
}
