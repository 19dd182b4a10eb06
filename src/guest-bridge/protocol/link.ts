import { z } from 'zod';
import { limits } from './limits.ts';

/**
 * A link that crosses the line, in either direction: http, https, ftp or mailto, in ASCII without spaces and what a
 * command line could mean something by. The agent's rule is in guest-agent/urls/safe-url.h.
 */
export const link = z
  .string()
  .max(limits.urlLength)
  .regex(/^(?:https?|ftp|mailto):[!#-;=?-[\]_a-z~]+$/);
