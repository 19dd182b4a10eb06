import { pause, within } from '../shared/deadline.ts';
import type { GuestEndpoint } from '../shared/endpoint.ts';
import { XPaneError } from '../shared/errors.ts';
import { timedOut } from './connection/end-reasons.ts';
import { FrameMemory } from './connection/frame-memory.ts';
import { GuestConnection } from './connection/guest-connection.ts';
import { secretKey } from './protocol/proof.ts';
import { type BridgeTiming, standardTiming } from './timing.ts';

export interface HandOver {
  readonly endpoint: GuestEndpoint;
  /** The secret that the agent knows, and the one that it is to know; as in a secret file. */
  readonly from: string;
  readonly to: string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Hands the agent of a guest that is a copy of another the secret of its own workspace. Resolves when it has it and
 * the connection is closed. Rejects with XPaneError `bridge.*`, or `signal.reason`; whether it has it is not known then.
 */
export async function handOverSecret(options: HandOver): Promise<void> {
  const { timeoutMs, signal } = options;
  const giveUp = new AbortController();
  const work = untilTold(options, giveUp.signal);
  try {
    await within(timeoutMs, work, () => timedOut('it did not take its own secret'), signal);
  } finally {
    giveUp.abort();
    await work.catch(() => undefined);
  }
}

/** A guest that has just gone on may miss the first call. */
async function untilTold(options: HandOver, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await tell(options, standardTiming, signal);
    } catch (error) {
      const unheard = error instanceof XPaneError && /^bridge\.(unreachable|lost)$/.test(error.code);
      if (!unheard || signal.aborted) throw error;
      await pause(standardTiming.dialPauseMs, signal);
    }
  }
}

function tell({ endpoint, from, to }: HandOver, timing: BridgeTiming, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    let told = false;
    const nothing = () => undefined;
    const connection = new GuestConnection(
      {
        ...{ endpoint, timing, key: secretKey(from), newKey: secretKey(to) },
        ...{ dialMs: timing.dialAttemptMaxMs, frameWindow: 1, memory: new FrameMemory() },
      },
      {
        ...{ onHello: nothing, onControl: nothing, onBinary: nothing },
        onAdopted: () => {
          told = true;
        },
        onEnd: (reason) => {
          signal.removeEventListener('abort', stop);
          if (told) resolve();
          else reject(reason);
        },
      },
    );
    const stop = () => connection.end();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
