/** How a guest comes to an end or a rest; `hurry`: the service ends. */
export type GuestEnd = 'stop' | 'force' | 'suspend' | 'hurry';

/**
 * How long that may be held up by what is to be brought before: files, shares, loans and pages, all at the same time. A
 * client waits two minutes for a stop: applications may be asked for 10 s before, the machine may take 20 s to end.
 */
export const patienceMs: Readonly<Record<GuestEnd, number>> = {
  stop: 45_000,
  suspend: 45_000,
  force: 5000,
  hurry: 3000,
};
const lookMs = 50;

/** Does work whose signal is aborted when patience is over; `end` may become another one meanwhile. */
export async function withPatience<T>(
  end: () => GuestEnd,
  work: (late: AbortSignal) => Promise<T>,
  reason?: () => Error,
): Promise<T> {
  const begunMs = performance.now();
  const late = new AbortController();
  const watch = setInterval(() => {
    if (performance.now() - begunMs > patienceMs[end()]) late.abort(reason?.());
  }, lookMs);
  try {
    return await work(late.signal);
  } finally {
    clearInterval(watch);
  }
}
