import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-set-up-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}`);
  chmodSync(join(folder, name), 0o755);
}

/** A machine with nothing installed, until its apt-get has run. */
function machine(options: { readonly sudo: boolean }): void {
  program('dpkg-query', `[ ! -e ${folder}/installed ] || echo 'make installed'\n`);
  // As apt does: what it starts gets every descriptor but the status channel.
  program(
    'apt-get',
    `echo "$*" >> ${folder}/calls
for word; do case $word in APT::Status-Fd=*) channel=\${word#*=} ;; esac; done
case " $* " in *' install '*) ;; *) exit 0 ;; esac
eval "echo pmstatus:make:50.0:Unpacking >&$channel" || exit 100
eval "sh -c 'echo a maintainer script prints' $channel>&-" || { echo 'E: it could not print' >&2; exit 100; }
touch ${folder}/installed
`,
  );
  // As sudo does: the command gets descriptors 0 to 2 only.
  const sudo = `[ "$1" = -n ] || exit 0; shift; exec "$@" 3>&- 4>&-\n`;
  program('sudo', options.sudo ? sudo : 'exit 1\n');
}

/** The set-up's part for one package, as the user `userId`. */
function ensure(userId: number) {
  const module = new URL('../../../scripts/setup/install-packages.mjs', import.meta.url).href;
  const lists = new URL('../../../scripts/setup/system-packages.mjs', import.meta.url).href;
  const script = `process.getuid = () => ${userId};
    const { systemPackages } = await import('${lists}');
    systemPackages.only = ['make'];
    const { ensurePackages } = await import('${module}');
    await ensurePackages(['only']).catch((error) => {
      console.error([error.message, error.hint, error.code].join('\\n'));
      process.exitCode = 1;
    });`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { PATH: `${folder}:/usr/bin:/bin` },
  });
}

it.each([
  { who: 'root', userId: 0, sudo: false },
  { who: 'a user with sudo', userId: 1000, sudo: true },
])('installs as $who; maintainer scripts can print', ({ userId, sudo }) => {
  machine({ sudo });
  expect(ensure(userId)).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringContaining('  75 %, '),
  });
  expect(readFileSync(join(folder, 'calls'), 'utf8').split('\n')).toEqual([
    expect.stringMatching(/ update$/),
    expect.stringMatching(/ install --yes --no-install-recommends make$/),
    '',
  ]);
});

it('asks a user without rights to run one command, and tries nothing', () => {
  machine({ sudo: false });
  expect(ensure(1000)).toMatchObject({
    status: 1,
    stdout: '',
    stderr: `These system packages are missing: make
Run this once, then the same command again:
  su -c 'apt-get update; apt-get install --no-install-recommends make'
setup.packages-missing
`,
  });
  expect(existsSync(join(folder, 'calls'))).toBe(false);
});

it('tells what apt-get said when it failed', () => {
  machine({ sudo: false });
  program('apt-get', 'echo "E: no such package" >&2; exit 100\n');
  const { status, stderr } = ensure(0);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^These system packages could not be installed: make\nE: no such package\n/);
  expect(stderr).toMatch(/\nsetup\.packages-failed\n$/);
});
