import { stat } from 'node:fs/promises';
import { XPaneError } from '../../shared/errors.ts';
import {
  jolietIdentifier,
  pathParts,
  type ShortName,
  shortIdentifier,
  shortKey,
  shortNames,
} from './names.ts';

/** One file of the disk: `path` with `/` between folders, which need not be named themselves. */
export type IsoEntry = { readonly path: string } & (
  | { readonly content: Uint8Array }
  /** A file of the host, read when the disk is written. */
  | { readonly file: string }
);

export interface IsoFile {
  readonly kind: 'file';
  readonly path: string;
  readonly name: string;
  readonly entry: IsoEntry;
  readonly sizeBytes: number;
  shortName: ShortName;
}

export interface IsoFolder {
  readonly kind: 'folder';
  readonly name: string;
  readonly nodes: (IsoFile | IsoFolder)[];
  shortName: ShortName;
}

export type IsoNode = IsoFile | IsoFolder;

/** One disk has two sets of names for the same files. */
export const nameSpaces = ['primary', 'joliet'] as const;
export type NameSpace = (typeof nameSpaces)[number];

/** A field of 32 bits could say 4 GiB - 1, but readers of the XP age take it for a signed number. */
const maxFileBytes = 2 ** 31;

/**
 * The folders and files of a disk, sorted by name, with short names given.
 *
 * Throws `guest-setup.bad-path`, `guest-setup.file-too-large`, or the system's error for a file of the host.
 */
export async function isoTree(entries: readonly IsoEntry[]): Promise<IsoFolder> {
  const root = folderNamed('');
  for (const entry of entries) await place(root, entry);
  finish(root);
  return root;
}

/** As it stands in a directory record. */
export function identifierOf(node: IsoNode, space: NameSpace): Buffer {
  const isFolder = node.kind === 'folder';
  return space === 'primary'
    ? shortIdentifier(node.shortName, isFolder)
    : jolietIdentifier(node.name, isFolder);
}

/** A folder's entries in the order that the name space demands. */
export function nodesOf(folder: IsoFolder, space: NameSpace): IsoNode[] {
  return space === 'joliet'
    ? [...folder.nodes]
    : [...folder.nodes].sort((a, b) => byText(shortKey(a.shortName), shortKey(b.shortName)));
}

/** Parents first, level by level; the path table numbers them so. */
export function foldersOf(root: IsoFolder, space: NameSpace): IsoFolder[] {
  const found = [root];
  // The list grows while it is gone through, which makes it go level by level.
  for (const folder of found) {
    for (const node of nodesOf(folder, space)) if (node.kind === 'folder') found.push(node);
  }
  return found;
}

/** Folder by folder, in Joliet's order. */
export function filesOf(root: IsoFolder): IsoFile[] {
  return foldersOf(root, 'joliet').flatMap((folder) => folder.nodes.filter((node) => node.kind === 'file'));
}

async function place(root: IsoFolder, entry: IsoEntry): Promise<void> {
  const parts = pathParts(entry.path);
  const name = parts.pop() ?? '';
  let folder = root;
  for (const part of parts) {
    const known = named(folder, part);
    if (known?.kind === 'file') throw clash(entry.path);
    if (known && known.name !== part) throw clash(entry.path);
    const next = known ?? folderNamed(part);
    if (!known) folder.nodes.push(next);
    folder = next;
  }
  if (named(folder, name)) throw clash(entry.path);
  const sizeBytes = 'content' in entry ? entry.content.byteLength : (await stat(entry.file)).size;
  if (sizeBytes > maxFileBytes) throw tooLarge(entry.path);
  const shortName = { base: '', extension: '' };
  folder.nodes.push({ kind: 'file', path: entry.path, name, entry, sizeBytes, shortName });
}

function finish(folder: IsoFolder): void {
  folder.nodes.sort((a, b) => byText(a.name, b.name));
  const names = shortNames(
    folder.nodes.map((node) => ({ name: node.name, isFolder: node.kind === 'folder' })),
  );
  for (const [index, node] of folder.nodes.entries()) {
    node.shortName = names[index] ?? node.shortName;
    if (node.kind === 'folder') finish(node);
  }
}

/** Windows does not tell names apart by case. */
function named(folder: IsoFolder, name: string): IsoNode | undefined {
  return folder.nodes.find((node) => node.name.toUpperCase() === name.toUpperCase());
}

function folderNamed(name: string): IsoFolder {
  return { kind: 'folder', name, nodes: [], shortName: { base: '', extension: '' } };
}

/** By code units, which is the order of UCS-2 bytes; a locale's order would differ between hosts. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function clash(path: string): XPaneError {
  return new XPaneError(
    'guest-setup.bad-path',
    `The file ${JSON.stringify(path)} has the name of another on the same disk, as Windows compares names.`,
    'Give one of them another name.',
  );
}

function tooLarge(path: string): XPaneError {
  return new XPaneError(
    'guest-setup.file-too-large',
    `The file ${JSON.stringify(path)} is larger than 2 GiB.`,
    'A disk for the guest can only carry smaller files.',
  );
}
