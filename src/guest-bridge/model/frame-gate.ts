import type { Size } from '../../shared/geometry.ts';
import type { FrameHeader } from '../protocol/frame-codec.ts';
import { closeCodes } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

interface Stream {
  sequence: number;
  size: Size;
  /** Frames not acknowledged, oldest first, with the memory each keeps alive. */
  readonly open: { readonly sequence: number; memoryBytes: number; message: Uint8Array | undefined }[];
}

/** The flow of frames: sequence, size and the number and memory of those not acknowledged, by window. */
export class FrameGate {
  readonly #streams = new Map<number, Stream>();
  readonly #frameWindow: number;
  readonly #onFree: (message: Uint8Array) => void;
  #openBytes = 0;

  /** `onFree`: this message is acknowledged, nobody reads it any more. */
  constructor(frameWindow: number, onFree: (message: Uint8Array) => void) {
    this.#frameWindow = frameWindow;
    this.#onFree = onFree;
  }

  /** Memory of all frames given out and not acknowledged. */
  get openBytes(): number {
    return this.#openBytes;
  }

  /** Lets a frame of a living window in. Throws ProtocolViolation. */
  admit(untrusted: FrameHeader): void {
    const { windowId, sequence, size, whole } = untrusted;
    const stream = this.#streams.get(windowId) ?? { sequence: 0, size: { width: 0, height: 0 }, open: [] };
    if (sequence !== stream.sequence + 1) {
      throw new ProtocolViolation('bridge.frame-gap', `frame ${sequence} after frame ${stream.sequence}`);
    }
    const sameSize = size.width === stream.size.width && size.height === stream.size.height;
    if (!sameSize && !whole) {
      throw new ProtocolViolation('bridge.bad-frame', 'a part of a surface whose size is new');
    }
    if (stream.open.length >= this.#frameWindow) {
      throw new ProtocolViolation(
        'bridge.flood',
        `more than ${this.#frameWindow} frames that nobody acknowledged`,
        closeCodes.flood,
      );
    }
    stream.sequence = sequence;
    stream.size = size;
    stream.open.push({ sequence, memoryBytes: 0, message: undefined });
    this.#streams.set(windowId, stream);
  }

  /** The memory of the frame admitted last for this window, and the message that its pixels are views of. */
  hold(windowId: number, memoryBytes: number, message: Uint8Array): void {
    const newest = this.#streams.get(windowId)?.open.at(-1);
    if (!newest) return;
    newest.message = message;
    newest.memoryBytes = memoryBytes;
    this.#openBytes += memoryBytes;
  }

  /** Acknowledges this frame and those before it. False when there is nothing to acknowledge. */
  acknowledge(windowId: number, sequence: number): boolean {
    const open = this.#streams.get(windowId)?.open;
    if (!open?.some((frame) => frame.sequence === sequence)) return false;
    while (open[0] !== undefined && open[0].sequence <= sequence) {
      this.#openBytes -= open[0].memoryBytes;
      if (open[0].message) this.#onFree(open[0].message);
      open.shift();
    }
    return true;
  }

  /** The window ended. Whoever paints its last frame may still read it. */
  forget(windowId: number): void {
    for (const frame of this.#streams.get(windowId)?.open ?? []) this.#openBytes -= frame.memoryBytes;
    this.#streams.delete(windowId);
  }

  clear(): void {
    this.#streams.clear();
    this.#openBytes = 0;
  }
}
