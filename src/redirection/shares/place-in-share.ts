import { chmod, lstat, mkdir, realpath } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { AsideReason, DocumentRecord, FileRecord } from '../files/document-record.ts';
import { type FileIdentity, identityOf, isProgram, lookAt } from '../files/host-file.ts';
import { choosePlace, place } from '../files/place-content.ts';
import type { HostEntry } from './share-entries.ts';

export interface ShareContent {
  /** The share's folder, without links. */
  readonly root: string;
  /** Whole and on the medium, in the folder of its place. It is gone when it is placed. */
  readonly temporary: string;
  /** Where it belongs, below the root. */
  readonly rel: string;
  /** What it replaces, as that was when both had the same. */
  readonly host?: HostEntry | undefined;
  readonly workspaceName: string;
  readonly now: Date;
  /** It may not take its place. */
  readonly aside?: AsideReason | undefined;
}

export interface PlacedContent {
  readonly rel: string;
  readonly identity: FileIdentity;
  /** Why it is not where it belongs. */
  readonly aside?: AsideReason | undefined;
}

/** For what places content of documents, which have a journal with these; shares have another one. */
const noStamp = '0'.repeat(16);
const noDocument = { version: 1, documentId: noStamp, readOnly: false } as const;

/**
 * A folder for what the guest has made; one name after the other, as one of them may be a link. Throws `share.taken`
 * where there is something else, `share.led-away`.
 */
export async function makeFolderFor(root: string, rel: string): Promise<string> {
  let folder = root;
  for (const name of dirname(rel).split('/')) {
    folder = join(folder, name);
    await mkdir(folder).catch(async (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EEXIST') throw cause;
      const { isLink, isFolder } = await kindOf(folder);
      if (isLink) throw ledAway(rel);
      if (!isFolder) throw taken(rel, cause);
    });
  }
  await requirePlain(folder, rel);
  return folder;
}

/** Throws `share.led-away` where a folder is not where its name says, as with a link that was put into its place. */
export async function requirePlain(folder: string, rel: string): Promise<void> {
  if ((await realpath(folder)) !== folder) throw ledAway(rel);
}

async function kindOf(path: string): Promise<{ readonly isLink: boolean; readonly isFolder: boolean }> {
  const stats = await lstat(path);
  return { isLink: stats.isSymbolicLink(), isFolder: stats.isDirectory() };
}

function taken(rel: string, cause: unknown): XPaneError {
  return new XPaneError(
    'share.taken',
    `The guest has a folder ${displayText(dirname(rel), 200)} where this computer has a file.`,
    'Rename one of them.',
    cause,
  );
}

function ledAway(rel: string): XPaneError {
  return new XPaneError(
    'share.led-away',
    `${displayText(rel, 200)} would leave its shared folder: this computer has a link in the way.`,
    'Rename the folder in the guest, or the link.',
  );
}

/** Resolves to 'again' when the place is not what it was any more: nothing has been changed then. Throws the system's error. */
export async function placeInShare(content: ShareContent): Promise<PlacedContent | 'again'> {
  const { root, temporary, rel, host, workspaceName, now } = content;
  const hostPath = host?.path ?? join(root, rel);
  const file: FileRecord = { path: ['-'], hostPath, ...(host ? { identity: host.identity } : {}) };
  const record: DocumentRecord = { ...noDocument, hostPath, files: [file] };
  const options = { workspaceName, now };
  const aside = content.aside ?? ((await isProgramThere(hostPath)) ? ('read-only' as const) : undefined);
  let choice = await choosePlace(record, file, temporary, { ...options, aside });
  // It has just changed here: both are compared then. What is no file never goes away by that.
  if (!aside && choice.aside === 'changed' && (await lookAt(hostPath)) !== 'other') return 'again';
  if (choice.way === 'overwrite' && (await mayRun(hostPath))) {
    choice = await choosePlace(record, file, temporary, { ...options, aside: 'read-only' });
  }
  await dress(temporary, choice.way === 'create' ? dirname(temporary) : temporary);
  const ready = { ...choice, stamp: noStamp, identity: identityOf(await lstat(temporary, { bigint: true })) };
  await requirePlain(dirname(choice.target), rel);
  await requirePlain(dirname(temporary), rel);
  const identity = await place({ file, temporary, ready, begin: () => Promise.resolve() });
  if (identity === 'again') return identity;
  // A link stays one: what it leads to was replaced.
  const placed = { rel: choice.target === host?.path ? host.rel : relative(root, choice.target), identity };
  return choice.aside ? { ...placed, aside: choice.aside } : placed;
}

/** What would be run here is never written by a guest, whatever it was when the folder was looked at. */
async function isProgramThere(path: string): Promise<boolean> {
  return (await mayRun(path)) && (await isProgram(path).catch(() => true));
}

async function mayRun(path: string): Promise<boolean> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isFile() === true && (stats.mode & 0o111) !== 0;
}

/** As may be read and written what is at `like`, and never as a program. */
async function dress(path: string, like: string): Promise<void> {
  const { mode } = await lstat(like);
  await chmod(path, mode & 0o666).catch((error: NodeJS.ErrnoException) => {
    // File systems without modes of their own.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(error.code ?? '')) throw error;
  });
}
