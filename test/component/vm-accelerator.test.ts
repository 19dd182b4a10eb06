import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { findProgram } from '../../src/vm/host-programs.ts';
import { findAccelerator, runsCode } from '../../src/vm/qemu/accelerator.ts';
import { whyWithoutKvm } from '../../src/vm/qemu/why-slow.ts';
import { nobody } from './fixtures/become-user.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';

const realQemu = findProgram('qemu-system-x86_64') ?? 'qemu-system-x86_64';

/** A QEMU that does what `script` says, and notes each call beside itself. */
function fakeQemu(folder: string, script: string): string {
  const path = join(folder, 'qemu');
  writeFileSync(path, `#!/bin/sh\necho "$@" >> '${folder}/calls'\n${script}\n`, { mode: 0o755 });
  return path;
}

function calls(folder: string): string[] {
  const file = join(folder, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

/** A device that this user may open: only the fake QEMU decides what it is worth. */
function device(folder: string): string {
  const path = join(folder, 'kvm');
  writeFileSync(path, '');
  return path;
}

function question(folder: string, qemu: string, qemuVersion = 'QEMU 7.2') {
  const cacheFolder = join(folder, 'cache');
  return { qemu, qemuVersion, cacheFolder, log: silentLog, device: device(folder) };
}

describe('the probe', () => {
  test('code runs through paging on the real QEMU', async () => {
    expect(await runsCode(realQemu, 'tcg', testFolder())).toBe(true);
  });

  test('an accelerator that hangs is broken: this is known within 3 s, and nothing is left', async () => {
    const folder = testFolder();
    const begin = Date.now();
    expect(await runsCode(fakeQemu(folder, 'exec sleep 600'), 'kvm', join(folder, 'cache'))).toBe(false);
    expect(Date.now() - begin).toBeLessThan(4500);
    expect(spawnSync('ls', [join(folder, 'cache')]).stdout.toString()).toBe('');
  });

  test.each([0, 1, 35, 134])('exit code %i is not the one of success', async (code) => {
    const folder = testFolder();
    expect(await runsCode(fakeQemu(folder, `exit ${code}`), 'kvm', folder)).toBe(false);
  });

  test('can be cancelled', async () => {
    const folder = testFolder();
    const signal = AbortSignal.timeout(50);
    const probing = runsCode(fakeQemu(folder, 'exec sleep 600'), 'kvm', folder, signal);
    await expect(probing).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

describe('the answer', () => {
  test('agrees with what KVM of this very machine does', async () => {
    const cacheFolder = testFolder();
    const answer = await findAccelerator({ qemu: realQemu, qemuVersion: '', cacheFolder, log: silentLog });
    const works = existsSync('/dev/kvm') && (await runsCode(realQemu, 'kvm', cacheFolder));
    expect(answer).toBe(works ? 'kvm' : 'tcg');
  });

  test.each([
    ['kvm', 33],
    ['tcg', 1],
  ])('%s is kept, until QEMU changes', async (accelerator, code) => {
    const folder = testFolder();
    const qemu = fakeQemu(folder, `exit ${code}`);
    expect(await findAccelerator(question(folder, qemu))).toBe(accelerator);
    expect(await findAccelerator(question(folder, qemu))).toBe(accelerator);
    expect(calls(folder)).toHaveLength(1);
    expect(await findAccelerator(question(folder, qemu, 'QEMU 8'))).toBe(accelerator);
    expect(calls(folder)).toHaveLength(2);
  });

  test('an unreadable cache is asked again', async () => {
    const folder = testFolder();
    mkdirSync(join(folder, 'cache'));
    writeFileSync(join(folder, 'cache/accelerator.json'), '{"key":');
    expect(await findAccelerator(question(folder, fakeQemu(folder, 'exit 33')))).toBe('kvm');
  });

  test('without the device no QEMU is started', async () => {
    const folder = testFolder();
    const asked = { ...question(folder, fakeQemu(folder, 'exit 33')), device: join(folder, 'nowhere') };
    expect(await findAccelerator(asked)).toBe('tcg');
    expect(calls(folder)).toEqual([]);
  });

  test.each([
    ['nothing', 'kvm', 33, undefined],
    ['that KVM is there and does not work', 'kvm', 1, 'vm.kvm-broken'],
    ['that there is none', 'nowhere', 33, 'vm.no-kvm'],
  ])('the user is told %s', async (_, name, code, told) => {
    const folder = testFolder();
    const asked = { ...question(folder, fakeQemu(folder, `exit ${code}`)), device: join(folder, name) };
    expect((await whyWithoutKvm(asked))?.code).toBe(told);
  });

  test('a user without rights to the device gets TCG, and is told so', () => {
    const script = new URL('./fixtures/find-accelerator.ts', import.meta.url).pathname;
    const asUser = process.getuid?.() === 0 ? [String(nobody)] : [];
    const folder = testFolder();
    chmodSync(folder, 0o711);
    const closed = device(folder);
    chmodSync(closed, asUser.length > 0 ? 0o600 : 0);
    expect(spawnSync(process.execPath, [script, closed, ...asUser], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: 'tcg vm.kvm-no-rights\n',
    });
  });
});
