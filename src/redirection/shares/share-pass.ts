import { readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import type { GuestFile } from '../files/guest-port.ts';
import type { HostTree, HostTreeReader, ShareLimits } from './host-tree.ts';
import { NameMap } from './name-map.ts';
import { type HostEntry, keyOf } from './share-entries.ts';
import { deletesTooMuch, isEnd, planShare, type ShareStep } from './share-plan.ts';
import { freeBytesOf, ShareRoom } from './share-room.ts';
import { putBackLeaving, ShareTrash } from './share-trash.ts';
import { isShareTemporary, type StepParts, StepRunner } from './step-runner.ts';
import { prefixes, Unseen } from './unseen.ts';

/** The sides of a share as they are now, and what is to be done about it. */
export interface SharePass {
  readonly tree: HostTree;
  readonly root: string;
  readonly steps: readonly ShareStep[];
  /** Ends of files are so many that somebody is asked first; they are not among the steps. */
  readonly held: number;
  readonly runner: StepRunner;
  /** Folders that are new here, and those that are gone: the guest is told. */
  readonly newFolders: readonly {
    readonly rel: string;
    readonly path: readonly string[];
    readonly isEmpty: boolean;
  }[];
  readonly goneFolders: readonly { readonly rel: string; readonly path: readonly string[] }[];
}

export interface PassParts extends Omit<StepParts, 'root' | 'names' | 'room' | 'trash'> {
  /** It holds as much as a share may. */
  readonly trashFolder: string;
  readonly reader: HostTreeReader;
  readonly limits: () => ShareLimits;
  /** Only tests have another disk than the system's. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export interface PassOptions {
  /** By `keyOf`: what the guest was seen to delete. */
  readonly deleted: ReadonlySet<string>;
  readonly leaving: ReadonlySet<string>;
  readonly suspect: ReadonlyMap<string, string>;
  /** Somebody wants all that was deleted to be deleted. */
  readonly mayDelete: boolean;
}

/** Looks at both sides. Throws `share.not-there`, `share.too-big`, the system's error: nothing is known then. */
export async function preparePass(parts: PassParts, wishes: () => PassOptions): Promise<SharePass> {
  const { journal, guest, reader, rules, limits, readOnly } = parts;
  const root = await realpath(journal.share.folder).catch((cause: unknown) => {
    throw notThere(journal.share.folder, cause);
  });
  const tree = await reader.read(root, rules(), limits());
  // From here on nothing is waited for: what the guest has, and what it was seen to do, are of one moment.
  const options = wishes();
  const told = filesOf(guest.files.files.values(), journal.share.shareId);
  const names = new NameMap(
    journal.base.values(),
    [...told.values()].map(({ path }) => path),
  );
  const host = new Map<string, HostEntry>();
  for (const entry of tree.files.values()) host.set(keyOf(names.guestPathOf(entry.rel)), entry);
  for (const rel of tree.folders) names.guestPathOf(rel);
  const unseen = new Unseen(tree, names);
  const all = planShare({
    ...{ base: journal.base, host, guest: told, readOnly, ...options },
    isUnknown: (key) => unseen.has(key, told.get(key)?.path),
  });
  const tooMuch = !options.mayDelete && deletesTooMuch(all, journal.base.size);
  const steps = tooMuch ? all.filter((step) => !isEnd(step)) : all;
  const room = new ShareRoom({ tree, limits, freeBytes: parts.freeBytes ?? freeBytesOf });
  const trash = new ShareTrash(parts.trashFolder, () => limits().maxBytes);
  const runner = new StepRunner({ ...parts, root, names, room, trash });
  return {
    ...{ tree, root, steps, runner, held: all.length - steps.length },
    newFolders: newFolders(tree, names, journal.folders),
    goneFolders: tooMuch ? [] : goneFolders(tree, journal.folders),
  };
}

/** Removes what a service that was killed has left half done; the guest still has it. */
export async function sweepShare({ root, tree }: SharePass): Promise<void> {
  for (const folder of ['', ...tree.folders]) {
    await putBackLeaving(join(root, folder));
    const entries = await readdir(join(root, folder)).catch(() => []);
    for (const name of entries.filter(isShareTemporary)) await rm(join(root, folder, name), { force: true });
  }
}

/** By `keyOf`. */
export function filesOf(files: Iterable<GuestFile>, shareId: string): ReadonlyMap<string, GuestFile> {
  const found = new Map<string, GuestFile>();
  for (const file of files) if (file.documentId === shareId) found.set(keyOf(file.path), file);
  return found;
}

function newFolders(
  tree: HostTree,
  names: NameMap,
  known: ReadonlyMap<string, unknown>,
): SharePass['newFolders'] {
  const withContent = new Set(
    [...tree.files.keys(), ...tree.folders].map((rel) => rel.replace(/\/?[^/]*$/, '')),
  );
  return [...tree.folders]
    .filter((rel) => !known.has(rel))
    .map((rel) => ({ rel, path: names.guestPathOf(rel), isEmpty: !withContent.has(rel) }));
}

/** The deepest first. */
function goneFolders(
  tree: HostTree,
  known: ReadonlyMap<string, readonly string[]>,
): SharePass['goneFolders'] {
  return [...known]
    .filter(([rel]) => !tree.folders.has(rel) && !prefixes(rel).some((prefix) => tree.leftOut.has(prefix)))
    .map(([rel, path]) => ({ rel, path }))
    .sort((one, other) => other.path.length - one.path.length);
}

/** By the rules or the bounds: trying again changes nothing as long as the file is the same. */
export function isRefused(error: unknown): boolean {
  const codes = ['files.program', 'files.not-allowed', 'files.too-large', 'files.not-harmless', 'share.full'];
  return codes.includes(reportOf(error).code);
}

function notThere(folder: string, cause: unknown): XPaneError {
  return new XPaneError(
    'share.not-there',
    `There is no folder ${displayText(folder, 200)} to be shared.`,
    'Look whether it was moved, or whether its disk or network share is connected. Nothing is deleted in the guest meanwhile.',
    cause,
  );
}
