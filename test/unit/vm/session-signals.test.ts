import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';

/** What is known of `env` is kept: each test asks anew. */
async function deaf() {
  vi.resetModules();
  const { deafToSessionEnd } = await import('../../../src/vm/qemu/session-signals.ts');
  return deafToSessionEnd('/usr/bin/qemu', ['-m', '16']);
}

test('QEMU is started with the signals blocked that the end of a session sends', async () => {
  expect(await deaf()).toEqual({
    command: 'env',
    args: ['--block-signal=TERM,HUP,INT', '/usr/bin/qemu', '-m', '16'],
  });
});

test.each([
  ['does not know how', 'echo "unrecognized option" >&2; exit 125'],
  ['only says so', 'shift; exec "$@"'],
])('an env that %s is not used', async (_, script) => {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-env-'));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'env'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`);
  expect(await deaf()).toEqual({ command: '/usr/bin/qemu', args: ['-m', '16'] });
});
