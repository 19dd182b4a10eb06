import { z } from 'zod';
import { limits } from './limits.ts';

/**
 * Control messages about the clipboard, the same both ways: who offers is asked, and gives. `BINARY.md` has the chunks
 * of the content. Only with an agent whose `hello` names the capability `clipboard`.
 */

/**
 * As Windows has it on its clipboard (HTML Format, Rich Text Format, CF_DIB or CF_DIBV5), but text: that is UTF-8, and
 * files, of which there are only names (`README.md`): with an agent of the capability `clipboard-files`.
 */
export const clipboardFormats = ['text', 'html', 'rtf', 'image', 'files'] as const;
export type ClipboardFormat = (typeof clipboardFormats)[number];

/** Grow, each side's own: none is used again in a connection. */
const offerId = z.int().min(1).max(0xffff_ffff);
const requestId = z.int().min(1).max(0xffff_ffff);
const bytes = z.int().min(0).max(limits.clipboardBytes);

export const clipboardRefusals = ['gone', 'refused', 'too-large', 'failed'] as const;
export type ClipboardRefusal = (typeof clipboardRefusals)[number];

export const clipboardMessages = [
  /** What is on the clipboard from now on: names only. None: nothing that could cross. */
  z.strictObject({
    type: z.literal('clipboard-offer'),
    offerId,
    formats: z
      .array(z.enum(clipboardFormats))
      .max(clipboardFormats.length)
      .refine((formats) => new Set(formats).size === formats.length),
  }),
  /** Somebody pastes. Answered by `clipboard-reply` and chunks, or by `clipboard-refusal`. */
  z.strictObject({
    type: z.literal('clipboard-request'),
    requestId,
    offerId,
    format: z.enum(clipboardFormats),
  }),
  z.strictObject({ type: z.literal('clipboard-reply'), requestId, sizeBytes: bytes }),
  z.strictObject({ type: z.literal('clipboard-refusal'), requestId, reason: z.enum(clipboardRefusals) }),
  /** By who asked: content taken so far. */
  z.strictObject({ type: z.literal('clipboard-ack'), requestId, bytes }),
  /** By who asked: nobody waits for it any more. */
  z.strictObject({ type: z.literal('clipboard-cancel'), requestId }),
  /** By who was asked, before it answers: the answer is being made, as files are on their way. */
  z.strictObject({ type: z.literal('clipboard-progress'), requestId }),
] as const;
export type ClipboardMessage = z.infer<(typeof clipboardMessages)[number]>;

export function isClipboardMessage<T extends { readonly type: string }>(
  message: T,
): message is Extract<T, ClipboardMessage> {
  return message.type.startsWith('clipboard-');
}
