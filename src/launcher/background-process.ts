import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unitCommand } from '../integration/user-unit.ts';
import { XPaneError } from '../shared/errors.ts';
import { privateFolder } from '../shared/paths.ts';
import type { SelfCommand } from '../shared/self-command.ts';
import { displayText } from '../shared/text.ts';
import type { Single } from './service-lock.ts';

/** A process that outlives the command that started it. */
export interface BackgroundProcess {
  /** Of what was started: with `inUnit` that only waits for the end of it. */
  readonly pid: number;
  /** It was given to the user's service manager, see `unitCommand`, which may not have taken it. */
  readonly inUnit: boolean;
  /** Set once it has ended: its exit code, or 128 for a signal. */
  exitCode(): number | undefined;
  /** The last lines it printed. */
  lastWords(): string;
  /** Its exit code is of no interest any more; it runs on. */
  release(): void;
}

export interface BackgroundOptions {
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** In a unit of its own, where the user has a service manager. */
  readonly unit?: boolean;
}

const lastWordsBytes = 2048;

/**
 * Starts `xpane <what>` in a session of its own: neither this command's end nor its terminal's ends it. What it
 * prints goes to `<state>/<what>.out`, anew at each start. Throws `service.not-started`.
 */
export async function startInBackground(
  self: SelfCommand,
  what: Single,
  stateFolder: string,
  { env = process.env, unit = false }: BackgroundOptions = {},
): Promise<BackgroundProcess> {
  const outputFile = join(privateFolder(stateFolder), `${what}.out`);
  const output = openSync(outputFile, 'w', 0o600);
  const lastingEnv = { ...env, ...absolute(env, 'XPANE_HOME'), ...absolute(env, 'XPANE_CACHE') };
  const plain = { command: self.command, args: [...self.args, what] };
  const inUnit = unit ? unitCommand(plain, lastingEnv) : undefined;
  const { command, args } = inUnit ?? plain;
  let exitCode: number | undefined;
  try {
    const child = spawn(command, [...args], {
      detached: true,
      stdio: ['ignore', output, output],
      // No folder of the user's stays in use; relative paths in the environment are resolved before that.
      cwd: '/',
      env: lastingEnv,
    });
    child.once('exit', (code) => {
      exitCode = code ?? 128;
    });
    await new Promise<void>((started, failed) => {
      child.once('spawn', started);
      child.once('error', (cause) => failed(notStarted(what, cause.message, cause)));
    });
    // Its end must not keep this command alive.
    child.unref();
    return {
      pid: child.pid ?? 0,
      inUnit: inUnit !== undefined,
      exitCode: () => exitCode,
      lastWords: () => tailOf(outputFile),
      release: () => {
        // By a signal that it cannot pass on.
        if (inUnit) child.kill('SIGKILL');
      },
    };
  } finally {
    closeSync(output);
  }
}

export function notStarted(what: Single, why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'service.not-started',
    `The XPane ${what} did not start${why ? `: ${why}` : '.'}`,
    `Run "xpane ${what}" in a terminal to see more.`,
    cause,
  );
}

function absolute(env: NodeJS.ProcessEnv, name: string): NodeJS.ProcessEnv {
  const value = env[name];
  return value ? { [name]: resolve(value) } : {};
}

function tailOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(Math.min(size, lastWordsBytes));
    readSync(file, buffer, 0, buffer.length, size - buffer.length);
    const lines = buffer
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
    return lines
      .slice(-5)
      .map((line) => displayText(line, 300))
      .join('\n');
  } finally {
    closeSync(file);
  }
}
