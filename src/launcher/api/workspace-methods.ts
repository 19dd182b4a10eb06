import { z } from 'zod';
import { errorReport, guestLogsReport } from './state.ts';

/** A workspace by its id or its name. */
const force = z.boolean().optional();
const workspace = z.string().min(1).max(64);
const name = z.string().min(1).max(64);
const file = z.string().startsWith('/').max(4096);
const format = z.string().max(16);
/** The client's number for a piece of work: it finds it in the state by this, and cancels it. */
const work = z.string().regex(/^[0-9a-f]{16}$/);
/** As typed; the service knows which there are. `default` takes one away. */
const settings = z.record(z.string().max(32), z.string().max(80)).optional();

const made = z.object({ id: z.string(), name: z.string() });

export const workspaceSetting = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number()]),
  /** Set for this workspace, rather than for all of them. */
  own: z.boolean(),
  about: z.string(),
  range: z.string(),
});

export const workspaceDetails = made.extend({
  phase: z.string(),
  guest: z.enum(['builtin', 'image']),
  folder: z.string(),
  /** Bytes on the medium that are this workspace's alone. */
  diskBytes: z.number(),
  /** What the setting of that name comes to, which may be `auto`. */
  memoryMiB: z.number(),
  /** Why its guest is slow on this computer, if it is: told by `showWorkspace` alone. */
  slow: errorReport.optional(),
  base: z
    .object({
      hash: z.string(),
      /** Absent when it is missing. */
      sizeBytes: z.number().optional(),
      /** Other workspaces that lie on it, too. */
      sharedWith: z.array(z.string()),
    })
    .optional(),
  settings: z.array(workspaceSetting),
  /** What the guest has beside its machine; `name` is what commands call it by. */
  devices: z.array(z.object({ kind: z.string(), name: z.string(), host: z.string() })).optional(),
});

/**
 * Making, changing and removing workspaces. What touches a disk needs the workspace shut down: `workspace.running`
 * otherwise, `workspace.busy` while something else is done to it.
 */
export const workspaceMethods = {
  /** A new workspace of the built-in guest, or on a base image that another workspace has. */
  createWorkspace: {
    params: z.strictObject({ name, base: z.string().max(64).optional(), settings }),
    result: made,
  },
  /** A new workspace from a disk image. Without `format` the file's content tells. */
  importImage: {
    params: z.strictObject({
      ...{ work, file, format: format.optional(), name: name.optional(), settings },
      /** How the guest is to be set up, then; by default as the policy says. It begins when it is asked for. */
      setUp: z.enum(['attended', 'unattended', 'silent', 'none']).optional(),
    }),
    /** `notes`: what the user should know before the first start. */
    result: made.extend({ base: z.string(), shared: z.boolean(), notes: z.array(z.string()) }),
  },
  /**
   * A new workspace, or one still to be installed, for Windows XP from its CD. It is installed when `startSetUp` is
   * called. The key is in no answer, no error and no log. `guest-setup.*`, `vm.not-installable`
   */
  installWindows: {
    params: z.strictObject({
      ...{ cd: file, name: name.optional(), settings },
      productKey: z.string().max(100),
      diskGiB: z.int().min(2).max(127).optional(),
      /** Of the CD's language. */
      codePage: z.int().optional(),
      setUp: z.enum(['attended', 'unattended', 'silent']).optional(),
    }),
    result: made,
  },
  showWorkspace: { params: z.strictObject({ workspace }), result: workspaceDetails },
  renameWorkspace: { params: z.strictObject({ workspace, name }), result: made },
  setWorkspace: { params: z.strictObject({ workspace, settings }), result: workspaceDetails },
  /** `words` as typed, paths absolute: `COM1`, `/dev/ttyUSB0`. */
  addDevice: {
    params: z.strictObject({
      workspace,
      kind: z.string().max(16),
      words: z.array(z.string().max(4096)).max(4),
    }),
    result: workspaceDetails,
  },
  removeDevice: {
    params: z.strictObject({ workspace, name: z.string().max(4096) }),
    result: workspaceDetails,
  },
  cloneWorkspace: { params: z.strictObject({ work, workspace, name }), result: made },
  /** Without `format` the name of the file tells. */
  exportWorkspace: {
    params: z.strictObject({ work, workspace, file, format: format.optional() }),
    result: z.object({ file: z.string(), format: z.string(), sizeBytes: z.number() }),
  },
  /** All that the guest wrote since it was made is lost, but for files of this computer: `files.*` unless `force`. */
  resetWorkspace: { params: z.strictObject({ workspace, force }), result: z.object({}) },
  compactWorkspace: {
    params: z.strictObject({ work, workspace }),
    result: z.object({ beforeBytes: z.number(), afterBytes: z.number() }),
  },
  /** As `resetWorkspace`. */
  removeWorkspace: { params: z.strictObject({ workspace, force }), result: z.object({}) },
  /** Sets the guest of an image up, from where it is; resolves when that is done. `setup.*` */
  startSetUp: {
    params: z.strictObject({
      workspace,
      /** Where the guest's screen is to appear if the mode is attended; as for `launch`. */
      display: z.string().max(256).optional(),
      authority: z.string().max(1024).optional(),
      /** Goes on with what is on the disk: Windows is not installed anew, nor is the disk thrown away. */
      keepDisk: z.boolean().optional(),
    }),
    result: z.object({}),
  },
  /** Puts set-up off, for as long as is allowed at most. `setup.cannot-postpone` */
  postponeSetUp: {
    params: z.strictObject({ workspace, minutes: z.int().min(1).max(525_600) }),
    result: z.object({ askAgainUtc: z.string() }),
  },
  /** Collects the logs of the guest's agent and installer now; it has to run. `setup.*`, `bridge.*` */
  collectGuestLogs: { params: z.strictObject({ workspace }), result: guestLogsReport },
  /** Ends a piece of work that is under way; what asked for it is told `work.cancelled`. */
  cancelWork: { params: z.strictObject({ work }), result: z.object({}) },
} as const;

export type WorkspaceDetails = z.infer<typeof workspaceDetails>;
