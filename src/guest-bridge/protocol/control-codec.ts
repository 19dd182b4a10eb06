import { XPaneError } from '../../shared/errors.ts';
import { type FromGuest, fromGuest } from './from-guest.ts';
import { jsonDepth } from './json-depth.ts';
import { limits } from './limits.ts';
import { type ToGuest, toGuest } from './to-guest.ts';
import { ProtocolViolation } from './violation.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Parses a text message as far as JSON goes: bounded size and depth, valid UTF-8. Throws ProtocolViolation. */
export function parseJson(untrusted: Uint8Array): unknown {
  if (untrusted.length > limits.controlBytes) {
    throw new ProtocolViolation('bridge.too-large', `a control message of ${untrusted.length} bytes`);
  }
  let untrustedText: string;
  try {
    untrustedText = utf8.decode(untrusted);
  } catch {
    throw new ProtocolViolation('bridge.not-utf8', 'text that is not UTF-8');
  }
  if (jsonDepth(untrusted) > limits.controlDepth) {
    throw new ProtocolViolation('bridge.too-deep', 'a control message that nests too deep');
  }
  try {
    return JSON.parse(untrustedText);
  } catch {
    throw new ProtocolViolation('bridge.not-json', 'a control message that is not JSON');
  }
}

/** The message that `parseJson` gave, if it is one of the protocol. Throws ProtocolViolation. */
export function checkFromGuest(untrusted: unknown): FromGuest {
  const parsed = fromGuest.safeParse(untrusted);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  // Only names of the schema are repeated here, never what the guest sent.
  const where = issue?.path.length ? ` at "${issue.path.filter(isSchemaName).join('.')}"` : '';
  throw new ProtocolViolation('bridge.bad-message', `a control message that breaks the protocol${where}`);
}

/** Decodes a text message from the guest. Throws ProtocolViolation. */
export function decodeControl(untrusted: Uint8Array): FromGuest {
  return checkFromGuest(parseJson(untrusted));
}

/** Encodes a message to the guest. Throws `bridge.bad-command` when a caller passed a number out of range. */
export function encodeControl(message: ToGuest): string {
  const checked = toGuest.safeParse(message);
  if (!checked.success) {
    throw new XPaneError(
      'bridge.bad-command',
      `XPane made a message for the guest that breaks its own protocol (${message.type}).`,
      'This is an error in XPane: report it with the log file that "xpane status" names.',
      checked.error,
    );
  }
  return JSON.stringify(message);
}

function isSchemaName(part: PropertyKey): boolean {
  return typeof part === 'number' || (typeof part === 'string' && /^[a-zA-Z]{1,32}$/.test(part));
}
