import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Appliance } from '../src/appliance/appliance.ts';
import { waitFor } from '../test/component/fixtures/wait-for.ts';

const timeoutMs = 120_000;
/** What `cat` and `socat` move at once; the guest's own relay does as much. */
const atOnce = 262144;

/**
 * `cat` of a file through a unix socket between this computer and a sandbox with the guest's root, both ends at their
 * best; the file is on the medium at the end, as with XPane, as `cat-to-guest` or `cat-to-host` in `folder`, which is the
 * sandbox's own. Milliseconds.
 */
export async function catThroughSandbox(
  { root }: Appliance,
  folder: string,
  way: { readonly file: string; readonly to: 'guest' | 'host' },
): Promise<number> {
  const socket = join(folder, 'socket');
  const name = `cat-to-${way.to}`;
  const target = join(folder, name);
  const box = ['--unshare-all', '--unshare-user', '--die-with-parent', '--ro-bind', root, '/'];
  const places = ['--bind', folder, '/opt/prefix', '--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp'];
  const inBox = (script: string, input: number | 'ignore', output: number | 'ignore') => {
    const child = spawn('bwrap', [...box, ...places, '--', 'sh', '-c', script], {
      env: { PATH: `/opt/xpane/bin:/usr/bin:${process.env.PATH}` },
      stdio: [input, output, 'ignore'],
      timeout: timeoutMs,
    });
    return new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${script}: ${code}`))));
    });
  };
  const listen = `-b ${atOnce} -u UNIX-LISTEN:/opt/prefix/socket`;
  const dial = `-b ${atOnce} -u`;
  const source = await open(way.file, 'r');
  const written = await open(target, 'w');
  try {
    const guest =
      way.to === 'guest'
        ? inBox(`socat ${listen} - | cat >/opt/prefix/${name}`, 'ignore', 'ignore')
        : inBox(`cat | socat -b ${atOnce} -u - UNIX-LISTEN:/opt/prefix/socket`, source.fd, 'ignore');
    await waitFor('the peer to listen', () => existsSync(socket), timeoutMs);
    const begunMs = performance.now();
    const host =
      way.to === 'guest'
        ? inBox(`cat | socat ${dial} - UNIX-CONNECT:/opt/prefix/socket`, source.fd, 'ignore')
        : inBox(`socat ${dial} UNIX-CONNECT:/opt/prefix/socket - | cat`, 'ignore', written.fd);
    await Promise.all([guest, host]);
    await written.sync();
    return performance.now() - begunMs;
  } finally {
    await source.close();
    await written.close();
    await rm(socket, { force: true });
  }
}
