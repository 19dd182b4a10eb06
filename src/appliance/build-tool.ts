import type { Duplex } from 'node:stream';
import { startChild } from '../shared/child-process.ts';
import { XPaneError } from '../shared/errors.ts';

export interface ToolOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** What it is for, as in "could not … the packages". */
  readonly purpose: string;
  readonly timeoutMs: number;
  readonly cwd?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Reads what the tool writes to descriptor 3. */
  readonly onChannel?: (channel: Duplex) => void;
}

/** Tools of administrators are not in every user's PATH; messages are in English, as `buildError` reads them. */
const environment = {
  ...process.env,
  PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`,
  LC_ALL: 'C',
};

/**
 * Runs one program of the build to its end, and to nobody's later: it dies with this process, at its deadline and
 * when `signal` aborts. Throws what `buildError` makes of a failure, or `signal.reason`.
 */
export async function runTool(options: ToolOptions): Promise<void> {
  const { command, args, cwd, signal } = options;
  signal?.throwIfAborted();
  const child = await startChild({
    command,
    args,
    env: environment,
    channel: options.onChannel !== undefined,
    ...(cwd === undefined ? {} : { cwd }),
  });
  if (child.channel !== undefined) options.onChannel?.(child.channel);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void child.kill();
  }, options.timeoutMs);
  const onAbort = () => void child.terminate(2000);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const { code } = await child.exited;
    signal?.throwIfAborted();
    if (code !== 0) throw buildError(options.purpose, child.tail(), late);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** From a failed tool's last words the error for the user: disk full, no network, no namespaces, or its words. */
export function buildError(purpose: string, output: string, late: boolean): XPaneError {
  if (/No space left on device|Disk quota exceeded|enough free (disk )?space/i.test(output))
    return diskFull();
  if (
    /Could not (resolve|connect)|Unable to connect|Failed to fetch|Network is unreachable|timed out/i.test(
      output,
    )
  ) {
    return new XPaneError(
      'appliance.no-network',
      'The packages of the built-in guest could not be downloaded.',
      'Check the connection to the internet and run the command again.',
      new Error(fetchFailures(output) || lastLines(output)),
    );
  }
  if (/bwrap: .*(namespace|Operation not permitted|uid map)/i.test(output)) {
    return new XPaneError(
      'appliance.no-namespaces',
      'This system does not let users make sandboxes (user namespaces), which the built-in guest is made in.',
      'Ask the administrator to allow unprivileged user namespaces, or run the set-up once as root.',
      new Error(lastLines(output)),
    );
  }
  const how = late ? 'took too long' : `failed: ${lastLines(output)}`;
  return new XPaneError(
    'appliance.build-failed',
    `The built-in guest could not be made: ${purpose} ${how}`,
    'Run the command again. If it fails the same way, report it with this message.',
  );
}

export function diskFull(freeBytes?: number, neededBytes?: number): XPaneError {
  const figures =
    freeBytes === undefined || neededBytes === undefined
      ? ''
      : ` (${mebibytes(freeBytes)} MiB are free, ${mebibytes(neededBytes)} MiB are needed)`;
  return new XPaneError(
    'appliance.disk-full',
    `There is not enough room on the disk to make the built-in guest${figures}.`,
    'Free some space, or set XPANE_CACHE to a folder on a larger disk, and run the command again.',
  );
}

/** Turns the file system's own "disk full" into ours; any other error stays as it is. */
export function asBuildError(thrown: unknown): unknown {
  const code = (thrown as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? diskFull() : thrown;
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}

/** What apt says of each file it could not get; what follows that line is sizes and hashes. */
function fetchFailures(output: string): string {
  const lines = output.split('\n').filter((line) => line.startsWith('E: Failed to fetch'));
  return lines.join(' / ').slice(0, 2000);
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-4).join(' / ').slice(-600);
}
