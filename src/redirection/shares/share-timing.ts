export interface ShareTiming {
  /** From word of a change to a look: changes come in flocks. */
  readonly settleMs: number;
  /** Between looks at the folder of this computer, where nothing tells of changes; longer where a look takes long. */
  readonly lookMs: number;
  /** After a failure, doubled by each, `lookMs` at most. */
  readonly retryMs: number;
  /** An application that saves by a rename is done by then. */
  readonly goneMs: number;
}

export const standardTiming: ShareTiming = { settleMs: 300, lookMs: 10_000, retryMs: 1000, goneMs: 5000 };
