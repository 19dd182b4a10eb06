import { randomBytes } from 'node:crypto';
import type { Work } from './api/state.ts';
import type { ServiceClient } from './client.ts';
import type { Output } from './output.ts';

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Shows how far a piece of work is that `ask` begins under the number it is given. Ctrl+C cancels it in the service,
 * which would go on otherwise; a second one ends this command. The client's one watch is used up by this.
 */
export async function withWork<T>(
  client: ServiceClient,
  output: Output,
  ask: (work: string) => Promise<T>,
): Promise<T> {
  const id = randomBytes(8).toString('hex');
  const watching = client.watch((state) => {
    const mine = state.work?.find((work) => work.id === id);
    if (mine) output.progress(workText(mine));
  });
  // It only decorates: what fails is told by the work itself, which uses the same connection.
  watching.catch(() => {});
  const cancel = () => {
    client.call('cancelWork', { work: id }).catch(() => {});
  };
  for (const signal of endings) process.once(signal, cancel);
  try {
    return await ask(id);
  } finally {
    for (const signal of endings) process.off(signal, cancel);
    output.endProgress();
  }
}

/** Pure. */
export function workText({ text, fraction }: Work): string {
  return fraction === undefined ? `${text}…` : `${text} (${Math.floor(fraction * 100)} %)`;
}
