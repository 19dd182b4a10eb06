import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { within } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';

const infoSchema = z.object({ 'child-pid': z.int().min(2) });

const maxInfoBytes = 4096;

/**
 * Reads what bubblewrap writes to `--info-fd` (bwrap(1)) once the sandbox exists: the host's id of the process
 * that is number 1 inside. Throws `vm.start-failed` when it ends without a word.
 */
export async function firstProcess(channel: Duplex, timeoutMs: number, signal: AbortSignal): Promise<number> {
  const read = (async () => {
    let text = '';
    for await (const chunk of channel) {
      text += String(chunk);
      if (text.includes('}') || text.length > maxInfoBytes) break;
    }
    const parsed = infoSchema.safeParse(text.includes('}') ? JSON.parse(text) : undefined);
    if (!parsed.success) throw notStarted(parsed.error);
    return parsed.data['child-pid'];
  })();
  return within(timeoutMs, read, () => notStarted(), signal);
}

function notStarted(cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.start-failed',
    'The sandbox of the guest was not made.',
    'Try again. If it happens again, run "xpane status" and report what it says.',
    cause,
  );
}
