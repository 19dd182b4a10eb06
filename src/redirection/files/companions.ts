import { lstat, opendir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { reportOf } from '../../shared/errors.ts';
import { acceptFile } from './document-opening.ts';
import { type FolderRecord, maxDepth } from './document-record.ts';
import { type FileRules, isByTheWay } from './file-rules.ts';
import { guestNameOf, isTooLongInGuest } from './guest-name.ts';
import type { HostFile } from './host-file.ts';
import { hostNameOf } from './host-name.ts';

/**
 * What goes into the guest with a file: what lies beside it and below its folder. Links are never followed, so nothing
 * that lies elsewhere goes.
 */

/** A file of the folder, with its place in the guest. */
export interface Companion {
  readonly file: HostFile;
  readonly path: readonly string[];
}

/** Why a file or folder stays here. */
export type StayReason =
  | 'too-many'
  | 'too-large'
  | 'too-deep'
  | 'name'
  | 'rules'
  | 'program'
  | 'link'
  | 'special'
  | 'hidden'
  | 'not-readable'
  | 'in-use'
  | 'changing'
  | 'refused';

/** What stays here, below the folder. */
export type Stays = Map<StayReason, string[]>;

export interface FolderContent {
  /** Those that have the opened file's name first, then those that are near. */
  readonly companions: readonly Companion[];
  /** Those whose names in the guest do not lead back to them, see `hostNameOf`. */
  readonly folders: readonly FolderRecord[];
  readonly stays: Stays;
}

export interface FolderLimits {
  /** Of all companions together. */
  readonly maxBytes: number;
  /** Fewer than a document has files: what applications make there is to come back. */
  readonly maxFiles: number;
}

/** Entries of folders that are looked at; a project may have a hundred thousand. */
const mostEntries = 4096;

interface Candidate {
  readonly hostPath: string;
  /** Names below the folder, here and in the guest. */
  readonly names: readonly string[];
  readonly path: readonly string[];
}

/** Looks what lies in the folder of `main`, an opened file (links followed) with its name in the guest. Throws `signal.reason`. */
export async function folderContent(
  main: { readonly hostPath: string; readonly path: readonly string[] },
  rules: FileRules,
  limits: FolderLimits,
  signal: AbortSignal,
): Promise<FolderContent> {
  const stays: Stays = new Map();
  const found = await candidates(main.hostPath, stays, signal);
  // What each file and folder of the guest stands for here, by `keyOf`: only one thing.
  const owners = new Map([[keyOf(main.path), main.hostPath]]);
  const companions: Companion[] = [];
  const folders = new Map<string, FolderRecord>();
  let leftBytes = limits.maxBytes;
  for (const candidate of nearestFirst(found, basename(main.hostPath))) {
    signal.throwIfAborted();
    const shown = candidate.names.join('/');
    const { path } = candidate;
    if (companions.length >= limits.maxFiles) stay(stays, 'too-many', shown);
    else if (isTooLongInGuest(path) || isTaken(owners, candidate)) stay(stays, 'name', shown);
    else {
      const file = await accepted(candidate, rules);
      if (file === undefined) continue;
      if (typeof file === 'string') stay(stays, file, shown);
      else if (file.identity.sizeBytes > leftBytes) stay(stays, 'too-large', shown);
      else {
        leftBytes -= file.identity.sizeBytes;
        for (const [key, hostPath] of waysOf(candidate)) owners.set(key, hostPath);
        companions.push({ file, path });
        for (const folder of foldersOf(candidate)) {
          if (!folders.has(keyOf(folder.path))) folders.set(keyOf(folder.path), folder);
        }
      }
    }
  }
  return { companions, folders: [...folders.values()], stays };
}

export function stay(stays: Stays, reason: StayReason, name: string): void {
  const names = stays.get(reason);
  if (names) names.push(name);
  else stays.set(reason, [name]);
}

/** Folder by folder, the nearest first. */
async function candidates(main: string, stays: Stays, signal: AbortSignal): Promise<Candidate[]> {
  const found: Candidate[] = [];
  let looked = 0;
  const top: Candidate = { hostPath: dirname(main), names: [], path: [] };
  const queue = [top];
  for (let folder = queue.shift(); folder; folder = queue.shift()) {
    signal.throwIfAborted();
    const names = await namesIn(folder.hostPath, mostEntries - looked);
    looked += names?.length ?? 0;
    if (names === undefined) stay(stays, 'not-readable', folder.names.join('/'));
    for (const name of names ?? []) {
      const entry: Candidate = {
        hostPath: join(folder.hostPath, name),
        names: [...folder.names, name],
        path: [...folder.path, guestNameOf(name)],
      };
      if (entry.hostPath === main || isByTheWay(name)) continue;
      const kind = await kindOf(entry.hostPath, name);
      if (kind === 'file') found.push(entry);
      else if (kind !== 'folder') stay(stays, kind, entry.names.join('/'));
      else if (entry.path.length < maxDepth) queue.push(entry);
      else stay(stays, 'too-deep', entry.names.join('/'));
    }
    if (looked >= mostEntries) {
      stay(stays, 'too-many', `${folder.names.at(-1) ?? basename(folder.hostPath)}/…`);
      break;
    }
  }
  return found;
}

/** Undefined for what cannot be read. */
async function namesIn(folder: string, most: number): Promise<string[] | undefined> {
  const names: string[] = [];
  try {
    const entries = await opendir(folder);
    for await (const { name } of entries) {
      if (names.length >= most) break;
      names.push(name);
    }
  } catch {
    return undefined;
  }
  return names.sort();
}

async function kindOf(path: string, name: string) {
  if (name.startsWith('.')) return 'hidden';
  // A name that is no valid UTF-8 has been read with replacement characters, and leads nowhere.
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) return 'not-readable';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isDirectory()) return 'folder';
  return stats.isFile() ? 'file' : 'special';
}

