import { pause } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';
import type { XPanePaths } from '../shared/paths.ts';
import type { SelfCommand } from '../shared/self-command.ts';
import type { BackgroundProcess } from './background-process.ts';
import { connectService, type ServiceClient } from './client.ts';
import { exitCodes } from './exit-codes.ts';

export interface StartOptions {
  readonly self: SelfCommand;
  readonly paths: XPanePaths;
  readonly env?: NodeJS.ProcessEnv;
  /** Default: 10 000. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const attemptPauseMs = 25;
/** A service that is closing shuts guests down first: asking more often would only cost it time. */
const closingPauseMs = 250;

/**
 * Connects to the service and starts it where it does not run. However many do so at once, one service stays:
 * the others of them find its lock taken and end with `alreadyRunning`, and whoever started them connects to
 * the one that has it. A service that is just closing holds the lock without answering: then another is started.
 *
 * Throws `service.not-started` (with the last lines of a service that died early), or `signal.reason`.
 */
export async function startService(options: StartOptions): Promise<ServiceClient> {
  const { self, paths, env, signal } = options;
  const deadlineMs = performance.now() + (options.timeoutMs ?? 10_000);
  const remainingMs = () => Math.max(1, deadlineMs - performance.now());
  let child: BackgroundProcess | undefined;
  let unit = true;
  try {
    for (;;) {
      const client = await connectIfThere(paths.runtime, remainingMs(), signal);
      if (client) return client;
      // Mostly it runs, and a command is done without this.
      const { notStarted, startInBackground } = await import('./background-process.ts');
      const exitCode = child?.exitCode();
      if (child && exitCode !== undefined && exitCode !== exitCodes.alreadyRunning) {
        if (!child.inUnit)
          throw notStarted('service', child.lastWords() || `it ended with code ${exitCode}.`);
        // It may be the service manager that does not want: the service itself then says why, or runs.
        unit = false;
        child = undefined;
        continue;
      }
      if (performance.now() >= deadlineMs) {
        throw notStarted('service', child?.lastWords() || 'it did not answer in time.');
      }
      if (exitCode === exitCodes.alreadyRunning) {
        child = undefined;
        await pause(closingPauseMs, signal);
      } else {
        child ??= await startInBackground(self, 'service', paths.state, { env, unit });
        await pause(attemptPauseMs, signal);
      }
    }
  } finally {
    child?.release();
  }
}

/** Not just a socket that accepts: a service that answers. */
async function connectIfThere(
  runtime: string,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ServiceClient | undefined> {
  const options = { timeoutMs, ...(signal ? { signal } : {}) };
  let client: ServiceClient | undefined;
  try {
    client = await connectService(runtime, options);
    await client.call('status', {}, options);
    return client;
  } catch (error) {
    client?.close();
    if (error instanceof XPaneError && comingOrGoing.has(error.code)) return undefined;
    throw error;
  }
}

/** Seen for a moment while one service ends and the next one starts; the token may be the former's. */
const comingOrGoing = new Set(['service.not-running', 'service.lost', 'service.not-allowed']);
