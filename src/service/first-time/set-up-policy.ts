import { readFileSync } from 'node:fs';
import { type FirstTimePolicy, firstTimePolicySchema } from '../../guest-setup/first-time/policy.ts';
import { XPaneError } from '../../shared/errors.ts';

/** Written by the administrator of this computer, beside the policy of settings. No variable leads elsewhere. */
export const setUpPolicyFile = '/etc/xpane/first-time-set-up.json';

/**
 * What the administrator decided about first-time set-up, as an object of policy.ts's settings; MED-V's defaults for the
 * rest, and without a file. `wished`: the mode that the user asked for, which a mode in the file overrules.
 *
 * Throws `policy.broken` for a file that cannot be read or understood: nobody is set up by half a policy.
 */
export function readSetUpPolicy(file: string, wished?: FirstTimePolicy['mode']): FirstTimePolicy {
  let content: unknown = {};
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw broken(file, String(cause), cause);
  }
  const wish = wished === undefined ? {} : { mode: wished };
  const given =
    typeof content === 'object' && content !== null && !Array.isArray(content) ? content : undefined;
  if (!given) throw broken(file, 'it is no object of settings');
  const policy = firstTimePolicySchema.safeParse({ ...wish, ...given });
  if (policy.success) return policy.data;
  const where = policy.error.issues[0]?.path.join('.') || 'it';
  throw broken(file, `"${where}" is not as it should be`, policy.error);
}

function broken(file: string, why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'policy.broken',
    `The policy of first-time set-up, ${file}, is not valid: ${why}.`,
    'Ask whoever administers this computer to correct it.',
    cause,
  );
}
