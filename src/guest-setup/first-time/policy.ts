import { z } from 'zod';
import { answerText } from '../answers/answer-text.ts';
import { isComputerNameMask } from '../host-facts/computer-name.ts';
import type { setUpStages } from './stages.ts';

const message = z.string().min(1).max(2000);
const seconds = z.int().min(1).max(86_400);

export const setUpModes = ['attended', 'unattended', 'silent'] as const;

/**
 * What an administrator decides about first-time set-up. In brackets the setting of MED-V that it stands for
 * (group Fts); defaults are MED-V's where it has one.
 */
export const firstTimePolicySchema = z.strictObject({
  /** [Mode] attended: the guest is shown for input. unattended: the user is asked first, the guest hidden. silent: neither. */
  mode: z.enum(setUpModes).default('unattended'),

  /** [SetComputerNameEnabled] The guest is named by the mask; else it keeps its name. */
  setComputerName: z.boolean().default(false),
  /** [ComputerNameMask] See `computerName`. */
  computerNameMask: z
    .string()
    .max(100)
    .refine(isComputerNameMask, 'it is no mask for computer names')
    .default('XPANE*'),
  /** [SetRegionalSettingsEnabled] Time zone and region of the host. */
  setRegionalSettings: z.boolean().default(false),
  /** [SetUserDataEnabled] The user's full name of the host, and the organisation. */
  setUserData: z.boolean().default(false),
  /** Copied with the user data; a host has no place for it. */
  organisation: answerText(0, 50).default(''),
  /** [LogFilePaths] Other files of the guest than XPane's own logs, full paths. Nobody collects them yet. */
  logFilePaths: z
    .array(answerText(4, 259).regex(/^[A-Za-z]:\\/))
    .max(50)
    .default([]),

  /** [StartDialogMsg] */
  startMessage: message.default(
    'Your Windows applications are set up now. This takes ten minutes or more; you can go on working.',
  ),
  /** [RetryDialogMsg] */
  retryMessage: message.default('Your Windows applications could not be set up. XPane will try again.'),
  /** [FailureDialogMsg] */
  failureMessage: message.default('Your Windows applications could not be set up.'),
  /** [DialogUrl] Where those messages lead to for help. */
  helpUrl: z.url({ protocol: /^https?$/ }).optional(),

  /** [MaxPostponeTime] How long after the first question set-up can be put off. */
  maxPostponeHours: z.int().min(0).max(8760).default(120),
  /** [PostponeUtcDateTimeLimit] Or until then, whichever comes first. */
  postponeUntilUtc: z.iso.datetime().optional(),
  /** How often. MED-V counts hours only. */
  maxPostponements: z.int().min(0).max(1000).default(20),

  /** [MaxRetryCount] Attempts, all in all; asking for set-up again after it failed counts anew. */
  maxAttempts: z.int().min(1).max(100).default(3),
  /** How often an attempt goes on after an interruption (log-out, power cut, crash) before it counts as failed. */
  maxInterruptions: z.int().min(0).max(100).default(5),

  /** [NonInteractiveTimeout] Limit of one attempt. */
  attemptTimeoutMinutes: z.int().min(1).max(1440).default(45),
  /** [NonInteractiveRetryTimeoutInc] Added on each retry; limits of stages grow in the same proportion. */
  retryIncrementMinutes: z.int().min(0).max(1440).default(15),
  /** Added to an attempt that installs Windows from its CD, which MED-V could not. */
  installTimeoutMinutes: z.int().min(1).max(1440).default(240),
  /** Limit of an attempt, and of its stages that wait for the user, where the mode is attended. */
  attendedTimeoutMinutes: z.int().min(1).max(10_080).default(1440),
  /** Limits of single stages, in seconds, in the first attempt. */
  stageTimeoutsS: z
    .strictObject({
      /** [DeleteVMStateTimeout: 90, for the part of it that throws the last attempt's state away] */
      prepare: seconds.default(600),
      install: seconds.default(14_400),
      /** [ExplorerTimeout: 900, from the start to a desktop] Twice that, for the guest's own mini-setup. */
      agent: seconds.default(1800),
      /** [GiveUserGroupRightsTimeout] */
      configure: seconds.default(300),
      'collect-logs': seconds.default(120),
      /** [TaskVMTurnOffTimeout: 60, and ExplorerTimeout for the start after it] */
      restart: seconds.default(960),
      /** [DetachVfdTimeout] */
      'clean-up': seconds.default(120),
    } satisfies Record<(typeof setUpStages)[number], z.ZodType>)
    .prefault({}),
});

export type FirstTimePolicy = z.output<typeof firstTimePolicySchema>;

/** What holds where nobody decided anything. */
export const defaultFirstTimePolicy: FirstTimePolicy = firstTimePolicySchema.parse({});
