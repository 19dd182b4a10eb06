import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a script with this Node on our own terminal. Resolves to its exit status as a shell would tell it; an
 * abort passes on as SIGTERM and the script's own end is awaited.
 */
export function runNode(script: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  return runCommand(process.execPath, [script, ...args], signal);
}

/** The same for any program. */
export function runCommand(command: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(command, args, { stdio: 'inherit' });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, ended) => {
      signal.removeEventListener('abort', stop);
      resolve(code ?? 128 + (ended === null ? 0 : constants.signals[ended]));
    });
  });
}
