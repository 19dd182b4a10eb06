import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const schema = z.object({ durationMs: z.number().min(1).max(3_600_000) });

const everyMs = 500;
/** A start that takes longer than the last one has not come to its end yet. */
const mostFraction = 0.95;

/**
 * How far a guest's start is, measured by how long its last one took, which `file` keeps. The first start of all
 * has no measure and shows none.
 */
export class StartProgress {
  readonly #file: string;
  readonly #begunMs = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;

  /** Begins to count, and calls back with 0 to 1 until `finish` or `stop`. */
  constructor(file: string, show: (fraction: number) => void) {
    this.#file = file;
    const expectedMs = lastDurationMs(file);
    if (expectedMs === undefined) return;
    this.#timer = setInterval(
      () => show(Math.min(mostFraction, (performance.now() - this.#begunMs) / expectedMs)),
      everyMs,
    );
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The guest is ready: the next start is measured by this one. Throws the system's error. */
  finish(): void {
    this.stop();
    const durationMs = Math.max(1, Math.round(performance.now() - this.#begunMs));
    // Half written it is as good as none.
    writeFileSync(this.#file, JSON.stringify({ durationMs }), { mode: 0o600 });
  }
}

function lastDurationMs(file: string): number | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8'))).durationMs;
  } catch {
    return undefined; // none yet, or spoilt: the next start makes it anew
  }
}
