import { z } from 'zod';
import { filePath } from './file-name.ts';
import { limits } from './limits.ts';

/** Control messages about documents and their files; `BINARY.md` has the chunks of their content. */

/** Of the host's making, stable for the same file of the host. */
const documentId = z.string().regex(/^[0-9a-f]{16}$/);
/** Grow: none is used again in a connection. */
const transferId = z.int().min(1).max(0xffff_ffff);
const requestId = z.int().min(1).max(0xffff_ffff);
const coordinate = z.int().min(-limits.coordinatePx).max(limits.coordinatePx);
const sizeBytes = z.int().min(0).max(limits.fileBytes);
/** An absolute time, but of a file: it says what the file says, and nobody sets a clock by it. */
const modifiedUnixMs = z.int().min(limits.earliestUnixMs).max(limits.latestUnixMs);
/** Of size, time and place on the disk: the same as long as nobody wrote to the file, over restarts too. */
const stamp = z.string().regex(/^[0-9a-f]{16}$/);
/** Content taken so far, in all. */
const bytes = z.int().min(0).max(limits.fileBytes);
const transferAck = z.strictObject({ type: z.literal('transfer-ack'), transferId, bytes });

export const transferOutcomes = [
  'done',
  'cancelled',
  'in-use',
  'changed',
  'not-found',
  'no-room',
  'too-large',
  'access-denied',
  'failed',
] as const;
export type TransferOutcome = (typeof transferOutcomes)[number];

export const fileMessagesToGuest = [
  /** Makes or replaces a file. Its content follows in chunks; the agent answers `transfer-end`. */
  z.strictObject({
    type: z.literal('file-put'),
    transferId,
    documentId,
    path: filePath,
    sizeBytes,
    modifiedUnixMs,
    readOnly: z.boolean(),
    /** What is replaced: with any other content there the outcome is `changed`. Capability `files-expect`. */
    expect: z.union([stamp, z.literal('absent')]).optional(),
  }),
  /** Answered by `transfer-begin`, chunks and `transfer-end`, or by `transfer-end` alone. */
  z.strictObject({ type: z.literal('file-get'), transferId, documentId, path: filePath }),
  transferAck,
  /** The agent answers `transfer-end`, unless it has already. */
  z.strictObject({ type: z.literal('transfer-cancel'), transferId }),
  /** Answered by `launch-result`; request ids are shared with `launch`. */
  z.strictObject({
    type: z.literal('file-open'),
    requestId,
    documentId,
    path: filePath,
    /** The published application to open it with. Absent: the one the guest has for such files. */
    applicationId: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .optional(),
  }),
  /**
   * The user dropped files on a window, at this point of its surface. Answered by `launch-result`: `started` with the
   * program that they went to, or `not-taken`. Capability `file-drop`.
   */
  z.strictObject({
    type: z.literal('file-drop'),
    requestId,
    windowId: z.int().min(1).max(0xffff_ffff),
    x: coordinate,
    y: coordinate,
    files: z
      .array(z.strictObject({ documentId, path: filePath }))
      .min(1)
      .max(limits.droppedFiles),
  }),
  /**
   * Removes the document's folder, unless something in it is in use. With `expect` only if all its files are what this
   * stands for (`document-digest.ts`). Capability `files-expect`.
   */
  z.strictObject({
    type: z.literal('document-forget'),
    documentId,
    expect: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
] as const;

const documentFile = z.strictObject({
  type: z.literal('document-file'),
  documentId,
  path: filePath,
  stamp,
  sizeBytes,
  modifiedUnixMs,
  /** Some program has it open, or seems to work on it. */
  inUse: z.boolean(),
});
export type WireDocumentFile = z.infer<typeof documentFile>;

export const fileMessagesFromGuest = [
  /** Every file of every document before `ready`; then one that has settled to something new, or whose use changed. */
  documentFile,
  z.strictObject({ type: z.literal('document-file-gone'), documentId, path: filePath }),
  z.strictObject({ type: z.literal('transfer-begin'), transferId, sizeBytes, modifiedUnixMs, stamp }),
  transferAck,
  z.strictObject({
    type: z.literal('transfer-end'),
    transferId,
    outcome: z.enum(transferOutcomes),
    /** Win32 error code, 0 if none. */
    systemError: z.int().min(0).max(0xffff_ffff),
    /** Of the file as it is now; with `done` only. */
    stamp: stamp.optional(),
  }),
  z.strictObject({ type: z.literal('document-forgotten'), documentId, gone: z.boolean() }),
] as const;
