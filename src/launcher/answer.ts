import type { ErrorReport } from '../shared/errors.ts';
import type { ServiceState } from './api/state.ts';

/** A message of the service, JSON. `id` is that of the request, or 0: it is about the connection. */
export type Answer =
  | { readonly id: number; readonly result: object }
  | { readonly id: number; readonly error: ErrorReport }
  /** To the watch with this id. */
  | { readonly id: number; readonly event: ServiceState };

/**
 * Undefined for what is no answer. Looked at by hand and no deeper: it comes from this user's own service, which
 * talks only with its own version (`Request.version`), and schemas for it took a command longer than its work.
 */
export function answerIn(message: unknown): Answer | undefined {
  if (!isObject(message) || !Number.isSafeInteger(message.id)) return undefined;
  if (isObject(message.error)) return isReport(message.error) ? (message as Answer) : undefined;
  return isObject(message.result) || isObject(message.event) ? (message as Answer) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isReport({ code, message, hint }: Record<string, unknown>): boolean {
  return [code, message, hint].every((each) => typeof each === 'string');
}
