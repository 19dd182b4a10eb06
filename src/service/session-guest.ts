import { GuestBridge, type GuestBridgeOptions } from '../guest-bridge/guest-bridge.ts';
import { type ErrorReport, reportOf, XPaneError } from '../shared/errors.ts';
import type { VmInstance } from '../vm/vm-backend.ts';

/** A guest's process and the channel to its agent: a session has both, or neither. */
export interface SessionGuest {
  readonly vm: VmInstance;
  readonly bridge: GuestBridge;
}

/** From spawning the guest to an agent that has told all it has. A cold boot without an accelerator takes 15 s. */
const readyTimeoutMs = 120_000;

/** Throws `bridge.bad-secret`; the guest is gone then. */
export async function bridgeTo(
  vm: VmInstance,
  options: Pick<GuestBridgeOptions, 'secret' | 'log' | 'agentToCome'>,
): Promise<GuestBridge> {
  try {
    return new GuestBridge({ endpoint: vm.endpoint, ...options });
  } catch (error) {
    await vm.kill();
    throw error;
  }
}

export interface GuestPatience {
  /** In place of what the built-in guest needs at most. */
  readonly readyMs: number;
  /** What it means when nothing answered in that time. */
  readonly silence: (cause: unknown) => XPaneError;
}

export interface WaitForGuest {
  readonly patience?: GuestPatience | undefined;
  /** See `SessionParts.attended`. */
  readonly attended?: (() => boolean) | undefined;
}

/**
 * Waits for the handshake, and not for one with a guest that is gone. A guest that somebody is repairing is not given
 * up for being late; one whose bridge or machine is gone for good is.
 */
export async function untilReady(
  guest: SessionGuest,
  signal: AbortSignal | undefined,
  { patience, attended }: WaitForGuest = {},
): Promise<void> {
  for (;;) {
    const ended = guest.vm.exited.then(() => true);
    try {
      return await firstReady(guest, signal, patience);
    } catch (error) {
      const waitsOn = !signal?.aborted && (attended?.() ?? false);
      const { state } = guest.bridge;
      const final = state === 'failed' || state === 'closed' || (await Promise.race([ended, false]));
      if (!waitsOn || final) throw error;
    }
  }
}

async function firstReady(
  { vm, bridge }: SessionGuest,
  signal: AbortSignal | undefined,
  patience: GuestPatience | undefined,
): Promise<void> {
  const timeoutMs = patience?.readyMs ?? readyTimeoutMs;
  const ready = bridge.ready({ timeoutMs, ...(signal ? { signal } : {}) }).catch((error: unknown) => {
    const unheard = error instanceof XPaneError && /^bridge\.(unreachable|lost|timeout)$/.test(error.code);
    throw patience && unheard ? patience.silence(error) : error;
  });
  await Promise.race([ready, endedEarly(vm)]);
}

async function endedEarly(vm: VmInstance): Promise<never> {
  const exit = await vm.exited;
  throw new XPaneError(
    'session.guest-ended-early',
    'The guest ended before it was ready.',
    `Look into the log file; it said last: ${exit.detail.slice(-200) || 'nothing'}`,
  );
}

export function guestEnded(): ErrorReport {
  return reportOf(
    new XPaneError(
      'session.guest-ended',
      'The guest ended unexpectedly.',
      'Start an application to start it again. What it said last is in the log file.',
    ),
  );
}

export function startCancelled(): XPaneError {
  return new XPaneError(
    'session.start-cancelled',
    'The start was cancelled because the guest was stopped.',
    'Start it again when you need it.',
  );
}

export function cannotSuspend(): XPaneError {
  return new XPaneError(
    'workspace.cannot-suspend',
    'A guest that runs without a virtual machine cannot be suspended.',
    'Stop it instead, or set "backend" to qemu.',
  );
}

export function leavesNothing(): XPaneError {
  return new XPaneError(
    'workspace.cannot-suspend',
    'A revertible guest is not suspended: it leaves nothing behind.',
    'Stop it instead, or set "revertible" to off.',
  );
}

export function suspendLate(): XPaneError {
  return new XPaneError(
    'workspace.suspend-timeout',
    'The guest was not suspended in time.',
    'Start it again.',
  );
}

/** Waits for the end of work whose failure is told elsewhere. */
export async function ended(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
