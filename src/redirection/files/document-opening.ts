import { basename } from 'node:path';
import { pause } from '../../shared/deadline.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { DocumentJournal } from './document-journal.ts';
import {
  type DocumentRecord,
  type FileRecord,
  fileAt,
  mainFile,
  samePath,
  withFile,
} from './document-record.ts';
import type { DocumentSync } from './document-sync.ts';
import { type FileRules, program, refusal } from './file-rules.ts';
import { guestNameOf } from './guest-name.ts';
import { type GuestFile, type GuestFileName, type GuestFiles, guestKey } from './guest-port.ts';
import { contentOf, type HostFile, inspectHostFile, isProgram, sameIdentity } from './host-file.ts';
import type { TransferList } from './transfer-list.ts';

export interface OpeningParts {
  readonly files: GuestFiles;
  readonly journal: DocumentJournal;
  readonly sync: DocumentSync;
  readonly rules: () => FileRules;
  readonly transfers: TransferList;
}

/** A file to be opened. */
export interface Asked {
  readonly path: string;
  /** Its folder goes, too: then it has the name that it has there, whatever a link to it is called. */
  readonly withFolder: boolean;
}

/** A file that changes while it is read is read again, so often; here, or in the guest. */
export const maxReads = 3;
const changes: ReadonlySet<string> = new Set(['files.changed', 'files.changed-there']);
/** The guest tells of a change half a second after it, or when its program lets go of the file. */
const newsMs = 5000;
/** What an agent that heeds no expectation may still have to tell is told within this. */
export const quietMs = 1500;
const lookMs = 20;
/** The guest has said that it did not take the file, for good. */
const notTaken: ReadonlySet<string> = new Set([
  'bridge.file-in-use',
  'bridge.file-no-room',
  'bridge.file-refused',
  'bridge.file-unexpected',
]);
/** Times that the channel carries; an older file is as old as that in the guest. */
const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2099, 11, 31);

/** Looks whether a file may be opened in the guest, without the guest. Throws `files.*`. */
export async function acceptFile(path: string, rules: FileRules): Promise<HostFile> {
  const file = await inspectHostFile(path);
  const { name, identity } = file;
  // Links followed: what the guest reads counts, too.
  const names = [name, guestNameOf(name), basename(file.path)];
  const refused = refusal(rules, 'to-guest', { names, sizeBytes: identity.sizeBytes });
  if (refused) throw refused;
  if (await isProgram(file.path)) throw program(displayText(name, 80), 'into the guest');
  return file;
}

/**
 * Sees to it that the guest has the file as it is here, and that nothing newer in the guest is lost by that. Resolves to
 * the file's path in the guest. One call at a time for each document. Throws `files.*`, `bridge.*`.
 */
export async function bringIntoGuest(
  parts: OpeningParts,
  documentId: string,
  { path, withFolder }: Asked,
  signal: AbortSignal,
): Promise<readonly string[]> {
  for (let reads = 1; ; reads++) {
    try {
      return await bringIn(parts, documentId, { path, withFolder }, signal);
    } catch (error) {
      const changed = error instanceof XPaneError && changes.has(error.code);
      if (!changed || reads === maxReads) throw error;
    }
  }
}

async function bringIn(
  parts: OpeningParts,
  documentId: string,
  { path: hostPath, withFolder }: Asked,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { files, journal, sync, rules } = parts;
  const asked = await acceptFile(hostPath, rules());
  const known = journal.get(documentId);
  const path = known ? mainFile(known).path : [guestNameOf(withFolder ? basename(asked.path) : asked.name)];
  // It is whole, and newer than the file here and whatever the guest has.
  if (known) await sync.finish(documentId, path);
  const inGuest = () => files.files.get(guestKey({ documentId, path }));
  let file = known ? await acceptFile(hostPath, rules()) : asked;
  if (inGuest()) {
    await journal.save(journal.get(documentId) ?? unknownIn(documentId, path, asked));
    const failed = await sync.run(documentId, signal);
    // It may have been written just now.
    file = await acceptFile(hostPath, rules());
    const entry = mainOf(journal, documentId);
    const isHere =
      entry.hostPath === file.path && entry.identity && sameIdentity(entry.identity, file.identity);
    // A newer one in the guest that cannot be fetched just now is what the user wants to see all the same.
    if (isHere) return path;
    const [first] = failed.filter((each) => samePath(each.file.path, path));
    if (first) throw first.error;
  }
  const over = inGuest();
  const { stamp } = fileAt(journal.get(documentId) ?? unknownIn(documentId, path, file), path) ?? {};
  // It is in the guest only: the rules or the user keep it there, or it was saved since.
  if (over && over.stamp !== stamp) throw sync.isKept(over) ? keptThere(file) : changedThere(file);
  if (over?.inUse) throw olderIsOpen(file);
  if (over && !files.heedsExpected && (await isTold(files, over, quietMs, signal))) throw changedThere(file);
  await put(parts, { documentId, path, file, over }, signal);
  return path;
}

