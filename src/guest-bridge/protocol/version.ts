/**
 * Versions of the channel.
 *
 * 1.0: first version.
 */
export const protocolVersion = { major: 1, minor: 0 } as const;

/** WebSocket subprotocol (RFC 6455, 1.9). */
export const subprotocol = 'xpane.1';

/** Labels that keep the two directions' proofs apart. */
export const proofLabels = { agent: 'xpane.1 agent', host: 'xpane.1 host' } as const;

/** Label of what a new secret is sealed with. */
export const sealLabel = 'xpane.1 secret';
