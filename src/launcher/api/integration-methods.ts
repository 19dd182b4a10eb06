import { z } from 'zod';
import { errorReport } from './state.ts';

export const integrationStatus = z.object({
  /** `on`: the desktop has published applications, of one workspace at least. */
  integration: z.enum(['on', 'off']),
  /** How many it has, and how many stay out by the setting `unpublished`. */
  applications: z.int().min(0),
  unpublished: z.int().min(0),
  /** Workspaces that stay integrated although the user has switched it off, and what says so. */
  stillOn: z.array(z.object({ workspace: z.string(), by: z.enum(['workspace', 'variable']) })).optional(),
  /** Why it has not what it is to have. */
  failure: errorReport.optional(),
});
export type IntegrationStatus = z.infer<typeof integrationStatus>;

/** Published applications in this user's desktop. */
export const integrationMethods = {
  /**
   * Switches the setting, or leaves it, and makes the desktop's files right whatever has become of them; resolves when
   * they are. `settings.fixed`
   */
  integrate: {
    params: z.strictObject({ to: z.enum(['on', 'off', 'status']) }),
    result: integrationStatus,
  },
} as const;
