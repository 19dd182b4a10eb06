import { z } from 'zod';
import { isPlainFileName } from './file-name.ts';
import { limits } from './limits.ts';

/**
 * Control messages about loans: files of the guest that the host opens. Neither side names a path of the other: a loan's
 * id stands for one file, for as long as the host has it, over restarts of agent and guest. Only with an agent whose
 * `hello` names the capability `loans`.
 */

/** Of the guest's making. */
const loanId = z.string().regex(/^[0-9a-f]{16}$/);
const transferId = z.int().min(1).max(0xffff_ffff);

export const loanExtension = z.string().regex(/^[a-z0-9_+-]{1,16}$/);

/** Transfers, as those of `file-messages.ts`. */
export const loanTransfersToGuest = [
  /** Answered as `file-get`. */
  z.strictObject({ type: z.literal('loan-get'), transferId, loanId }),
  /**
   * Replaces the lent file if its content still is `over`; else `transfer-end` says `changed`. Without `over` the content
   * comes beside it, under a name of the agent's making, and that is the lent file from then on.
   */
  z.strictObject({
    type: z.literal('loan-put'),
    transferId,
    loanId,
    over: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .optional(),
    sizeBytes: z.int().min(0).max(limits.fileBytes),
    modifiedUnixMs: z.int().min(limits.earliestUnixMs).max(limits.latestUnixMs),
  }),
] as const;

export const loanMessagesToGuest = [
  /** Which files the host opens; without a word of it none. */
  z.strictObject({
    type: z.literal('loan-handling'),
    extensions: z.array(loanExtension).max(limits.loanKinds),
  }),
  /** To `loan-offer`: what the host does not take opens in the guest. */
  z.strictObject({ type: z.literal('loan-answer'), loanId, taken: z.boolean() }),
  /** The host has nothing of the file any more. */
  z.strictObject({ type: z.literal('loan-return'), loanId }),
] as const;

export const loanMessagesFromGuest = [
  /** Somebody opens a file of a kind that `loan-handling` named. The same file has the same id while it is lent. */
  z.strictObject({
    type: z.literal('loan-offer'),
    loanId,
    name: z.string().refine(isPlainFileName, { message: 'A plain file name' }),
  }),
] as const;
