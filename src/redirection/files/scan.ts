import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { runChild } from '../../shared/child-process.ts';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';

/** A program and its arguments; none: nothing is scanned. */
export type ScanCommand = readonly string[] | undefined;

/** Looks at the file at `path` as `scanFile` does, by the command that is set now. */
export type Scan = (path: string, signal: AbortSignal | undefined) => Promise<string | undefined>;

export interface ScanOptions {
  readonly signal?: AbortSignal;
  /** Only tests have another one. */
  readonly timeoutMs?: number;
}

/** A large file takes a scanner its time. */
const standardTimeoutMs = 120_000;
/** Of a command that cannot be run, or is not there (POSIX). */
const notRun: ReadonlySet<number> = new Set([126, 127]);
/** Of what the scanner printed, as the user is told. */
const shownCharacters = 200;

/**
 * Has `command` look at the file at `path`, which is whole and has no place yet. Resolves to undefined when it ends with
 * 0, or when there is none; else to why the file is not trusted: what was found, or that nobody could look. Rejects only
 * with `signal.reason`.
 */
export async function scanFile(
  command: ScanCommand,
  path: string,
  { signal, timeoutMs = standardTimeoutMs }: ScanOptions = {},
): Promise<string | undefined> {
  const [program, ...args] = command ?? [];
  if (program === undefined) return undefined;
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, LANG: 'C.UTF-8' };
  const options = { command: program, args: [...args, path], env, cwd: '/', timeoutMs };
  try {
    const { code, stdout, stderr } = await runChild({ ...options, ...(signal ? { signal } : {}) });
    if (code === 0) return undefined;
    if (code !== null && notRun.has(code)) return `${basename(program)} could not look at it.`;
    const said = displayText(lastLine(stdout) || lastLine(stderr), shownCharacters);
    return `${basename(program)} does not take it for harmless${said ? `: ${said}` : ''}.`;
  } catch (error) {
    signal?.throwIfAborted();
    const late = reportOf(error).code === 'process.timeout';
    return `${basename(program)} ${late ? 'took too long to look at it' : 'could not look at it'}.`;
  }
}

/**
 * Of content that the guest has besides: what is not trusted is removed here. `name` is the file's, as users know it.
 * Throws `files.not-harmless`, `signal.reason`.
 */
export async function scanFetched(
  scan: Scan | undefined,
  path: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  let why: string | undefined = 'It was not looked at.';
  try {
    why = await scan?.(path, signal);
  } finally {
    if (why !== undefined) await rm(path, { force: true });
  }
  if (why === undefined) return;
  throw new XPaneError(
    'files.not-harmless',
    `${displayText(name, 200)} stays in the guest: ${why}`,
    'Look in the guest where the file came from. Your administrator may know more of the program that looks at files.',
  );
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}
