import type { XPaneError } from '../../shared/errors.ts';
import type { TransferChunk } from '../protocol/chunk-codec.ts';
import type { FromGuest } from '../protocol/from-guest.ts';
import type { ToGuest } from '../protocol/to-guest.ts';

export type TransferBegin = Extract<FromGuest, { type: 'transfer-begin' }>;
export type TransferEnd = Extract<FromGuest, { type: 'transfer-end' }>;

/** What a transfer needs of the connection. */
export interface TransferLine {
  send(message: ToGuest): boolean;
  /**
   * Resolves when the socket has taken it; false: there is no connection (any more). The content is copied before this
   * returns.
   */
  sendChunk(chunk: TransferChunk): Promise<boolean>;
  /** The memory of a message whose content nobody reads any more. */
  giveBack(data: Uint8Array): void;
  /** The guest does not answer to the end of a transfer. */
  stuck(): void;
}

export interface TransferTerms {
  readonly transferId: number;
  /** How long the guest may stand still. */
  readonly progressMs: number;
  /** Content sent and not acknowledged, at most. */
  readonly windowBytes: number;
}

/**
 * A transfer that the guest has not ended yet. All but `abandon` take what the guest says, and throw ProtocolViolation.
 * What its caller has given up stays open until the guest's end, since the guest counts it until then.
 */
export interface OpenTransfer {
  receiveBegin(untrusted: TransferBegin): void;
  receiveAck(untrustedBytes: number): void;
  receiveChunk(untrusted: TransferChunk): void;
  receiveEnd(untrusted: TransferEnd): void;
  /** The connection is gone. */
  abandon(reason: XPaneError): void;
}
