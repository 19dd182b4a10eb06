import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import type { Duplex, Readable, Writable } from 'node:stream';
import { XPaneError } from './errors.ts';

/** How a process ended: exactly one of the two is set. */
export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** Absolute path, or a name looked up in PATH. */
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the child; nothing is inherited when given. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** `pipe` for a child that reads from us; its end closes with `stdin.end()` or with this process. */
  readonly stdin?: 'ignore' | 'pipe';
  /** Also open descriptor 3 in the child as a socket: a private channel without a name on disk. */
  readonly channel?: boolean;
  /**
   * The kernel ends the child by SIGKILL when this process dies, however it dies. Needs util-linux's setpriv.
   * The "parent" is the thread that spawned it, so call from the main thread. Default: true.
   */
  readonly dieWithParent?: boolean;
  /** How much of the child's latest output `tail()` keeps, in bytes. Default: 4096. */
  readonly tailBytes?: number;
}

/** A running process that belongs to whoever started it: call `terminate` or `kill`, or await `exited`. */
export interface OwnedChild {
  readonly pid: number;
  readonly stdin: Writable | undefined;
  /** Our end of descriptor 3, when asked for. */
  readonly channel: Duplex | undefined;
  /** Resolves once when the process is gone and its output is read. Never rejects. */
  readonly exited: Promise<ChildExit>;
  /** The last bytes of standard output and error together, as text. */
  tail(): string;
  /** SIGTERM, then SIGKILL after `graceMs`. */
  terminate(graceMs: number): Promise<ChildExit>;
  /** SIGKILL. */
  kill(): Promise<ChildExit>;
}

/** A child may leave its output open in a grandchild: after its exit we read on only this long. */
const drainMs = 200;

/**
 * setpriv arms the parent-death signal, but a parent that died before that moment would go unnoticed: so the
 * shell, which already carries the signal, compares its parent with the one that is meant ($0).
 */
const stillOwned = '[ "$PPID" -eq "$0" ] || exit 125; exec "$@"';

/** Wraps a command so that it dies with this process. Pure but for this process's id. */
export function ownedCommand(command: string, args: readonly string[]): [string, string[]] {
  return [
    'setpriv',
    ['--pdeathsig', 'KILL', '--', 'sh', '-c', stillOwned, String(process.pid), command, ...args],
  ];
}

/** Starts a process and hands it to the caller. Throws `process.not-started`. */
export async function startChild(options: ChildOptions): Promise<OwnedChild> {
  const child = await spawned(options, [
    options.stdin ?? 'ignore',
    'pipe',
    'pipe',
    ...(options.channel ? (['pipe'] as const) : []),
  ]);
  const tail = tailOf([child.stdout, child.stderr], options.tailBytes ?? 4096);
  // A peer that goes away while we write is seen by `exited`; the pipe's own error says nothing more.
  child.stdin?.on('error', () => {});
  const channel = options.channel ? (child.stdio[3] as Duplex) : undefined;
  const exited = exitOf(child);
  const kill = () => {
    child.kill('SIGKILL');
    return exited;
  };
  return {
    pid: child.pid ?? 0,
    stdin: child.stdin ?? undefined,
    channel,
    exited,
    tail,
    kill,
    async terminate(graceMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(kill, graceMs);
      return exited.finally(() => clearTimeout(timer));
    },
  };
}

export interface RunOptions extends Omit<ChildOptions, 'stdin' | 'channel' | 'tailBytes'> {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** Longest output kept of each stream, in bytes; a child that says more is ended. Default: 1 MiB. */
  readonly maxOutputBytes?: number;
}

export interface RunResult extends ChildExit {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a short command to its end. A non-zero exit is a result, not an error.
 *
 * Throws `process.not-started`, `process.timeout`, `process.too-much-output`, or `signal.reason`; in each case
 * the process has been killed and is gone.
 */
export async function runChild(options: RunOptions): Promise<RunResult> {
  const { command, signal } = options;
  signal?.throwIfAborted();
  const child = await spawned(options, ['ignore', 'pipe', 'pipe']);
  const exited = exitOf(child);
  let failure: unknown;
  const stop = (reason: unknown) => {
    failure ??= reason;
    child.kill('SIGKILL');
  };
  const tooMuch = () =>
    stop(new XPaneError('process.too-much-output', `${command} printed too much.`, 'Report this.'));
  const stdout = captured(child.stdout, options.maxOutputBytes ?? 1 << 20, tooMuch);
  const stderr = captured(child.stderr, options.maxOutputBytes ?? 1 << 20, tooMuch);
  const timer = setTimeout(
    () =>
      stop(
        new XPaneError(
          'process.timeout',
          `${command} did not finish within ${options.timeoutMs / 1000} seconds.`,
          'Try again when the machine is less busy.',
        ),
      ),
    options.timeoutMs,
  );
  const onAbort = () => stop(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const exit = await exited;
    if (failure !== undefined) throw failure;
    return { ...exit, stdout: stdout(), stderr: stderr() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

function spawned(options: ChildOptions, stdio: StdioOptions): Promise<ChildProcess> {
  const [command, args] =
    options.dieWithParent === false
      ? [options.command, [...options.args]]
      : ownedCommand(options.command, options.args);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio,
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    child.once('spawn', () => resolve(child));
    child.once('error', (cause) => {
      reject(
        new XPaneError(
          'process.not-started',
          `The program ${command} could not be started: ${cause.message}.`,
          'Check that it is installed and that this user may run it.',
          cause,
        ),
      );
    });
  });
}

function exitOf(child: ChildProcess): Promise<ChildExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      const done = () => {
        clearTimeout(timer);
        for (const stream of child.stdio) stream?.destroy();
        resolve({ code, signal });
      };
      const timer = setTimeout(done, drainMs);
      child.once('close', done);
    });
  });
}

function tailOf(streams: readonly (Readable | null)[], maxBytes: number): () => string {
  let kept = Buffer.alloc(0);
  for (const stream of streams) {
    stream?.on('data', (chunk: Buffer) => {
      kept = Buffer.concat([kept, chunk.subarray(-maxBytes)]).subarray(-maxBytes);
    });
  }
  return () => kept.toString('utf8');
}

function captured(stream: Readable | null, maxBytes: number, tooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) tooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
