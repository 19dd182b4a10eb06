import { inflateSync } from 'node:zlib';

/** Deflate cannot make more than this out of one byte (RFC 1951: 258 bytes from two bits). */
const BEST_RATIO = 1032;

/**
 * Inflates a zlib stream (RFC 1950) to exactly `sizeBytes`, or gives undefined when the stream is damaged, has
 * another size or is followed by anything. Never allocates more than `sizeBytes` and a little, and nothing
 * at all when so short a stream cannot be that large.
 */
export function inflateExact(untrusted: Uint8Array, sizeBytes: number): Uint8Array | undefined {
  if (sizeBytes > untrusted.length * BEST_RATIO) return undefined;
  try {
    // With `info` the engine comes too, which knows how much input was used; the types do not say so.
    const inflated: unknown = inflateSync(untrusted, {
      maxOutputLength: sizeBytes,
      // One chunk with room to spare: filled to the brim, zlib would ask for a second one.
      chunkSize: sizeBytes + 64,
      info: true,
    });
    const { buffer, engine } = inflated as { buffer: Buffer; engine: { bytesWritten: number } };
    return buffer.length === sizeBytes && engine.bytesWritten === untrusted.length ? buffer : undefined;
  } catch {
    return undefined;
  }
}
