import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import koffi from 'koffi';
import type { Point, Rect } from '../../src/shared/geometry.ts';

/** From sys/mman.h of Linux. */
const PROT_READ = 1;
const MAP_SHARED = 1;
const MAP_FAILED = -1n;

const lib = koffi.load('libc.so.6');
const mmap: (
  at: null,
  length: number,
  protection: number,
  flags: number,
  fd: number,
  offset: number,
) => bigint = lib.func(
  'void *mmap(void *at, size_t length, int protection, int flags, int fd, int64_t offset)',
);
const munmap: (at: bigint, length: number) => number = lib.func('int munmap(void *at, size_t length)');

/** Places of a file header of the X Window Dump format (X11/XWDFile.h): big-endian 32-bit words. */
const xwd = { headerSize: 0, bytesPerLine: 12, height: 5, width: 4, colours: 19 };
const xwdColourBytes = 12;

/** A folder where Xvfb keeps its screen as a file (`-fbdir`), in memory. Owner: call `remove`. */
export async function screenFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp('/dev/shm/xpane-bench-');
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * The screen of an Xvfb that was started with `-fbdir`, as it lies in the server's own memory: looking costs no
 * request, so a look neither waits for the server nor keeps it busy. A look in the middle of a request sees half of
 * it; who needs whole requests asks the server (`Eye.image`). Call `close`; views of it must not be used afterwards.
 */
export class ScreenMemory {
  readonly #address: bigint;
  readonly #sizeBytes: number;
  readonly #bytes: Buffer;
  readonly #offset: number;
  readonly #stride: number;

  private constructor(address: bigint, sizeBytes: number) {
    this.#address = address;
    this.#sizeBytes = sizeBytes;
    this.#bytes = Buffer.from(koffi.view(address, sizeBytes));
    const word = (index: number) => this.#bytes.readUInt32BE(index * 4);
    this.#offset = word(xwd.headerSize) + word(xwd.colours) * xwdColourBytes;
    this.#stride = word(xwd.bytesPerLine);
  }

  static async open(folder: string): Promise<ScreenMemory> {
    const [name] = await readdir(folder);
    if (name === undefined) throw new Error(`no screen in ${folder}: was Xvfb started with -fbdir?`);
    const fd = openSync(join(folder, name), 'r');
    try {
      const head = mapped(fd, 4096);
      const words = Buffer.from(koffi.view(head, 4096));
      const word = (index: number) => words.readUInt32BE(index * 4);
      const pixelBytes = word(xwd.bytesPerLine) * word(xwd.height);
      const sizeBytes = word(xwd.headerSize) + word(xwd.colours) * xwdColourBytes + pixelBytes;
      munmap(head, 4096);
      return new ScreenMemory(mapped(fd, sizeBytes), sizeBytes);
    } finally {
      closeSync(fd);
    }
  }

  /** The pixel as 0xRRGGBB. */
  pixel({ x, y }: Point): number {
    return this.#bytes.readUIntLE(this.#offset + y * this.#stride + x * 4, 3);
  }

  /** A copy, 32-bit BGRX, top-down, no padding. */
  copy(rect: Rect): Buffer {
    const lines: Buffer[] = [];
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      const start = this.#offset + y * this.#stride + rect.x * 4;
      lines.push(this.#bytes.subarray(start, start + rect.width * 4));
    }
    return Buffer.concat(lines);
  }

  /** Whether the rectangle still looks like `picture`, a copy of it. */
  equals(rect: Rect, picture: Buffer): boolean {
    const lineBytes = rect.width * 4;
    for (let line = 0; line < rect.height; line++) {
      const start = this.#offset + (rect.y + line) * this.#stride + rect.x * 4;
      const at = line * lineBytes;
      if (this.#bytes.compare(picture, at, at + lineBytes, start, start + lineBytes) !== 0) return false;
    }
    return true;
  }

  /** Whether the rectangle shows just the colours of `picture` (BGRX); the unused fourth byte may be anything. */
  shows(rect: Rect, picture: Buffer): boolean {
    for (let line = 0; line < rect.height; line++) {
      const start = this.#offset + (rect.y + line) * this.#stride + rect.x * 4;
      for (let x = 0; x < rect.width * 4; x += 4) {
        const there = this.#bytes.readUInt32LE(start + x);
        if ((there ^ picture.readUInt32LE(line * rect.width * 4 + x)) & 0xffffff) return false;
      }
    }
    return true;
  }

  close(): void {
    munmap(this.#address, this.#sizeBytes);
  }
}

function mapped(fd: number, sizeBytes: number): bigint {
  const address = mmap(null, sizeBytes, PROT_READ, MAP_SHARED, fd, 0);
  if (BigInt.asIntN(64, address) === MAP_FAILED) throw new Error('the screen cannot be mapped');
  return address;
}
