import { limits } from './limits.ts';
import { ProtocolViolation } from './violation.ts';

export const CHUNK_KIND = 16;
/** Of a clipboard's content. */
export const CLIPBOARD_CHUNK_KIND = 17;
const KINDS: readonly number[] = [CHUNK_KIND, CLIPBOARD_CHUNK_KIND];
const HEADER_BYTES = 16;

/** A piece of the content of a file, or of a clipboard, where the id is a request's. `data` is within the message it was read from. */
export interface TransferChunk {
  readonly transferId: number;
  /** Bytes of this transfer that came before. */
  readonly offset: number;
  readonly data: Uint8Array;
}

/** Reads a chunk by BINARY.md, of the kind its first byte says. Throws ProtocolViolation. */
export function readChunk(untrusted: Uint8Array): TransferChunk {
  const dataBytes = untrusted.length - HEADER_BYTES;
  if (dataBytes < 1) throw bad('a piece of a file without content');
  if (dataBytes > limits.transferChunkBytes) throw bad('a piece of a file that is too large');
  const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.byteLength);
  const transferId = view.getUint32(4, true);
  const offset = view.getBigUint64(8, true);
  if (!KINDS.includes(view.getUint8(0)) || view.getUint8(1) !== 0 || view.getUint16(2, true) !== 0)
    throw bad('a piece of a file with reserved bits set');
  if (transferId < 1) throw bad('a piece of no file');
  if (offset >= BigInt(limits.fileBytes)) throw bad('a piece of a file far beyond its end');
  return { transferId, offset: Number(offset), data: untrusted.subarray(HEADER_BYTES) };
}

/** `memoryFor` gives memory of this size, whatever it held before. */
export function encodeChunk(
  { transferId, offset, data }: TransferChunk,
  kind = CHUNK_KIND,
  memoryFor: (sizeBytes: number) => Uint8Array = (sizeBytes) => new Uint8Array(sizeBytes),
): Uint8Array {
  const message = memoryFor(HEADER_BYTES + data.length);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  view.setUint32(0, kind, true);
  view.setUint32(4, transferId, true);
  view.setBigUint64(8, BigInt(offset), true);
  message.set(data, HEADER_BYTES);
  return message;
}

function bad(detail: string): ProtocolViolation {
  return new ProtocolViolation('bridge.bad-chunk', detail);
}
