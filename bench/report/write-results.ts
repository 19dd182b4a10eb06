import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figure } from '../figure.ts';
import { machineWords } from './machine.ts';
import { plot, type Series } from './plot.ts';
import { table } from './table.ts';

export interface Results {
  readonly figures: readonly Figure[];
  readonly series: readonly Series[];
  /** Turns that did not count. */
  readonly notes: readonly string[];
}

/** Writes results.json, results.svg and results.md into `output`; resolves to the last one's text. */
export async function writeResults(output: string, results: Results): Promise<string> {
  const { figures, series, notes } = results;
  await writeFile(join(output, 'results.json'), `${JSON.stringify(figures, null, 2)}\n`);
  await writeFile(join(output, 'results.svg'), plot(series));
  const text = [
    '# Results',
    '',
    `${new Date().toISOString().slice(0, 10)}, \`npm run bench\`.`,
    ...(await machineWords()).split('\n'),
    '',
    barsLine(figures),
    '',
    table(figures),
    '',
    ...(notes.length > 0 ? ['Turns that did not count:', '', ...notes.map((note) => `- ${note}`), ''] : []),
    explanation,
    '',
  ].join('\n');
  await writeFile(join(output, 'results.md'), text);
  return text;
}

function barsLine(figures: readonly Figure[]): string {
  const judged = figures.filter(({ met }) => met !== undefined);
  const missed = judged.filter(({ met }) => !met).map(({ name }) => name);
  const count = `${judged.length - missed.length} of ${judged.length} bars are met.`;
  return missed.length === 0 ? count : `${count} Not met: ${missed.join(', ')}.`;
}

const explanation = `How to read it: value and what it is held against are the same percentile of the same run; peers took turns in every round. A turn counts only if the pixels at rest are exactly those that the program paints. \`spread\` is the smallest and the largest sample, for frames the smallest and largest turn. Pixels are looked at every 0.15 ms in the X server's own memory; a picture counts as torn only if the server itself has it between two requests. \`noise_cpu\` is agent and service, of xpra both its ends; \`.everything\` adds guest, program and display. \`noise_line\` is what the service reads (for xpra what the kernel counts on the connection; with mmap the pixels go elsewhere). A frame of drag lag is 16.7 ms; 1 means that each frame was there before the next one was due, which it is as long after the program drew it as the quickest frame took. \`machine.*\` is the machine's own jitter, sampled before each round: how much later than asked a sleep of 1 ms ends, and how much of a busy loop's time something else took. \`of_NAME\` are the peers' own figures.`;
