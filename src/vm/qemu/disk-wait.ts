import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type ErrorReport, reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';

export interface DiskWaitParts {
  /** What the guest writes to, on this computer. */
  readonly disks: readonly string[];
  /** Has the guest run on, and write once more what could not be written. */
  readonly goOn: () => Promise<unknown>;
  /** Whether the guest stands still because of what it could not write. */
  readonly standsStill: () => Promise<boolean>;
  /** See `VmSpec.onTrouble`. */
  readonly tell: (why: ErrorReport | undefined) => void;
  readonly log: Log;
}

/** Less is gone again in a moment. */
const roomBytes = 16 * 2 ** 20;
const lookEveryMs = 1_000;

/** QMP's BLOCK_IO_ERROR: by default QEMU stops the guest when there is no room, and tells the guest of other errors. */
const stoppedForRoom = z.object({ action: z.literal('stop'), nospace: z.literal(true) });

/**
 * A guest that finds no room for what it writes on the disk of this computer stands still and loses nothing. Whoever can
 * make room is told, and as soon as there is some the guest goes on.
 */
export class DiskWait {
  readonly #parts: DiskWaitParts;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #holders = 0;
  /** It stood still for this when it was held, or may have begun to since. */
  #missed = false;

  constructor(parts: DiskWaitParts) {
    this.#parts = parts;
  }

  /** A write failed: `data` of the event. */
  failed(data: unknown): void {
    this.#parts.log.error({ data }, 'the disk of the guest failed');
    if (!stoppedForRoom.safeParse(data).success) return;
    // This may be told just before the answer to what had the guest run on.
    if (this.#holders > 0) this.#missed = true;
    else this.#begin();
  }

  /**
   * Until the returned function is called, once, the guest stands still for another reason, and is not to run on for this
   * one. Whoever has it run on lets go after that; one that stands still then waits for room as before.
   */
  hold(): () => void {
    this.#holders += 1;
    if (this.#timer) this.#missed = true;
    this.end();
    return () => {
      this.#holders -= 1;
      void this.#lookAfterHold();
    };
  }

  /** The guest is gone. */
  end(): void {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#parts.tell(undefined);
  }

  #begin(): void {
    if (this.#timer) return;
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
    this.#parts.tell(noRoom);
  }

  async #lookAfterHold(): Promise<void> {
    if (!this.#missed || this.#holders > 0) return;
    this.#missed = false;
    const { standsStill, log } = this.#parts;
    try {
      if (!(await standsStill())) return;
      if (this.#holders > 0) this.#missed = true;
      else this.#begin();
    } catch (error) {
      log.warn({ error: reportOf(error) }, 'whether the guest waits for room on the disk is not known');
    }
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const { disks, goOn, log } = this.#parts;
    try {
      const rooms = await Promise.all(disks.map(roomBeside));
      // It may have been held, or have ended, meanwhile.
      if (!this.#timer || rooms.some((bytes) => bytes < roomBytes)) return;
      this.end();
      log.info({}, 'there is room on the disk: the guest goes on');
      await goOn();
    } catch (error) {
      log.warn({ error: reportOf(error) }, 'a guest that waits for room on the disk did not go on');
    } finally {
      this.#looking = false;
    }
  }
}

async function roomBeside(disk: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(disk));
  return bavail * bsize;
}

const noRoom: ErrorReport = {
  code: 'vm.waits-for-room',
  message: 'The guest stands still: there is no room left on the disk of this computer for what it writes.',
  hint: 'Free some space: the guest then goes on by itself, and nothing of it is lost.',
};
