import { displayText } from '../shared/text.ts';
import type { GuestHello } from './connection/handshake.ts';
import type { GuestFacts } from './guest-model.ts';

/** What an agent says of itself, safe to show. Pure. */
export function factsOf(untrusted: GuestHello): GuestFacts {
  return {
    agentVersion: displayText(untrusted.agentVersion, 32),
    instance: untrusted.instance,
    protocolMinor: untrusted.minor,
    system: displayText(untrusted.system, 64),
    captureBackend: untrusted.captureBackend,
    capabilities: untrusted.capabilities.map((name) => displayText(name, 32)),
    desktop: untrusted.desktop,
  };
}
