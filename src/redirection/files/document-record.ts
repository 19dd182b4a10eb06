import { createHash } from 'node:crypto';
import { z } from 'zod';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

/** What the journal keeps of one document, so that whatever is killed, the next start knows what may be newer where. */

/** Of one document. */
export const maxFiles = 256;
/** Names of a path in the guest: of folders, and of the file. */
export const maxDepth = 8;
export const longestHostPath = 4096;
const hostPath = z.string().startsWith('/').max(longestHostPath);
const stamp = z.string().regex(/^[0-9a-f]{16}$/);
const identity = z.strictObject({
  device: z.string().regex(/^\d+$/),
  inode: z.string().regex(/^\d+$/),
  sizeBytes: z.int().min(0),
  modifiedNs: z.string().regex(/^-?\d+$/),
});

/** Why content of the guest is not where it belongs. */
export const asideReasons = [
  'changed',
  'taken',
  'read-only',
  'no-folder',
  'no-room',
  'in-folder',
  'program',
  'cut-off',
] as const;
export type AsideReason = (typeof asideReasons)[number];

const ready = z.strictObject({
  stamp,
  identity,
  target: hostPath,
  /** `replace`: by a rename; `overwrite`: in place; `create`: a new name. */
  way: z.enum(['replace', 'overwrite', 'create']),
  /** The target may hold some of the new content already. */
  begun: z.literal(true).optional(),
  aside: z.enum(asideReasons).optional(),
});

/** Content that is on its way from the guest. */
const incoming = z.strictObject({
  /** It gets this name while it comes; noted before it exists. */
  temporary: hostPath,
  /** What the folder of that lies on: a mount point without its disk is another one. */
  device: z.string().regex(/^\d+$/).optional(),
  /** Set once it is whole and on the medium. From then on the guest is not needed any more. */
  ready: ready.optional(),
  /** Earlier content that is whole, and has no place yet: this one takes over from it once it is whole itself. */
  older: z
    .strictObject({ temporary: hostPath, device: z.string().regex(/^\d+$/).optional(), ready })
    .optional(),
});

const fileRecord = z.strictObject({
  /** In the guest, below the document's folder. */
  path: z.array(z.string().min(1).max(255)).min(1).max(maxDepth),
  /** Where its content belongs on this computer. */
  hostPath,
  /** Of the file there when it had the guest's content last; none: there was none yet. */
  identity: identity.optional(),
  /** The guest's content then; none: it has not been put, or its put was not seen to end. */
  stamp: stamp.optional(),
  /** While a put is not seen to end: the guest's content that it replaces. */
  putOver: stamp.optional(),
  incoming: incoming.optional(),
});

/** A folder below that of the file that was opened, which went into the guest with it. */
const folderRecord = z.strictObject({
  /** In the guest, below the document's folder. */
  path: z
    .array(z.string().min(1).max(255))
    .min(1)
    .max(maxDepth - 1),
  hostPath,
});

export const documentRecord = z.strictObject({
  version: z.literal(1),
  documentId: z.string().regex(/^[0-9a-f]{16}$/),
  /** The file that was opened, links followed. */
  hostPath,
  readOnly: z.boolean(),
  /** The first is the file that was opened, the others came beside it in the guest. */
  files: z.array(fileRecord).min(1).max(maxFiles),
  /** There: the file's folder belongs to the document, these folders below it have other names in the guest or the same. */
  folders: z.array(folderRecord).max(maxFiles).optional(),
});

export type DocumentRecord = Readonly<z.infer<typeof documentRecord>>;
export type FileRecord = Readonly<z.infer<typeof fileRecord>>;
export type FolderRecord = Readonly<z.infer<typeof folderRecord>>;
export type Ready = NonNullable<NonNullable<FileRecord['incoming']>['ready']>;

/** The same file of the same workspace is the same document, so that opening it twice leads to one copy. Pure. */
export function documentIdOf(workspaceId: string, path: string): string {
  return createHash('sha256').update(`${workspaceId}\0${path}`).digest('hex').slice(0, 16);
}

export function samePath(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, at) => name === other[at]);
}

export function fileAt(record: DocumentRecord, path: readonly string[]): FileRecord | undefined {
  return record.files.find((file) => samePath(file.path, path));
}

/** The file that was opened. */
export function mainFile({ files }: DocumentRecord): FileRecord {
  const [main] = files;
  if (!main) throw new Error('a document without a file');
  return main;
}

/** `file` takes the place of the one with its path, or comes last. Throws `files.too-many`. */
export function withFile(record: DocumentRecord, file: FileRecord): DocumentRecord {
  requireRoom(record, file.path);
  const known = record.files.some(({ path }) => samePath(path, file.path));
  const files = known
    ? record.files.map((each) => (samePath(each.path, file.path) ? file : each))
    : [...record.files, file];
  return { ...record, files };
}

/** Throws `files.too-many` where there is no room for one more. */
export function requireRoom(record: DocumentRecord, path: readonly string[]): void {
  if (record.files.length < maxFiles || fileAt(record, path)) return;
  throw new XPaneError(
    'files.too-many',
    `Too many files lie beside ${displayText(record.hostPath, 200)} in the guest: ${maxFiles} come.`,
    'Save them elsewhere in the guest.',
  );
}
