import { createHash } from 'node:crypto';

/**
 * What XPane leaves in the environment of a browser that it starts: when, for which link, and how often in a row. A
 * "browser" that only passes the link on comes back with it; a real one keeps it for as long as it runs, so it counts
 * for a moment only.
 */

export const guardVariable = 'XPANE_LINK_GUARD';

const momentMs = 30_000;
const mostHops = 3;

/** Whether the link came straight back from a browser that XPane started for it. Pure. */
export function isLoop(env: NodeJS.ProcessEnv, url: string, nowMs: number): boolean {
  const guard = guardIn(env, nowMs);
  return guard !== undefined && (guard.mark === markOf(url) || guard.hops >= mostHops);
}

/** The value for the browser of this link. Pure. */
export function guardFor(env: NodeJS.ProcessEnv, url: string, nowMs: number): string {
  return `${nowMs}:${markOf(url)}:${(guardIn(env, nowMs)?.hops ?? 0) + 1}`;
}

function guardIn(env: NodeJS.ProcessEnv, nowMs: number) {
  const parts = /^(\d{1,15}):([0-9a-f]{16}):(\d{1,3})$/.exec(env[guardVariable] ?? '');
  if (!parts) return undefined;
  const ageMs = nowMs - Number(parts[1]);
  return ageMs >= 0 && ageMs < momentMs ? { mark: parts[2], hops: Number(parts[3]) } : undefined;
}

function markOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}
