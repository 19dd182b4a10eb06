import type { Size } from '../../shared/geometry.ts';
import { bytes, type Need, type Steps } from './byte-feed.ts';
import { clientInit, protocolVersion, securityNone } from './client-messages.ts';
import { rfbLimits } from './limits.ts';
import { type ScreenUpdate, screenSize, UpdateParser } from './update-parser.ts';
import { violation } from './violation.ts';

export interface ServerListener {
  send(message: Buffer): void;
  /** The handshake is done, the screen has this size. */
  onReady(size: Size): void;
  onUpdate(update: ScreenUpdate): void;
}

/** The server's side of a connection (RFC 6143), as the bytes come. Throws `desktop.bad-screen`. */
export function* readServer(listener: ServerListener): Steps {
  let size = yield* handshake(listener);
  listener.onReady(size);
  yield 'message-end';
  for (;;) {
    const untrustedType = (yield* bytes(1)).readUInt8(0);
    switch (untrustedType) {
      case 0: {
        const update = yield* new UpdateParser(size).read();
        size = update.size;
        listener.onUpdate(update);
        break;
      }
      case 2: // bell
        break;
      case 3:
        yield* skipText(3, rfbLimits.cutTextBytes);
        break;
      default:
        throw violation(`a message of type ${untrustedType}`);
    }
    yield 'message-end';
  }
}

function* handshake({ send }: ServerListener): Generator<Need, Size, Buffer> {
  const untrustedVersion = (yield* bytes(protocolVersion.length)).toString('latin1');
  if (untrustedVersion !== protocolVersion) throw violation('another version of the protocol');
  send(Buffer.from(protocolVersion, 'latin1'));
  const untrustedCount = (yield* bytes(1)).readUInt8(0);
  const untrustedSecurity = yield* bytes(untrustedCount);
  if (!untrustedSecurity.includes(securityNone)) throw violation('it wants a password');
  send(Buffer.of(securityNone));
  const untrustedResult = (yield* bytes(4)).readUInt32BE(0);
  if (untrustedResult !== 0) throw violation('it refuses us');
  send(clientInit);
  const untrustedInit = yield* bytes(20);
  const size = screenSize(untrustedInit.readUInt16BE(0), untrustedInit.readUInt16BE(2));
  // Its pixel format, which we set ourselves, and its name, which we know better.
  yield* skipText(0, rfbLimits.textBytes);
  return size;
}

/** Text behind its length, after some padding. */
function* skipText(paddingBytes: number, mostBytes: number): Generator<Need, void, Buffer> {
  const untrustedLength = (yield* bytes(paddingBytes + 4)).readUInt32BE(paddingBytes);
  if (untrustedLength > mostBytes) throw violation(`a text of ${untrustedLength} bytes`);
  yield* bytes(untrustedLength);
}
