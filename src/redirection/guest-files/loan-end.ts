import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isByTheWay } from '../files/file-rules.ts';
import type { FileNotice } from '../files/notices.ts';
import type { LoanJournal } from './loan-journal.ts';
import { noticeOfKept } from './loan-notices.ts';
import type { LoanRecord } from './loan-record.ts';

/**
 * Removes a loan's copy. What a program or the user saved beside it under another name is kept first, by `keep`, which
 * resolves to where it is.
 */
export async function endOfLoan(
  journal: LoanJournal,
  record: LoanRecord,
  keep: (path: string) => Promise<string>,
): Promise<readonly FileNotice[]> {
  const folder = journal.folderOf(record.loanId);
  const notices: FileNotice[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(nothingThere)) {
    const isOwn = entry.name === record.name || !entry.isFile();
    if (isOwn || isByTheWay(entry.name) || isBackup(entry.name)) continue;
    notices.push(noticeOfKept(await keep(join(folder, entry.name))));
  }
  await journal.remove(record.loanId);
  return notices;
}

/** What editors of this computer leave for themselves: nobody misses it. */
function isBackup(name: string): boolean {
  return name.startsWith('.') || /(?:~|\.bak|\.orig)$/i.test(name);
}

function nothingThere(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
