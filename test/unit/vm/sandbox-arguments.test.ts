import { expect, test } from 'vitest';
import { type Sandbox, sandboxArguments } from '../../../src/vm/sandbox/arguments.ts';

const sandbox: Sandbox = {
  root: '/cache/guest/ab/root',
  prefix: '/data/ws/prefix',
  guestFolder: '/run/x/guest',
  memoryMiB: 384,
  features: { disableUserns: true, tmpfsSize: true },
};

test('the whole command line', () => {
  expect(sandboxArguments(sandbox).join(' ')).toBe(
    '--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --cap-drop ALL ' +
      '--uid 1000 --gid 1000 --hostname xpane-guest --clearenv --setenv PATH /opt/xpane/bin:/usr/bin:/usr/sbin ' +
      '--ro-bind /cache/guest/ab/root / --bind /data/ws/prefix /opt/prefix ' +
      '--dev /dev --size 16777216 --tmpfs /dev/shm --remount-ro /dev --proc /proc ' +
      '--size 402653184 --tmpfs /tmp --size 1048576 --tmpfs /run --ro-bind /run/x/guest /run/xpane ' +
      '--size 1048576 --tmpfs /run/bridge --chdir / ' +
      '-- /bin/sh -c read -r _ && exec "$@" gate /opt/xpane/guest-init sandbox',
  );
});

test('an older bubblewrap is not asked for what it does not know', () => {
  const args = sandboxArguments({ ...sandbox, features: { disableUserns: false, tmpfsSize: false } });
  expect(args).not.toContain('--disable-userns');
  expect(args).not.toContain('--size');
  expect(args.filter((arg) => arg === '--tmpfs')).toHaveLength(4);
});

test('the host shows nothing for writing but the prefix, and shares no network', () => {
  const args = sandboxArguments(sandbox);
  const writable = args.flatMap((arg, index) => (arg === '--bind' ? [args[index + 1]] : []));
  expect(writable).toEqual(['/data/ws/prefix']);
  expect(args.some((arg) => arg.startsWith('--share') || arg.startsWith('--dev-bind'))).toBe(false);
});
