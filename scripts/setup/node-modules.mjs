import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetUpError } from './set-up-error.mjs';

/** Holds the hash of the lockfile that node_modules was installed from; npm removes it when it begins anew. */
const stampName = '.xpane-lockfile-sha256';

/** The Node that everything after the bootstrap runs on. @param {string} root */
export function nodeOf(root) {
  return join(root, 'node_modules/.bin/node');
}

/** @param {string} root */
function lockfileHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** Whether node_modules is what the lockfile says. @param {string} root */
export function nodeModulesCurrent(root) {
  const stamp = join(root, 'node_modules', stampName);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfileHash(root) && existsSync(nodeOf(root));
}

/**
 * Installs the packages of the lockfile unless they are there. Throws `setup.npm-failed`.
 * @param {string} root
 */
export async function ensureNodeModules(root) {
  if (nodeModulesCurrent(root)) return;
  console.log('Installing the packages of package-lock.json, about 15 s');
  const hash = lockfileHash(root);
  const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const status = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) {
    throw new SetUpError(
      'setup.npm-failed',
      `npm ci failed (${status}).`,
      'Check the connection to the internet and the free disk space, and run the command again.',
    );
  }
  writeFileSync(join(root, 'node_modules', stampName), hash);
}
