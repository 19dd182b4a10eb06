/** Messages smaller than this are not worth memory of their own that is used again. */
export const POOLED_BYTES = 32 * 1024;
/** Sizes are rounded up to these steps, so that frames of a window that grows a little still fit. */
const STEP_BYTES = 64 * 1024;
/** What lies here unused at most. */
const KEPT_BYTES = 16 * 1024 * 1024;

/**
 * Memory for received frames, used again and again: pages fresh from the system cost more than the pixels that are
 * copied into them. Who takes some owns it; what is not given back goes the way of all memory.
 */
export class FrameMemory {
  readonly #own = new WeakSet<ArrayBufferLike>();
  readonly #free: ArrayBuffer[] = [];
  #freeBytes = 0;

  /** Holds whatever it held before. */
  take(sizeBytes: number): Uint8Array {
    // The newest is the likeliest to be in the processor's cache.
    for (let at = this.#free.length - 1; at >= 0; at--) {
      const buffer = this.#free[at];
      if (!buffer || buffer.byteLength < sizeBytes || buffer.byteLength > 4 * sizeBytes) continue;
      this.#free.splice(at, 1);
      this.#freeBytes -= buffer.byteLength;
      return new Uint8Array(buffer, 0, sizeBytes);
    }
    const fresh = new ArrayBuffer(Math.ceil(sizeBytes / STEP_BYTES) * STEP_BYTES);
    this.#own.add(fresh);
    return new Uint8Array(fresh, 0, sizeBytes);
  }

  /** Once, when nobody reads it any more. Does nothing for memory that was not taken here. */
  giveBack({ buffer }: Uint8Array): void {
    if (!(buffer instanceof ArrayBuffer) || !this.#own.has(buffer)) return;
    this.#free.push(buffer);
    this.#freeBytes += buffer.byteLength;
    while (this.#freeBytes > KEPT_BYTES) this.#freeBytes -= this.#free.shift()?.byteLength ?? 0;
  }
}