interface Put {
  readonly documentId: string;
  readonly path: readonly string[];
  readonly file: HostFile;
  /** What is there by now, and is here, too. */
  readonly over: GuestFile | undefined;
}

async function put(
  { files, journal, transfers }: OpeningParts,
  { documentId, path, file, over }: Put,
  signal: AbortSignal,
): Promise<void> {
  const { readOnly, identity } = file;
  const before = journal.get(documentId) ?? unknownIn(documentId, path, file);
  const main: FileRecord = { path: [...path], hostPath: file.path, identity };
  const record = { ...before, hostPath: file.path, readOnly };
  await journal.save(withFile(record, { ...main, ...(over ? { putOver: over.stamp } : {}) }));
  const described = { documentId, path, ...factsOf(file) };
  const { sizeBytes } = identity;
  const transfer = { name: displayText(file.name, 80), direction: 'to-guest', sizeBytes } as const;
  const expect = over ? { stamp: over.stamp } : 'absent';
  const { stamp } = await transfers
    .follow(transfer, signal, (following) => files.put({ ...described, expect }, contentOf(file), following))
    .catch(async (error: unknown) => {
      const { code } = reportOf(error);
      // What the guest has is still what it was, or newer than that: nothing came of the put.
      if (notTaken.has(code)) await journal.save(before);
      if (code === 'bridge.file-in-use') throw olderIsOpen(file);
      if (code !== 'bridge.file-unexpected') throw error;
      await isTold(files, over ?? { documentId, path }, newsMs, signal);
      throw changedThere(file);
    });
  await journal.save(withFile(journal.get(documentId) ?? record, { ...main, stamp }));
}

/** What the guest is told of a file. */
export function factsOf({ identity: { sizeBytes }, modifiedMs, readOnly }: HostFile) {
  return { sizeBytes, modifiedMs: Math.min(latestMs, Math.max(earliestMs, modifiedMs)), readOnly };
}

/** Waits until the guest tells something new of a file; false when it does not within `ms`. Throws `signal.reason`. */
async function isTold(
  files: GuestFiles,
  before: GuestFileName & { readonly stamp?: string },
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    const now = files.files.get(guestKey(before));
    if (now?.stamp !== before.stamp || now?.inUse) return true;
    await pause(lookMs, signal);
  }
  return false;
}

/** For a copy in the guest of which the journal knows nothing: it may be anything. */
function unknownIn(documentId: string, path: readonly string[], file: HostFile): DocumentRecord {
  const { path: hostPath, readOnly } = file;
  return { version: 1, documentId, hostPath, readOnly, files: [{ path: [...path], hostPath }] };
}

function mainOf(journal: DocumentJournal, documentId: string): FileRecord {
  const record = journal.get(documentId);
  const main = record && fileAt(record, mainFile(record).path);
  if (!main) throw new Error(`the journal has lost ${documentId}`);
  return main;
}

function olderIsOpen({ name }: HostFile): XPaneError {
  return new XPaneError(
    'files.older-open',
    `${displayText(name, 80)} is open in the guest with an older content.`,
    'Close it there, then open it again.',
  );
}

function changedThere({ name }: HostFile): XPaneError {
  return new XPaneError(
    'files.changed-there',
    `${displayText(name, 80)} was saved in the guest just now.`,
    'Open it again in a moment: what was saved comes here first.',
  );
}

function keptThere({ name }: HostFile): XPaneError {
  return new XPaneError(
    'files.kept-there',
    `${displayText(name, 80)} was saved in the guest, too, and what was saved there has not come here: the settings for files keep it there, or you have cancelled it.`,
    'Open it again to have what you cancelled come after all; else let it come by the setting "filesFromGuest", or delete it in the guest.',
  );
}
