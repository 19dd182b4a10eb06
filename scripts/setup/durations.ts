import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../../src/shared/atomic-file.ts';

const durationsSchema = z.record(z.string(), z.number().nonnegative().max(86_400_000));

/** How long each job took the last time on this machine, in milliseconds, by its name. */
export type Durations = Readonly<Record<string, number>>;

/** On a machine like the ones XPane was measured on; only the first set-up uses them. */
const firstGuess: Durations = { agent: 60_000, guest: 45_000 };

/** A file that is missing or broken only costs the estimate. */
export async function readDurations(cache: string): Promise<Durations> {
  try {
    const text = await readFile(fileIn(cache), 'utf8');
    return { ...firstGuess, ...durationsSchema.parse(JSON.parse(text)) };
  } catch {
    return firstGuess;
  }
}

export async function rememberDuration(cache: string, job: string, durationMs: number): Promise<void> {
  const durations = { ...(await readDurations(cache)), [job]: Math.round(durationMs) };
  await writeFileAtomically(fileIn(cache), `${JSON.stringify(durations)}\n`);
}

function fileIn(cache: string): string {
  return join(cache, 'set-up-durations.json');
}
