import { z } from 'zod';

/** What is kept of a file that the guest has lent: enough to bring back what is changed here after any kill. */
export const loanRecord = z.strictObject({
  version: z.literal(1),
  /** Of the guest's making: stands for one file there. */
  loanId: z.string().regex(/^[0-9a-f]{16}$/),
  /** Of the copy, in the loan's folder. */
  name: z
    .string()
    .min(1)
    .max(255)
    .refine((name) => !name.includes('/') && !name.startsWith('.')),
  /** The guest's content when both were the same last. */
  stamp: z.string().regex(/^[0-9a-f]{16}$/),
  /** Of the copy then. */
  identity: z.strictObject({
    device: z.string().regex(/^\d+$/),
    inode: z.string().regex(/^\d+$/),
    sizeBytes: z.int().min(0),
    modifiedNs: z.string().regex(/^-?\d+$/),
  }),
});

export type LoanRecord = Readonly<z.infer<typeof loanRecord>>;
