import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
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
  const settings = [
    '-q',
    '-o',
    'APT::Status-Fd=1',
    '-o',
    'Dpkg::Use-Pty=false',
    '-o',
    'DPkg::Lock::Timeout=120',
  ];
  const [command = '', ...rest] = [...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C', 'apt-get'];
  const child = spawn(command, [...rest, ...settings, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const begun = Date.now();
  let lastWords = '';
  let toldPercent = -25;
  const listen = (/** @type {import('node:stream').Readable} */ stream) =>
    createInterface({ input: stream }).on('line', (line) => {
      const [, kind, percent] = /^(dl|pm)status:[^:]*:([\d.]+):/.exec(line) ?? [];
      if (kind === undefined) {
        lastWords = `${lastWords}\n${line}`.slice(-2000);
        return;
      }
      // Downloads are the first half, unpacking and configuring the second.
      const done = (Number(percent) + (kind === 'pm' ? 100 : 0)) / 2;
      if (args[0] !== 'install' || done < toldPercent + 25) return;
      toldPercent = done;
      const left = timeLeftMs({ expectedMs, elapsedMs: Date.now() - begun, fraction: done / 100 });
      console.log(`  ${Math.floor(done)} %, ${spokenTime(left)} left`);
    });
  listen(child.stdout);
  listen(child.stderr);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => resolve(code === 0 ? '' : lastWords.trim()));
  });
}
