import { closeSync } from 'node:fs';
import koffi from 'koffi';
import type { SharedMemory } from './shared-memory.ts';

/** From sys/mman.h of Linux, the same on every architecture that Node runs on. */
const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_FAILED = -1n;
const MFD_CLOEXEC = 1;

interface MemoryCalls {
  memfdCreate(name: string, flags: number): number;
  posixFallocate(fd: number, offset: number, length: number): number;
  mmap(at: null, length: number, protection: number, flags: number, fd: number, offset: number): bigint;
  munmap(at: bigint, length: number): number;
}

let calls: MemoryCalls | undefined;

function libc(): MemoryCalls {
  if (!calls) {
    const lib = koffi.load('libc.so.6');
    calls = {
      memfdCreate: lib.func('int memfd_create(const char *name, unsigned int flags)'),
      posixFallocate: lib.func('int posix_fallocate(int fd, int64_t offset, int64_t length)'),
      mmap: lib.func(
        'void *mmap(void *at, size_t length, int protection, int flags, int fd, int64_t offset)',
      ),
      munmap: lib.func('int munmap(void *at, size_t length)'),
    };
  }
  return calls;
}

/**
 * Anonymous memory mapped into this process: what is written to `bytes` is in the server's sight without another
 * copy. Throws if the system has no such memory (no glibc, no koffi for this machine, memory exhausted).
 *
 * The pages are claimed at once: a page that is missing later would kill the process with SIGBUS, not throw.
 * After `release`, touching a view of `bytes` that somebody kept would crash, so nobody outside this folder ever
 * gets one.
 */
export function allocateMapped(sizeBytes: number): SharedMemory {
  const { memfdCreate, posixFallocate, mmap, munmap } = libc();
  const fd = memfdCreate('xpane-pixels', MFD_CLOEXEC);
  if (fd < 0) throw new Error('memfd_create failed');
  try {
    const failure = posixFallocate(fd, 0, sizeBytes);
    if (failure !== 0) throw new Error(`no memory for ${sizeBytes} bytes of pixels (error ${failure})`);
    const address = mmap(null, sizeBytes, PROT_READ_WRITE, MAP_SHARED, fd, 0);
    if (BigInt.asIntN(64, address) === MAP_FAILED) throw new Error('mmap failed');
    return {
      bytes: Buffer.from(koffi.view(address, sizeBytes)),
      fd,
      commit: () => undefined,
      attached: () => closeSync(fd),
      release: () => void munmap(address, sizeBytes),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
