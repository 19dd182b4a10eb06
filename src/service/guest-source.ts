import { findAgent, findAppliance } from '../appliance/build.ts';
import { XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { createBackend, createImageBackend } from '../vm/backends.ts';
import type { GuestDevice } from '../vm/guest-devices.ts';
import type { GuestMachine } from '../vm/guest-machine.ts';
import { applianceBelow } from '../vm/qemu/overlay.ts';
import type { BackendKind } from '../vm/vm-backend.ts';
import type { GuestPatience } from './session-guest.ts';
import type { GuestSource } from './session-parts.ts';

/** Windows boots for minutes without an accelerator, and checks its disk after it was turned off. */
const imageReadyMs = 10 * 60_000;

/**
 * How a session finds its guest: the built-in guest and the agent in the cache. Looked up at each start, as the
 * set-up may run, or run again, while the service does. The returned function throws `appliance.missing`.
 */
export function guestSource(
  kind: Exclude<BackendKind, 'virtualbox'>,
  options: {
    readonly devices?: readonly GuestDevice[] | undefined;
    readonly cache: string;
    readonly log: Log;
  },
): () => GuestSource {
  return () => {
    const appliance = findAppliance(options.cache);
    const agentFile = findAgent(options.cache);
    if (!appliance || !agentFile) throw missing('The built-in guest has not been made on this computer yet.');
    return { backend: createBackend(kind, { appliance, ...options }), agentFile };
  };
}

/** How a session finds a user's own image: the agent is in the image itself. Throws `appliance.missing` like that. */
export function imageSource(options: {
  readonly kind: Exclude<BackendKind, 'sandbox'>;
  readonly base: string;
  readonly machine: GuestMachine;
  readonly devices?: readonly GuestDevice[] | undefined;
  readonly cache: string;
  readonly log: Log;
}): () => GuestSource {
  return () => {
    const agentFile = findAgent(options.cache);
    if (!agentFile) throw missing('XPane’s agent has not been made on this computer yet.');
    return { backend: createImageBackend(options), agentFile, patience: imagePatience };
  };
}

/** The built-in guest's image below an overlay. Throws `appliance.missing`, `vm.disk-damaged`, `vm.base-missing`. */
export function builtInBase(cache: string, disk: string): string {
  const appliance = findAppliance(cache);
  if (!appliance) throw missing('The built-in guest has not been made on this computer yet.');
  return applianceBelow(disk, appliance).disk;
}

const imagePatience: GuestPatience = { readyMs: imageReadyMs, silence: agentSilent };

function agentSilent(cause: unknown): XPaneError {
  return new XPaneError(
    'session.agent-silent',
    'The guest was started, but XPane’s agent in it does not answer.',
    'Either the agent is not installed in this image yet ("xpane setup start" does that), or Windows did not boot: with another "diskBus" it may ("xpane workspace set"). docs/workspaces.md tells more.',
    cause,
  );
}

function missing(what: string): XPaneError {
  return new XPaneError('appliance.missing', what, 'Run "npm start" once: it makes it.');
}
