import { rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileIdentity } from '../files/host-file.ts';
import { hostNameOf } from '../files/host-name.ts';
import { asHostFailure, fetchInto, temporaryNameFor } from '../files/incoming-file.ts';
import { type Scan, scanFetched } from '../files/scan.ts';
import { holdsProgram } from './disguise.ts';
import { disguised, tooLarge } from './loan-errors.ts';
import type { LoanTransfers } from './loan-port.ts';

/** Room that a guest's file leaves on the disk here. */
const spareBytes = 256 * 2 ** 20;

export interface Fetched {
  readonly temporary: string;
  readonly stamp: string;
  readonly identity: FileIdentity;
}

export interface FetchOptions {
  readonly loanId: string;
  /** Of the copy. */
  readonly name: string;
  readonly folder: string;
  readonly maxBytes: number;
  readonly scan: Scan | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A safe name for the copy of a file that the guest calls `untrustedName`. Pure. */
export function copyNameOf(untrustedName: string): string {
  return hostNameOf(untrustedName);
}

/**
 * Fetches what the guest has lent into a hidden file of the folder: nobody can run it, all is on the medium, and it holds
 * no program, nor anything that the scan command finds. Nothing is left on a failure. However much the guest says or sends, no more than `maxBytes` are taken.
 * Throws `loans.*`, `files.lies`, HostFailure, or what the guest's side says.
 */
export async function fetchLoan(
  loans: LoanTransfers,
  { loanId, name, folder, maxBytes, scan, signal }: FetchOptions,
): Promise<Fetched> {
  const temporary = join(folder, temporaryNameFor(name));
  const { bavail, bsize } = await statfs(folder).catch(asHostFailure);
  const mostBytes = Math.min(maxBytes, bavail * bsize - spareBytes);
  let bytes = 0;
  const options = signal ? { signal } : {};
  const got = await fetchInto(temporary, (take) =>
    loans.get(
      loanId,
      async (chunk) => {
        bytes += chunk.length;
        if (bytes > mostBytes) throw tooLarge(name);
        await take(chunk);
      },
      options,
    ),
  );
  if (await holdsProgram(temporary)) {
    await rm(temporary, { force: true });
    throw disguised(name);
  }
  await scanFetched(scan, temporary, name, signal);
  return { temporary, ...got };
}

/** The copy is what was fetched from now on. Throws HostFailure. */
export async function placeCopy({ temporary }: Fetched, path: string): Promise<void> {
  await rename(temporary, path).catch(asHostFailure);
}
