import { expect, test } from 'vitest';
import { type Sandbox, sandboxArguments } from '../../../src/vm/sandbox/arguments.ts';

const sandbox: Sandbox = {
  root: '/cache/guest/ab/root',
  prefix: '/data/ws/prefix',
  guestFolder: '/run/x/guest',
  bridgeFolder: '/run/x/bridge',
  disableUserns: true,
};

test('the whole command line', () => {
  expect(sandboxArguments(sandbox).join(' ')).toBe(
    '--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --cap-drop ALL ' +
      '--uid 1000 --gid 1000 --hostname xpane-guest --clearenv --setenv PATH /opt/xpane/bin:/usr/bin:/usr/sbin ' +
      '--ro-bind /cache/guest/ab/root / --bind /data/ws/prefix /opt/prefix ' +
      '--dev /dev --proc /proc --tmpfs /tmp --tmpfs /run ' +
      '--ro-bind /run/x/guest /run/xpane --bind /run/x/bridge /run/bridge --chdir / ' +
      '-- /bin/sh -c read -r _ && exec "$@" gate /opt/xpane/guest-init sandbox',
  );
});

test('an older bubblewrap is not asked for what it does not know', () => {
  expect(sandboxArguments({ ...sandbox, disableUserns: false })).not.toContain('--disable-userns');
});

test('the host shows nothing for writing but the prefix and the bridge, and shares no network', () => {
  const args = sandboxArguments(sandbox);
  const writable = args.flatMap((arg, index) => (arg === '--bind' ? [args[index + 1]] : []));
  expect(writable).toEqual(['/data/ws/prefix', '/run/x/bridge']);
  expect(args.some((arg) => arg.startsWith('--share') || arg.startsWith('--dev-bind'))).toBe(false);
});
