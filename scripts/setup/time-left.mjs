/**
 * How long a job still takes. At the beginning that is what it took the last time; the further it is, the more
 * its own pace counts.
 * @param {{ expectedMs: number, elapsedMs: number, fraction: number }} job `fraction` is 0 to 1
 * @returns {number} milliseconds, never negative
 */
export function timeLeftMs({ expectedMs, elapsedMs, fraction }) {
  const done = Math.min(1, Math.max(0, fraction));
  const asBefore = Math.max(0, expectedMs * (1 - done));
  if (done === 0) return Math.max(0, expectedMs - elapsedMs);
  const atThisPace = (elapsedMs / done) * (1 - done);
  return asBefore * (1 - done) + atThisPace * done;
}

/**
 * A time as people say it: "less than 5 s", "about 40 s", "about 3 min".
 * @param {number} ms
 * @returns {string}
 */
export function spokenTime(ms) {
  const seconds = ms / 1000;
  if (seconds < 5) return 'less than 5 s';
  if (seconds < 90) return `about ${Math.ceil(seconds / 5) * 5} s`;
  return `about ${Math.ceil(seconds / 60)} min`;
}
