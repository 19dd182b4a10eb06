import { XPaneError } from '../../shared/errors.ts';
import { closeCodes } from './limits.ts';

const HINT =
  'Restart the workspace. If it happens again, the guest may be damaged or hostile: reset it, or import its image anew.';

/**
 * The guest broke the protocol: its connection is closed with `closeCode`.
 * Codes are stable: `test/vectors` and the log use them.
 */
export class ProtocolViolation extends XPaneError {
  readonly closeCode: number;

  constructor(code: ViolationCode, detail: string, closeCode: number = closeCodes.violation, hint = HINT) {
    super(code, `The guest sent something that XPane does not accept: ${detail}.`, hint);
    this.closeCode = closeCode;
  }
}

export type ViolationCode =
  /** Not RFC 6455. */
  | 'bridge.bad-websocket'
  | 'bridge.too-large'
  | 'bridge.not-utf8'
  | 'bridge.too-deep'
  | 'bridge.not-json'
  /** JSON, but no message of the protocol. */
  | 'bridge.bad-message'
  | 'bridge.wrong-order'
  | 'bridge.bad-frame'
  | 'bridge.bad-icon'
  | 'bridge.bad-cursor'
  | 'bridge.bad-chunk'
  /** A file of another size than announced, or more acknowledged than was sent. */
  | 'bridge.file-lies'
  | 'bridge.unknown-transfer'
  /** Content of a clipboard of another size than announced, more acknowledged than was sent, or never asked for. */
  | 'bridge.clipboard-lies'
  /** A frame's sequence number is not one more than the last. */
  | 'bridge.frame-gap'
  | 'bridge.id-reused'
  | 'bridge.unknown-window'
  /** More of something than `limits` allows. */
  | 'bridge.too-many'
  | 'bridge.flood';
