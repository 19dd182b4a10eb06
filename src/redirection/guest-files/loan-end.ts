import { cp, readdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { privateFolder } from '../../shared/paths.ts';
import { isByTheWay } from '../files/file-rules.ts';
import { lookAt } from '../files/host-file.ts';
import { nameBeside } from '../files/host-name.ts';
import type { FileNotice } from '../files/notices.ts';
import type { LoanJournal } from './loan-journal.ts';
import { noticeOfKept } from './loan-notices.ts';
import type { LoanRecord } from './loan-record.ts';
import { keepCopy } from './return-loan.ts';

export interface KeepParts {
  readonly rescuedFolder: string;
  readonly workspaceName: string;
  readonly now: Date;
}

/**
 * Puts a loan's folder aside and asks `isFree` whether nobody needs the copy that lies there then: whoever has it open,
 * or saved it at the last moment, is seen. Resolves to false where somebody does; all is as before.
 */
export async function putAside(
  journal: LoanJournal,
  { loanId }: LoanRecord,
  isFree: (folder: string) => Promise<boolean>,
): Promise<boolean> {
  const [folder, aside] = [journal.folderOf(loanId), journal.asideOf(loanId)];
  const isThere = await rename(folder, aside).then(() => true, nothingThere);
  let free = false;
  try {
    free = await isFree(aside);
  } finally {
    if (!free && isThere) await rename(aside, folder);
  }
  return free;
}

/**
 * Removes a loan's copy, which was put aside. What a program or the user saved beside it under another name is kept
 * first, folders as a whole. Resolves to what is to be said about that.
 */
export async function endOfLoan(
  journal: LoanJournal,
  record: LoanRecord,
  parts: KeepParts,
): Promise<readonly FileNotice[]> {
  const folder = journal.asideOf(record.loanId);
  const notices: FileNotice[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(nobody)) {
    if (entry.name === record.name || isByTheWay(entry.name) || isBackup(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) notices.push(noticeOfKept(await keepFolder(path, parts)));
    else if (entry.isFile()) {
      const { rescuedFolder, workspaceName, now } = parts;
      notices.push(noticeOfKept(await keepCopy(path, rescuedFolder, workspaceName, now)));
    }
  }
  await journal.remove(record.loanId);
  return notices;
}

/** Moves a folder with all that is in it to a new name of a folder of the user's. Resolves to its path. */
async function keepFolder(path: string, { rescuedFolder, workspaceName, now }: KeepParts): Promise<string> {
  privateFolder(rescuedFolder);
  let number = 1;
  const targetOf = () => join(rescuedFolder, nameBeside(basename(path), workspaceName, now, number));
  while ((await lookAt(targetOf())) !== 'absent') number++;
  const target = targetOf();
  await rename(path, target).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EXDEV') throw error;
    await cp(path, target, { recursive: true, errorOnExist: true, force: false, verbatimSymlinks: true });
  });
  return target;
}

/** What editors of this computer leave for themselves: nobody misses it. */
function isBackup(name: string): boolean {
  return name.startsWith('.') || /(?:~|\.bak|\.orig)$/i.test(name);
}

function nothingThere(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}

function nobody(error: NodeJS.ErrnoException): never[] {
  nothingThere(error);
  return [];
}
