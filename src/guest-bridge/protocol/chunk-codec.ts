import { limits } from './limits.ts';
import { ProtocolViolation } from './violation.ts';

export const CHUNK_KIND = 16;
const HEADER_BYTES = 16;

/** A piece of a file's content. `data` is within the message it was read from. */
export interface TransferChunk {
  readonly transferId: number;
  /** Bytes of this transfer that came before. */
  readonly offset: number;
  readonly data: Uint8Array;
}

/** Reads a chunk by BINARY.md. Throws ProtocolViolation. */
export function readChunk(untrusted: Uint8Array): TransferChunk {
  const dataBytes = untrusted.length - HEADER_BYTES;
  if (dataBytes < 1) throw bad('a piece of a file without content');
  if (dataBytes > limits.transferChunkBytes) throw bad('a piece of a file that is too large');
  const view = new DataView(untrusted.buffer, untrusted.byteOffset, untrusted.byteLength);
  const transferId = view.getUint32(4, true);
  const offset = view.getBigUint64(8, true);
  if (view.getUint8(0) !== CHUNK_KIND || view.getUint8(1) !== 0 || view.getUint16(2, true) !== 0)
    throw bad('a piece of a file with reserved bits set');
  if (transferId < 1) throw bad('a piece of no file');
  if (offset >= BigInt(limits.fileBytes)) throw bad('a piece of a file far beyond its end');
  return { transferId, offset: Number(offset), data: untrusted.subarray(HEADER_BYTES) };
}

/** `memoryFor` gives memory of this size, whatever it held before. */
export function encodeChunk(
  { transferId, offset, data }: TransferChunk,
  memoryFor: (sizeBytes: number) => Uint8Array = (sizeBytes) => new Uint8Array(sizeBytes),
): Uint8Array {
  const message = memoryFor(HEADER_BYTES + data.length);
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  view.setUint32(0, CHUNK_KIND, true);
  view.setUint32(4, transferId, true);
  view.setBigUint64(8, BigInt(offset), true);
  message.set(data, HEADER_BYTES);
  return message;
}

function bad(detail: string): ProtocolViolation {
  return new ProtocolViolation('bridge.bad-chunk', detail);
}
