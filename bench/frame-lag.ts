/** A frame's number when it was first seen, and when the program began to draw it, by a clock of its own. */
export interface Sighting {
  readonly atMs: number;
  readonly number: number;
  readonly drawnMs: number;
}

/** The looks themselves are so far apart. */
const forgivenMs = 0.2;

/**
 * How many frames the display was behind, just before each sighting. A frame is due when the program drew it, plus
 * what the quickest frame needed on its way: what is constant does not count, nor does a program that draws late, and
 * 1 is a frame that came before the next one was due.
 */
export function lagsOf(sightings: readonly Sighting[]): number[] {
  const quickestMs = Math.min(...sightings.map(({ atMs, drawnMs }) => atMs - drawnMs));
  const frames = drawings(sightings);
  const lags: number[] = [];
  let drawn = 0;
  for (const [index, { atMs }] of sightings.entries()) {
    const before = sightings[index - 1];
    if (!before) continue;
    const dueMs = atMs - quickestMs - forgivenMs;
    while ((frames[drawn]?.drawnMs ?? Number.POSITIVE_INFINITY) <= dueMs) drawn++;
    lags.push(Math.max(1, (frames[drawn - 1]?.number ?? before.number) - before.number));
  }
  return lags;
}

/** Every frame from the first to the last one seen, in order. Those never seen were drawn evenly between the others. */
function drawings(sightings: readonly Sighting[]): Pick<Sighting, 'number' | 'drawnMs'>[] {
  const all: Pick<Sighting, 'number' | 'drawnMs'>[] = [];
  for (const { number, drawnMs } of [...sightings].sort((a, b) => a.number - b.number)) {
    const last = all.at(-1) ?? { number: number - 1, drawnMs };
    const stepMs = (drawnMs - last.drawnMs) / Math.max(1, number - last.number);
    for (let next = last.number + 1; next <= number; next++) {
      all.push({ number: next, drawnMs: drawnMs - (number - next) * stepMs });
    }
  }
  return all;
}
