import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { aptPercent } from './apt-status.mjs';
import { SetUpError } from './set-up-error.mjs';
import { installCommand, missingPackages, packagesFor } from './system-packages.mjs';
import { spokenTime, timeLeftMs } from './time-left.mjs';

/**
 * Makes sure that the system packages for `purposes` are there. Installs missing ones as root, or by a sudo that
 * asks for nothing; otherwise throws `setup.packages-missing` with the one command to run.
 * @param {readonly string[]} purposes
 */
export async function ensurePackages(purposes) {
  const wanted = packagesFor(purposes);
  const missing = missingOf(wanted);
  if (missing.length === 0) return;
  const prefix = rightToInstall();
  if (prefix === undefined) {
    throw new SetUpError(
      'setup.packages-missing',
      `These system packages are missing: ${missing.join(' ')}`,
      `Run this once, then the same command again:\n  ${installCommand(missing, hasSudo())}`,
    );
  }
  console.log(`Installing system packages: ${missing.join(' ')}`);
  // One broken index among many is no reason to stop; whether the packages are to be had, install says.
  await aptGet(prefix, ['update'], 10_000);
  const failure = await aptGet(prefix, ['install', '--yes', '--no-install-recommends', ...missing], 60_000);
  const still = missingOf(wanted);
  if (still.length > 0) {
    throw new SetUpError(
      'setup.packages-failed',
      `These system packages could not be installed: ${still.join(' ')}\n${failure}`,
      'Check the connection to the internet and the free disk space, and run the command again.',
    );
  }
}

/** @param {readonly string[]} wanted */
function missingOf(wanted) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own notation
  const format = '${Package} ${db:Status-Status}\n';
  const query = spawnSync('dpkg-query', ['-W', '-f', format, ...wanted], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (query.error) {
    throw new SetUpError(
      'setup.not-debian',
      'This set-up knows Debian and systems made of it only: dpkg-query is not here.',
      `Install what these Debian packages hold by your system's own means: ${wanted.join(' ')}`,
    );
  }
  return missingPackages(wanted, query.stdout);
}

/** What to put before a command that only root may run, or undefined without the right. */
function rightToInstall() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}

function hasSudo() {
  return spawnSync('sudo', ['-V'], { stdio: 'ignore' }).status === 0;
}

/**
 * Runs apt-get and tells how far it is. Resolves to its last words when it failed, else to ''.
 * @param {readonly string[]} prefix
 * @param {readonly string[]} args
 * @param {number} expectedMs
 * @returns {Promise<string>}
 */
function aptGet(prefix, args, expectedMs) {
  const settings = ['APT::Status-Fd=3', 'Dpkg::Use-Pty=false', 'DPkg::Lock::Timeout=120'];
  // apt closes its status channel to what it starts: on 1 itself every maintainer script that prints would fail.
  // The shell opens 3, since sudo lets none but 0 to 2 through.
  const shell = ['sh', '-c', 'exec apt-get "$@" 3>&1', 'apt-get', '-q'];
  const [command = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', ...shell];
  const options = settings.flatMap((setting) => ['-o', setting]);
  const child = spawn(command, [...rest, ...options, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const begun = Date.now();
  /** @type {string[]} */
  let lastWords = [];
  let toldPercent = -25;
  const listen = (/** @type {import('node:stream').Readable} */ stream) =>
    createInterface({ input: stream }).on('line', (line) => {
      const done = aptPercent(line);
      if (done === undefined) {
        lastWords = [...lastWords, line].slice(-20);
        return;
      }
      if (args[0] !== 'install' || done < toldPercent + 25) return;
      toldPercent = done;
      const left = timeLeftMs({ expectedMs, elapsedMs: Date.now() - begun, fraction: done / 100 });
      console.log(`  ${Math.floor(done)} %, ${spokenTime(left)} left`);
    });
  listen(child.stdout);
  listen(child.stderr);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? '' : lastWords.join('\n').trim()));
  });
}