const reasons: Readonly<Record<string, StayReason>> = {
  'files.program': 'program',
  'files.not-allowed': 'rules',
  'files.too-large': 'rules',
  'files.not-a-file': 'special',
  'files.not-readable': 'not-readable',
};

/** The file, why it stays here, or undefined when it is gone by now. Throws what is no matter of the file. */
async function accepted(
  { hostPath }: Candidate,
  rules: FileRules,
): Promise<HostFile | StayReason | undefined> {
  try {
    const file = await acceptFile(hostPath, rules);
    // A link has taken its place, or that of its folder.
    return file.path === hostPath ? file : 'link';
  } catch (error) {
    const { code } = reportOf(error);
    if (code === 'files.not-found') return undefined;
    const reason = reasons[code];
    if (reason === undefined) throw error;
    return reason;
  }
}

/** What belongs to a file often has its name: `roads.dbf` to `roads.shp`, `page_files/` to `page.htm`. */
function nearestFirst(found: readonly Candidate[], mainName: string): Candidate[] {
  const stem = basename(mainName, extname(mainName)).toLowerCase();
  const rank = ({ names }: Candidate) => (names[0]?.toLowerCase().startsWith(stem) ? 0 : names.length);
  return found.toSorted((one, other) => rank(one) - rank(other));
}

/** The name of the file, or of a folder that it lies in, stands for another one in the guest. */
function isTaken(owners: ReadonlyMap<string, string>, candidate: Candidate): boolean {
  return waysOf(candidate).some(([key, hostPath]) => (owners.get(key) ?? hostPath) !== hostPath);
}

/** The file and the folders that it lies in: what they are in the guest, by `keyOf`, and here. */
function waysOf({ hostPath, path }: Candidate): [string, string][] {
  const ways: [string, string][] = [];
  let at = hostPath;
  for (let depth = path.length; depth > 0; depth -= 1) {
    ways.push([keyOf(path.slice(0, depth)), at]);
    at = dirname(at);
  }
  return ways;
}

/** The folders that a file lies in, as far as they have other names in the guest. */
function foldersOf({ hostPath, names, path }: Candidate): FolderRecord[] {
  const folders: FolderRecord[] = [];
  let at = dirname(hostPath);
  for (let depth = path.length - 1; depth > 0; depth -= 1) {
    const leadsBack = path.slice(0, depth).every((name, level) => hostNameOf(name) === names[level]);
    if (!leadsBack) folders.push({ path: path.slice(0, depth), hostPath: at });
    at = dirname(at);
  }
  return folders;
}

/** Windows takes names that differ in case only for the same. */
function keyOf(path: readonly string[]): string {
  return path.join('/').toLowerCase();
}
