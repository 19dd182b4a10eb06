/** Every wait of the bridge, in milliseconds. */
export interface BridgeTiming {
  /** One attempt at connecting and upgrading; grows towards the second figure, as a forward may accept and hang. */
  readonly dialAttemptMs: number;
  readonly dialAttemptMaxMs: number;
  /** Pause between attempts; grows towards the second figure. */
  readonly dialPauseMs: number;
  readonly dialPauseMaxMs: number;
  /** From the open socket to the agent's proof, and from there to its hello. */
  readonly handshakeStepMs: number;
  /** From hello to ready: the guest sends all it has. */
  readonly readyMs: number;
  readonly heartbeatMs: number;
  /** A message begun must be finished within this. */
  readonly messageMs: number;
  /** A file's transfer in which the guest does nothing for so long is given up. */
  readonly fileProgressMs: number;
  /** Content of its clipboard for which the guest does nothing for so long is given up. */
  readonly clipboardProgressMs: number;
  /** How long the closing handshake may take before the socket is destroyed. */
  readonly closeMs: number;
  /** Violations counted within this time; the third ends the bridge. */
  readonly violationMemoryMs: number;
}

export const standardTiming: BridgeTiming = {
  dialAttemptMs: 1_000,
  dialAttemptMaxMs: 4_000,
  dialPauseMs: 50,
  dialPauseMaxMs: 250,
  handshakeStepMs: 5_000,
  readyMs: 60_000,
  heartbeatMs: 5_000,
  messageMs: 10_000,
  fileProgressMs: 30_000,
  clipboardProgressMs: 4_000,
  closeMs: 1_000,
  violationMemoryMs: 60_000,
};
