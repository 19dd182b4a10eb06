import { randomUUID } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, unlinkSync, writeSync } from 'node:fs';
import type { SharedMemory } from './shared-memory.ts';

/**
 * A nameless file in memory (tmpfs) that is written to, not mapped: needs nothing but Node, costs one more copy.
 * Throws without a writable /dev/shm.
 */
export function allocateFile(sizeBytes: number): SharedMemory {
  const path = `/dev/shm/xpane-${process.pid}-${randomUUID()}`;
  const fd = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    ftruncateSync(fd, sizeBytes);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const bytes = Buffer.alloc(sizeBytes);
  return {
    bytes,
    fd,
    commit: (offset, length) => {
      for (let done = 0; done < length; ) {
        done += writeSync(fd, bytes, offset + done, length - done, offset + done);
      }
    },
    attached: () => undefined,
    release: () => closeSync(fd),
  };
}
