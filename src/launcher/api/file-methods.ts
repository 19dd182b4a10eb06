import { z } from 'zod';

/** Absolute paths. */
const openedFiles = z.array(z.string().startsWith('/').max(4096)).min(1).max(64);

/** Files of this computer in the guest. */
export const fileMethods = {
  /**
   * Opens files in the guest; their changes come back by themselves. Resolves as soon as the files are accepted, or with
   * `wait` when they are open; what goes wrong after that is among the state's file notices. `files.*`, `application.*`,
   * and with `wait` what `launch` fails with.
   */
  open: {
    params: z.strictObject({
      workspace: z.string().optional(),
      files: openedFiles,
      /** Id or name of the application to open them with; by default what the guest has for such files. */
      application: z.string().min(1).max(512).optional(),
      wait: z.boolean().optional(),
      /** Whether what lies in the file's folder goes with it, this time; by default as rules and answers say. */
      folder: z.boolean().optional(),
      /** As for `launch`. */
      display: z.string().max(256).optional(),
      authority: z.string().max(1024).optional(),
      startupId: z.string().max(256).optional(),
    }),
    /** Their names, in the order of `files`. */
    result: z.object({ names: z.array(z.string()), opened: z.boolean() }),
  },
  /** Which of the files nobody has decided about, one for each kind: whether they take their folder with them. */
  folderQuestions: {
    params: z.strictObject({ workspace: z.string().optional(), files: openedFiles }),
    result: z.object({
      questions: z.array(z.object({ kind: z.string(), file: z.string(), folder: z.string() })),
    }),
  },
  /** Counts for all files of that kind, until it is answered otherwise. `files.folder-rule`. */
  answerFolderQuestion: {
    params: z.strictObject({
      workspace: z.string().optional(),
      /** An extension, lower case, without the dot. */
      kind: z.string().min(1).max(255),
      takesFolder: z.boolean(),
    }),
    result: z.object({}),
  },
  /**
   * Ends transfers, of all workspaces; nothing half is left on either side. What the guest has comes when it is saved or
   * opened again, or the guest ends. `files.no-transfer`.
   */
  cancelTransfers: {
    params: z.strictObject({ transfer: z.union([z.literal('all'), z.int().min(1)]) }),
    result: z.object({ cancelled: z.int().min(0) }),
  },
} as const;

/** Files on their way between this computer and a guest, and what became of some. */
export const fileState = z.object({
  /** Those that take longer than a second. */
  transfers: z
    .array(
      z.object({
        /** For `cancelTransfers`. */
        id: z.int().min(1),
        name: z.string(),
        direction: z.enum(['to-guest', 'from-guest']),
        fraction: z.number().min(0).max(1),
      }),
    )
    .optional(),
  /** The last few, the newest last. Whoever watches shows those that are new to him. Texts are safe to show. */
  notices: z
    .array(
      z.object({
        /** Counts up while the service runs. */
        id: z.int().min(1),
        kind: z.enum(['information', 'warning']).optional(),
        title: z.string(),
        text: z.string(),
        /** What a click on it answers with yes; `file` is then to be opened again. */
        folderQuestion: z.object({ kind: z.string(), file: z.string() }).optional(),
      }),
    )
    .optional(),
});
export type FileState = z.infer<typeof fileState>;
