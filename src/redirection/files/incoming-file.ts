import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { type FileIdentity, identityOf } from './host-file.ts';

/** Gets a file's content from the guest; `take` is awaited for each chunk. */
export type Fetch = (
  take: (chunk: Uint8Array) => Promise<void>,
) => Promise<{ readonly stamp: string; readonly sizeBytes: number }>;

/** This computer could not keep the content; the guest's side is not to blame. */
export class HostFailure extends Error {
  readonly code: string;

  constructor(cause: unknown) {
    super('content of the guest could not be kept', { cause });
    this.code = (cause as NodeJS.ErrnoException).code ?? '';
  }

  get noRoom(): boolean {
    return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(this.code);
  }
}

/** Of content that has come, so much may be missing on the medium. */
const syncedAtOnceBytes = 16 * 1024 * 1024;

/** A hidden name for content that is to be called `hostPath`. */
export function temporaryNameFor(hostPath: string): string {
  const name = Buffer.from(basename(hostPath))
    .subarray(0, 200)
    .toString('utf8')
    .replace(/\ufffd$/, '');
  return `.${name}.xpane-${randomBytes(3).toString('hex')}`;
}

/**
 * Fetches into `temporary`, which is made (0600) and must not be there. When this resolves, all is on the medium. On a
 * failure nothing is left. Throws HostFailure, `files.lies` when the guest sends another size than it says, and what
 * `fetch` throws.
 */
export async function fetchInto(
  temporary: string,
  fetch: Fetch,
): Promise<{ stamp: string; identity: FileIdentity }> {
  const file = await open(temporary, 'wx', 0o600).catch(asHostFailure);
  try {
    const got = await fetchAll(file, fetch);
    return { stamp: got.stamp, identity: identityOf(await file.stat({ bigint: true })) };
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

async function fetchAll(file: FileHandle, fetch: Fetch): Promise<{ stamp: string }> {
  let sizeBytes = 0;
  let failure: HostFailure | undefined;
  const medium = new MediumAhead(file);
  const take = async (chunk: Uint8Array) => {
    try {
      await writeAll(file, chunk, sizeBytes);
      sizeBytes += chunk.length;
      medium.wrote(chunk.length);
    } catch (error) {
      failure ??= new HostFailure(error);
      throw failure;
    }
  };
  const got = await fetch(take).catch((error: unknown) => {
    // Whoever carries the content may tell it in words of its own.
    throw failure ?? error;
  });
  if (failure) throw failure;
  if (got.sizeBytes !== sizeBytes) throw lies();
  await medium.reached().catch(asHostFailure);
  return got;
}

/** Brings content to the medium while more of it comes: all of a large file at its end would take as long again. */
class MediumAhead {
  readonly #file: FileHandle;
  #waitingBytes = 0;
  #syncing: Promise<void> | undefined;
  #failure: unknown;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Throws what went wrong before: the system tells it only once. */
  wrote(sizeBytes: number): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#waitingBytes += sizeBytes;
    if (this.#syncing || this.#waitingBytes < syncedAtOnceBytes) return;
    this.#waitingBytes = 0;
    this.#syncing = this.#sync();
  }

  async reached(): Promise<void> {
    await this.#syncing;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#file.sync();
  }

  async #sync(): Promise<void> {
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#syncing = undefined;
    }
  }
}

/** A write may take less than it was given. */
export async function writeAll(file: FileHandle, chunk: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at + done);
    done += bytesWritten;
  }
}

/** Throws HostFailure. */
export function asHostFailure(error: unknown): never {
  throw new HostFailure(error);
}

function lies(): XPaneError {
  return new XPaneError(
    'files.lies',
    'The guest sent a file of another size than it said.',
    'Save the file again in the guest; if that does not help, restart the workspace.',
  );
}
