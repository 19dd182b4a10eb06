/** A frame's number when it was first seen. */
export interface Sighting {
  readonly atMs: number;
  readonly number: number;
}

/** The drawing program's clock may slip under load: its phase is taken from what was seen about then. */
const windowMs = 1_000;

/**
 * How many frames the display was behind, just before each sighting. Frame n is due when the quickest frames about
 * then were seen, so what is constant (drawing, the way through all) does not count, and 1 is a frame that came
 * before the next one was due.
 */
export function lagsOf(sightings: readonly Sighting[], periodMs: number): number[] {
  const phases = sightings.map(({ atMs, number }) => atMs - number * periodMs);
  const lags: number[] = [];
  let from = 0;
  let to = 0;
  for (const [index, { atMs }] of sightings.entries()) {
    const before = sightings[index - 1];
    if (!before) continue;
    while ((sightings[from]?.atMs ?? atMs) < atMs - windowMs) from++;
    while ((sightings[to]?.atMs ?? Number.POSITIVE_INFINITY) < atMs + windowMs) to++;
    const phase = Math.min(...phases.slice(from, to));
    // A hundredth of a frame is forgiven: the looks themselves are that far apart.
    const due = Math.floor((atMs - phase) / periodMs + 0.01);
    lags.push(Math.max(0, due - before.number));
  }
  return lags;
}
