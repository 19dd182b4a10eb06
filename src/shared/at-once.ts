/**
 * Does `work` for each of `items`, `atOnce` at a time. The first that fails ends the others by their signal, and no more
 * are begun. All that were begun have ended when this settles; rejects with what failed first, or `signal.reason`.
 */
export async function eachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const left = items.values();
  const worker = async () => {
    for (const item of left) {
      if (either.aborted) return;
      await work(item, either).catch((error: unknown) => failed.abort(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  either.throwIfAborted();
}
