import { z } from 'zod';
import { transferOutcomes } from './file-messages.ts';
import { filePath } from './file-name.ts';

/**
 * Control messages about shares: folders of the host that are folders in the guest. Each is a document, and its files
 * go the ways of all documents (`file-messages.ts`); these are what documents have no need of. Capability `shares`.
 */

const requestId = z.int().min(1).max(0xffff_ffff);
const documentId = z.string().regex(/^[0-9a-f]{16}$/);
const ofShare = { requestId, documentId };
const stamp = z.string().regex(/^[0-9a-f]{16}$/);

/** Each is answered by one `share-result`. */
export const shareMessagesToGuest = [
  /** Makes the document's folder and shows it where it is said; from now on there and nowhere else. */
  z.strictObject({
    type: z.literal('share-open'),
    ...ofShare,
    /** A letter that leads to the folder; empty: none. Outcome `in-use`: it is something else's. */
    drive: z.string().regex(/^[D-Z]?$/),
    /** It is the user's My Documents. */
    documents: z.boolean(),
  }),
  /** The folder stays, and is shown nowhere any more. */
  z.strictObject({ type: z.literal('share-close'), ...ofShare }),
  /** Only while the file is the one of that stamp, and nobody has it open: else `changed`, `in-use`. */
  z.strictObject({ type: z.literal('file-remove'), ...ofShare, path: filePath, expect: stamp }),
  /** The same; and only to a name that nobody has, else `changed`. Folders are made. */
  z.strictObject({ type: z.literal('file-move'), ...ofShare, path: filePath, expect: stamp, to: filePath }),
  /** With those above it. */
  z.strictObject({ type: z.literal('folder-make'), ...ofShare, path: filePath }),
  /** Only an empty one, else `changed`. */
  z.strictObject({ type: z.literal('folder-remove'), ...ofShare, path: filePath }),
] as const;

export const shareMessagesFromGuest = [
  z.strictObject({
    type: z.literal('share-result'),
    requestId,
    outcome: z.enum(transferOutcomes),
    /** Win32 error code, 0 if none. */
    systemError: z.int().min(0).max(0xffff_ffff),
  }),
] as const;
