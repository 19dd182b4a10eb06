import { constants } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { reportOf } from '../../shared/errors.ts';
import { privateFolder } from '../../shared/paths.ts';
import { refusal } from '../files/file-rules.ts';
import {
  contentOf,
  type FileIdentity,
  identityOf,
  lookAt,
  sameContent,
  sameIdentity,
} from '../files/host-file.ts';
import { nameBeside } from '../files/host-name.ts';
import { fetchLoan } from './fetch-loan.ts';
import type { LoanRules, LoanTransfers } from './loan-port.ts';
import type { LoanRecord } from './loan-record.ts';

export interface ReturnParts {
  readonly loans: LoanTransfers;
  readonly record: LoanRecord;
  /** The loan's copy, and its folder. */
  readonly path: string;
  readonly folder: string;
  readonly rules: LoanRules;
  readonly rescue: (path: string) => Promise<string>;
  readonly signal?: AbortSignal | undefined;
}

/** `over`: in the guest's file; `beside`: that has changed, too, or is gone; `rescued`: on this computer, at `path`. */
export type Returned =
  | { readonly kind: 'same' | 'over' | 'beside'; readonly record: LoanRecord }
  | { readonly kind: 'rescued'; readonly record: LoanRecord; readonly path: string; readonly why: string };

/** Codes for a guest's file that the content cannot go over, however often it is tried. */
const noPlace: ReadonlySet<string> = new Set(['bridge.file-not-found', 'bridge.file-refused']);

/**
 * Brings what was saved here to the guest's file, if that is still what was fetched; else both are kept there. What the
 * guest has no place for is kept on this computer. Throws `bridge.file-in-use`, `bridge.*`, `files.changed`: then all is
 * as before, for another time.
 */
export async function returnLoan(parts: ReturnParts): Promise<Returned> {
  const { record, path, rules } = parts;
  const stats = await lookAt(path);
  // Deleting here deletes nothing there.
  if (typeof stats === 'string') return { kind: 'same', record };
  const identity = identityOf(stats);
  if (sameIdentity(identity, record.identity)) return { kind: 'same', record };
  const refused = refusal(rules.files, 'to-guest', { names: [record.name], sizeBytes: identity.sizeBytes });
  if (refused) return await rescued(parts, identity, refused);
  const put = async (over: string | undefined) => {
    const { stamp } = await putContent(parts, identity, Number(stats.mtimeNs / 1_000_000n), over);
    return { ...record, stamp, identity };
  };
  try {
    return { kind: 'over', record: await put(record.stamp) };
  } catch (error) {
    const { code } = reportOf(error);
    if (code !== 'bridge.file-unexpected' && !noPlace.has(code)) throw error;
    const stamp = code === 'bridge.file-unexpected' ? await stampOfSame(parts, identity) : undefined;
    if (stamp !== undefined) return { kind: 'over', record: { ...record, stamp, identity } };
  }
  try {
    return { kind: 'beside', record: await put(undefined) };
  } catch (error) {
    if (!noPlace.has(reportOf(error).code)) throw error;
    return await rescued(parts, identity, error);
  }
}

async function putContent(
  { loans, record, path, signal }: ReturnParts,
  identity: FileIdentity,
  modifiedMs: number,
  over: string | undefined,
): Promise<{ readonly stamp: string }> {
  const { loanId, name } = record;
  const { sizeBytes } = identity;
  const content = contentOf({ path, name, identity, modifiedMs, readOnly: false });
  const loan = { loanId, ...(over === undefined ? {} : { over }), sizeBytes, modifiedMs };
  return await loans.put(loan, content, signal ? { signal } : {});
}

/** What the guest has is what is here, when a put was not seen to end; undefined when both have changed. */
async function stampOfSame(
  { loans, record, path, folder, signal }: ReturnParts,
  { sizeBytes }: FileIdentity,
): Promise<string | undefined> {
  const { loanId, name } = record;
  // It is only compared, and gone then: nothing to scan.
  const most = { maxBytes: sizeBytes + 1, scan: undefined };
  const options = { loanId, name, folder, ...most, signal };
  const there = await fetchLoan(loans, options).catch((error: unknown) => {
    // Whatever it is now: it is not what was saved here.
    if (/^loans\.|not-found$/.test(reportOf(error).code)) return undefined;
    throw error;
  });
  if (!there) return undefined;
  try {
    return (await sameContent(there.temporary, path)) ? there.stamp : undefined;
  } finally {
    await rm(there.temporary, { force: true });
  }
}

async function rescued(
  { record, path, rescue }: ReturnParts,
  identity: FileIdentity,
  why: unknown,
): Promise<Returned> {
  const kept = await rescue(path);
  return { kind: 'rescued', record: { ...record, identity }, path: kept, why: reportOf(why).message };
}

/** Copies a file to a new name of a folder of the user's, on the medium when it resolves to its path. */
export async function keepCopy(
  path: string,
  folder: string,
  workspaceName: string,
  now: Date,
): Promise<string> {
  privateFolder(folder);
  for (let number = 1; ; number++) {
    const target = join(folder, nameBeside(basename(path), workspaceName, now, number));
    try {
      await copyFile(path, target, constants.COPYFILE_EXCL);
      const file = await open(target, 'r+');
      await file.sync().finally(() => file.close());
      return target;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
