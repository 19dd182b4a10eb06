import { pause } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { ServiceClient } from '../client.ts';
import type { ToBrowser } from './browser-messages.ts';

export interface RulesFeedOptions {
  /** The first time it may start the service; who quits it after that, wants it to be gone. */
  readonly start: () => Promise<ServiceClient>;
  readonly connect: () => Promise<ServiceClient>;
  readonly send: (message: ToBrowser) => void;
  /** Whom to ask; undefined: nobody, for now. */
  readonly onService: (client: ServiceClient | undefined) => void;
  readonly onTrouble: (error: unknown) => void;
  readonly signal: AbortSignal;
  /** Between two looks at the rules. Default: 2000. */
  readonly pollMs?: number;
  /** Until a service that is gone is looked for again. Default: 3000. */
  readonly retryMs?: number;
}

/** Keeps the browser's rules as the service's are, for as long as the browser lives. Resolves when `signal` aborts. */
export async function feedRules(options: RulesFeedOptions): Promise<void> {
  const { signal, send, onService, onTrouble, retryMs = 3_000 } = options;
  let open = options.start;
  while (!signal.aborted) {
    let client: ServiceClient | undefined;
    try {
      client = await open();
      onService(client);
      await follow(client, options);
    } catch (error) {
      if (signal.aborted) return;
      if (!isAbsence(error)) onTrouble(error);
    } finally {
      client?.close();
    }
    onService(undefined);
    if (open === options.start) open = options.connect;
    send({ kind: 'gone' });
    await pause(retryMs, signal).catch(() => undefined);
  }
}

/** Rejects when the service is gone. */
async function follow(client: ServiceClient, options: RulesFeedOptions): Promise<never> {
  const { signal, pollMs = 2_000, onTrouble } = options;
  const lost = client.closed.then((error) => Promise.reject(error));
  lost.catch(() => undefined);
  let revision: string | undefined;
  for (;;) {
    try {
      revision = await pass(client, revision, options);
    } catch (error) {
      // Settings that nobody can read, a service that has too much to do: what was known holds, until it answers again.
      if (signal.aborted || isAbsence(error)) throw error;
      onTrouble(error);
    }
    await Promise.race([pause(pollMs, signal), lost]);
  }
}

/** Sends what is new; resolves to what the browser has now. */
async function pass(
  client: ServiceClient,
  known: string | undefined,
  { send, signal }: RulesFeedOptions,
): Promise<string> {
  let from = 0;
  let begun = '';
  for (;;) {
    const asked = { ...(known === undefined ? {} : { revision: known }), from };
    const { revision, filters, total = 0 } = await client.call('browserRules', asked, { signal });
    if (!filters) return revision;
    // They changed in between: the browser forgets what it has of the others.
    if (from > 0 && revision !== begun) {
      from = 0;
      continue;
    }
    begun = revision;
    send({ kind: 'rules', revision, from, total, filters });
    from += filters.length;
    if (from >= total || filters.length === 0) return revision;
  }
}

function isAbsence(error: unknown): boolean {
  return error instanceof XPaneError && ['service.not-running', 'service.lost'].includes(error.code);
}
