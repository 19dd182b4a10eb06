import type { z } from 'zod';
import { XPaneError } from '../../shared/errors.ts';

/**
 * `value` if the schema allows it. Throws `guest-setup.bad-answer` that names the field and what it takes, never
 * what was given: that may be a password in the wrong place.
 */
export function checkedAnswers<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') || 'the answers';
  throw new XPaneError(
    'guest-setup.bad-answer',
    `Windows’ set-up cannot be given this value of ${field}: ${issue?.message ?? 'it is not allowed'}.`,
    `Change ${field}.`,
  );
}
