import { z } from 'zod';
import { limits } from './limits.ts';
import { unitText } from './text-units.ts';

/**
 * Control messages about printers of the host in the guest, and what programs print on them. A job's content moves as a
 * file's does: `print-get` is answered as `file-get` is, transfer ids are shared.
 */

/** Of the agent's making, random: the same over restarts, until the host is done with the job. */
const jobId = z.string().regex(/^[0-9a-f]{16}$/);
/** Of the host's making, the same for the same printer. */
const printerId = z.string().regex(/^[0-9a-f]{16}$/);
/** Not what Windows forbids in a printer's name. */
const printerName = unitText(1, limits.printerNameLength).regex(/^[^\\,!\p{Cc}]*$/u);

export const printMessagesToGuest = [
  /** All printers that are to be there, the usual one first; none takes them all away. */
  z.strictObject({
    type: z.literal('printer-list'),
    printers: z.array(z.strictObject({ printerId, name: printerName })).max(limits.printers),
    /** Which size is meant where nobody chooses one. */
    paper: z.enum(['a4', 'letter']),
  }),
  z.strictObject({ type: z.literal('print-get'), transferId: z.int().min(1).max(0xffff_ffff), jobId }),
  /** The host has the job, or does not want it: the guest keeps it no longer. */
  z.strictObject({ type: z.literal('print-done'), jobId }),
] as const;

const printJob = z.strictObject({
  type: z.literal('print-job'),
  jobId,
  printerId,
  title: unitText(0, limits.printTitleLength),
  sizeBytes: z.int().min(0).max(limits.printBytes),
});
export type WirePrintJob = z.infer<typeof printJob>;

/** Every job that waits, after the handshake and when it is whole; each once in a connection. */
export const printMessagesFromGuest = [printJob] as const;
