import { findAgent, findAppliance } from '../appliance/build.ts';
import { XPaneError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { createBackend } from '../vm/backends.ts';
import type { VmBackend } from '../vm/vm-backend.ts';
import type { GuestSource } from './workspace-session.ts';

/**
 * How a session finds its guest: the built-in guest and the agent in the cache. Looked up at each start, as the
 * set-up may run, or run again, while the service does. The returned function throws `appliance.missing`.
 */
export function guestSource(
  kind: VmBackend['kind'],
  options: { readonly cache: string; readonly log: Log },
): () => GuestSource {
  return () => {
    const appliance = findAppliance(options.cache);
    const agentFile = findAgent(options.cache);
    if (!appliance || !agentFile) {
      throw new XPaneError(
        'appliance.missing',
        'The built-in guest has not been made on this computer yet.',
        'Run "npm start" once: it makes it.',
      );
    }
    return { backend: createBackend(kind, { appliance, ...options }), agentFile };
  };
}
