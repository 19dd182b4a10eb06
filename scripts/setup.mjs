import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages } from './setup/install-packages.mjs';
import { ensureNodeModules, nodeOf } from './setup/node-modules.mjs';
import { SetUpError } from './setup/set-up-error.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The first half of every npm script, which runs on any Node from 18 with nothing installed: system packages,
 * node_modules; then `script` (a path below the checkout) goes on with the project's own Node and `args`, and
 * this process ends as it ends. A failure is a sentence, a hint and exit status 1.
 * @param {{ purposes: readonly string[], script: string, args: readonly string[] }} options
 */
export async function bootstrap({ purposes, script, args }) {
  try {
    await ensurePackages(purposes);
    await ensureNodeModules(root);
    process.exitCode = await run(nodeOf(root), [join(root, script), ...args]);
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    console.error(`\n${error.message}\n${error.hint}\n(${error.code})`);
    process.exitCode = 1;
  }
}

/**
 * Resolves to the exit status as a shell would tell it.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
function run(command, args) {
  const bin = join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' });
  // A terminal sends Ctrl+C to both of us; what is under way there must end in order first.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}
