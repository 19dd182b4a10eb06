/** Of a DocumentRelay, in milliseconds. */
export interface RelayTiming {
  /** From word of a change to its fetching: several files of one save come together. */
  readonly settleMs: number;
  /** After a failure, doubled by each, `retryMaxMs` at most. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  /** An application that saves by a rename is done by then. */
  readonly goneMs: number;
  /** What nobody has used for so long, and is all here, is removed in the guest. */
  readonly unusedMs: number;
  readonly lookMs: number;
  /**
   * The agent tells of what a program saved last within this after the program has ended: it looks each second where
   * Windows does not tell it, and waits half a second for more.
   */
  readonly lastWordMs: number;
  /** How long programs may hold files open that have no window any more. */
  readonly inUseMs: number;
}

export const standardTiming: RelayTiming = {
  settleMs: 200,
  retryMs: 1000,
  retryMaxMs: 30_000,
  goneMs: 10_000,
  unusedMs: 600_000,
  lookMs: 15_000,
  lastWordMs: 2_500,
  inUseMs: 3000,
};
