import { z } from 'zod';
import { fileState } from './file-methods.ts';
import { shareProgress } from './share-methods.ts';

/**
 * What the service tells its clients: one state object, sent whole. It is small (an application is some hundred
 * bytes), and a client that only ever replaces its state cannot drift.
 */

export const errorReport = z.object({ code: z.string(), message: z.string(), hint: z.string() });

/**
 * `stopping` is on the way to `stopped`, `suspending` to `suspended`: no process is left, and the next start goes on
 * where the guest was. `failed` has a `failure` and can be started again.
 */
export const workspacePhases = [
  'stopped',
  'starting',
  'running',
  'suspending',
  'suspended',
  'stopping',
  'failed',
] as const;

export const application = z.object({
  /** Stable over restarts of guest and service. */
  id: z.string(),
  name: z.string(),
  /** The guest's Start Menu folders from the top. */
  folder: z.array(z.string()),
  /** PNG file of this user's, absolute; none if the guest sent no icon. */
  iconFile: z.string().optional(),
});

/** What an application of the guest says beside its tray icon. Texts are safe to show, the title is marked. */
export const balloon = z.object({
  /** Counts up while the service runs. */
  id: z.int().min(1),
  title: z.string().max(512),
  text: z.string().max(512),
  kind: z.enum(['none', 'info', 'warning', 'error']),
});

/** The window with the guest's own screen. */
export const desktopView = z.object({
  shown: z.boolean(),
  /** Why it went without the user's wish, until it is shown again. */
  ended: errorReport.optional(),
});

/** Logs of a guest's agent and installer that were collected, and why there are none. */
export const guestLogsReport = z.object({
  /** 0600, in the workspace's folder. What is in them came from the guest; it is cleaned, and bounded. */
  files: z.array(
    z.object({ log: z.enum(['agent', 'installer']), file: z.string(), collectedUtc: z.string() }),
  ),
  note: z.string().optional(),
});

/** First-time set-up of a guest that is a user's own image. */
export const setUpReport = z.object({
  /** `waiting`: to be begun or put off. `retry`: an attempt failed, another one follows or can be asked for. */
  phase: z.enum(['waiting', 'running', 'retry', 'failed', 'done']),
  mode: z.enum(['attended', 'unattended', 'silent']),
  /** While running: which stage, and what is happening in words for the user. */
  stage: z.string().optional(),
  text: z.string().optional(),
  attempt: z.number(),
  maxAttempts: z.number(),
  /** Of the last attempt that failed. */
  failure: errorReport.optional(),
  changedUtc: z.string(),
  guestLogs: guestLogsReport.optional(),
  /** It was put off until then. */
  askAgainUtc: z.string().optional(),
  /** What the user is told or asked now; none in silent mode. */
  prompt: z
    .object({
      kind: z.enum(['start', 'retry', 'failure']),
      text: z.string(),
      detail: z.string().optional(),
      helpUrl: z.string().optional(),
      mayPostpone: z.boolean(),
    })
    .optional(),
});

export const workspaceState = z.object({
  id: z.string(),
  name: z.string(),
  phase: z.enum(workspacePhases),
  backend: z.enum(['qemu', 'sandbox', 'virtualbox']),
  /** Whether it can be suspended while it runs. */
  suspends: z.boolean().optional(),
  /** While starting: it was suspended, and goes on in a moment where it was. */
  resuming: z.boolean().optional(),
  /** While starting, suspending or stopping: what is happening, in words for the user. */
  progress: z.object({ text: z.string(), fraction: z.number().min(0).max(1).optional() }).optional(),
  /** While running: what keeps it from being shut down, in words for the user. */
  notice: z.string().optional(),
  /** While it runs: what the user should know though it works, as that memory is nearly used up. */
  warning: errorReport.optional(),
  failure: errorReport.optional(),
  /** Of the last time the guest ran, while it does not run. Sorted by folder, then name. */
  applications: z.array(application),
  /** Guest windows on the host's desktop now. */
  windowCount: z.number(),
  /** None where guests of that backend have no screen of their own. */
  desktopView: desktopView.optional(),
  /** None where nothing was ever to be set up. */
  setUp: setUpReport.optional(),
  /** The last few, the newest last. Whoever watches shows those that are new to him. */
  balloons: z.array(balloon).max(16).optional(),
  /** None while there is nothing to tell. */
  files: fileState.optional(),
  /** Shared folders, while the guest runs. */
  shares: z.array(shareProgress).optional(),
});

/** Long work on disks, as an import. */
export const work = z.object({
  /** Whoever asked for it chose this number. */
  id: z.string(),
  /** What is being done, in words for the user. */
  text: z.string(),
  fraction: z.number().min(0).max(1).optional(),
});

export const serviceState = z.object({
  version: z.string(),
  processId: z.number(),
  logFile: z.string(),
  /** None while no display could be opened: applications cannot be shown. */
  display: z.string().optional(),
  /** Why the display is gone that there was; windows are back as soon as one is there. */
  displayFailure: errorReport.optional(),
  workspaces: z.array(workspaceState),
  /** Workspaces whose files cannot be understood: by the name of their folder. */
  broken: z.array(z.object({ id: z.string(), failure: errorReport })).optional(),
  /** Links that were not opened: the last few, the newest last; ids count up while the service runs. */
  refusedLinks: z
    .array(
      z.object({
        id: z.int().min(1),
        failure: errorReport,
        /** Absent for a link of the host. */
        from: z.object({ id: z.string(), name: z.string() }).optional(),
      }),
    )
    .max(8)
    .optional(),
  /** Lists of rules for links of which the newest is not in force, by their names. */
  brokenUrlLists: z.array(z.object({ source: z.string(), failure: errorReport })).optional(),
  /** Absent while nothing is done. */
  work: z.array(work).optional(),
});

export type ServiceState = z.infer<typeof serviceState>;
export type WorkspaceState = z.infer<typeof workspaceState>;
export type WorkspacePhase = WorkspaceState['phase'];
export type DesktopViewState = z.infer<typeof desktopView>;
export type Balloon = z.infer<typeof balloon>;
export type GuestLogsReport = z.infer<typeof guestLogsReport>;
export type SetUpReport = z.infer<typeof setUpReport>;
export type Work = z.infer<typeof work>;
export type Application = z.infer<typeof application>;
