import { z } from 'zod';

/** Folders of this computer that a guest has, too. */

const workspace = z.string().min(1).max(64).optional();
const share = z.string().min(1).max(4096);

/** How far a share is, while its guest runs. Texts are safe to show. */
export const shareProgress = z.object({
  name: z.string(),
  /** `held`: so much was deleted on one side that somebody is asked first. */
  phase: z.enum(['waiting', 'copying', 'same', 'held', 'failed']),
  /** Files that are still to be copied, or that wait. */
  left: z.number(),
  files: z.number(),
  /** Why something of the folder is not in it, and how often: `hidden`, `program`, `too-much` and so on. */
  leftOut: z.record(z.string(), z.number()),
  problem: z.object({ code: z.string(), message: z.string(), hint: z.string() }).optional(),
});
export type ShareProgress = z.infer<typeof shareProgress>;

const shares = z.object({
  shares: z.array(
    z.object({
      name: z.string(),
      folder: z.string(),
      drive: z.string().optional(),
      readOnly: z.boolean(),
      documents: z.boolean(),
      /** None while the guest does not run. */
      progress: shareProgress.optional(),
    }),
  ),
});
export type ListedShares = z.infer<typeof shares>;

/** All result in the shares that the workspace has then. `share.*` */
export const shareMethods = {
  listShares: { params: z.strictObject({ workspace }), result: shares },
  /** Of a workspace that is shut down: `workspace.running` otherwise. */
  addShare: {
    params: z.strictObject({
      workspace,
      /** Absolute. */
      folder: z.string().startsWith('/').max(4096),
      name: z.string().max(256).optional(),
      drive: z.string().max(16).optional(),
      readOnly: z.boolean(),
      /** It is the user's My Documents in the guest. */
      documents: z.boolean(),
    }),
    result: shares,
  },
  /** By its name or folder. What is in the folder stays; what only the guest has comes at its next start. */
  removeShare: { params: z.strictObject({ workspace, share }), result: shares },
  /** What was deleted on one side may be deleted on the other, however much it is. */
  acceptShare: { params: z.strictObject({ workspace, share }), result: shares },
} as const;
