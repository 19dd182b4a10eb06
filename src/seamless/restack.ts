/** One window to put beside another of the same guest. */
export interface Restack {
  readonly windowId: number;
  readonly where: 'above' | 'below';
  readonly otherId: number;
}

/**
 * Moves that bring the windows from one order to the other, to be done one after the other; both orders are topmost
 * first. Windows that are not in both are left out: a window that comes up is placed by the window manager, and what
 * the user put below or above by the host's means stays there unless the guest moves it.
 *
 * Not all window managers put a window right above another: openbox raises it above all, and takes "below" for the
 * very bottom (seen). So only the last window is put below, and all above the lowest one that moved are raised in
 * their order, which comes to the same everywhere.
 */
export function restacks(before: readonly number[], after: readonly number[]): Restack[] {
  const place = new Map(before.map((id, index) => [id, index]));
  const order = after.filter((id) => place.has(id));
  const kept = longestRising(order.map((id) => place.get(id) ?? 0));
  const moved = order.map((_, index) => index).filter((index) => !kept.has(index));
  const moves: Restack[] = [];
  const last = order.length - 1;
  const [lowest, higher] = [order[last], order[last - 1]];
  if (moved.at(-1) === last && lowest !== undefined && higher !== undefined) {
    moves.push({ windowId: lowest, where: 'below', otherId: higher });
    moved.pop();
  }
  for (let index = moved.at(-1) ?? -1; index >= 0; index--) {
    const [windowId, otherId] = [order[index], order[index + 1]];
    if (windowId !== undefined && otherId !== undefined) moves.push({ windowId, where: 'above', otherId });
  }
  return moves;
}

/** Indices of a longest rising subsequence of different numbers. */
function longestRising(numbers: readonly number[]): ReadonlySet<number> {
  /** Of each length, the index at which the subsequence with the lowest end ends. */
  const ends: number[] = [];
  const previous: (number | undefined)[] = [];
  numbers.forEach((value, index) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? ends[low - 1] : undefined;
    ends[low] = index;
  });
  const found = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = previous[at]) found.add(at);
  return found;
}
