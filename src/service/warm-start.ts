import { handOverSecret } from '../guest-bridge/hand-over.ts';
import { reportOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { BorrowedSecret, VmInstance } from '../vm/vm-backend.ts';
import { bridgeTo, untilReady, type WaitForGuest } from './session-guest.ts';

/** The agent of a guest that goes on answers in 0.3 s. */
const handOverMs = 15_000;
/** The guest stands still for so long at most; 0.2 s was measured. */
const keepMs = 30_000;

export interface OwnGuestOptions extends WaitForGuest {
  /** The workspace's. */
  readonly secret: string;
  readonly log: Log;
}

/**
 * Makes a guest that is a copy, or is to be copied, its workspace's own: has it copied first, while it is as good as
 * new, then hands its agent the workspace's secret. Rejects with XPaneError `bridge.*`, `session.*` or `signal.reason`:
 * the guest is of no use then.
 */
export async function ownGuest(
  vm: VmInstance,
  borrowed: BorrowedSecret,
  options: OwnGuestOptions,
  signal: AbortSignal,
): Promise<void> {
  const { secret, log } = options;
  if (borrowed.keep) {
    await untilSettled(vm, borrowed.secret, options, signal);
    // Without it the next new guest boots, as this one did.
    await borrowed.keep(keepMs, signal).then(
      () => log.info({}, 'this guest is the one that new ones are copies of'),
      (error: unknown) => {
        signal.throwIfAborted();
        log.warn({ error: reportOf(error) }, 'the guest could not be copied');
      },
    );
  }
  const { endpoint } = vm;
  await handOverSecret({ endpoint, from: borrowed.secret, to: secret, timeoutMs: handOverMs, signal });
}

/** Once it has told all it has, all that it needs for that is in its memory. */
async function untilSettled(
  vm: VmInstance,
  secret: string,
  options: OwnGuestOptions,
  signal: AbortSignal,
): Promise<void> {
  const bridge = await bridgeTo(vm, { secret, log: options.log });
  try {
    await untilReady({ vm, bridge }, signal, options);
  } finally {
    await bridge.close();
  }
}
