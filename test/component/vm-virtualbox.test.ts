import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WorkspaceSession } from '../../src/service/workspace-session.ts';
import { silentLog } from '../../src/shared/log.ts';
import { snapshotOf } from '../../src/vm/backends.ts';
import { isRunning, knownProcess } from '../../src/vm/known-process.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { fakeSecret } from './fixtures/fake-agent.ts';
import { until } from './fixtures/until.ts';
import { endIfThere, virtualBox } from './fixtures/virtualbox/virtualbox.ts';
import { openRig } from './fixtures/workspace-rig.ts';

/** VirtualBox itself was never there: what it is like is from its manual and its source. */
type Rig = ReturnType<typeof virtualBox>;

async function prepared(): Promise<Rig> {
  const rig = virtualBox();
  await rig.backend.prepareDisk(rig.spec.disk);
  return rig;
}

async function started(rig: Rig) {
  const guest = await rig.backend.start(rig.spec);
  onTestFinished(async () => {
    rig.break({});
    await guest.kill();
  });
  return guest;
}

function sessionOf({ backend, spec, folder }: Rig): WorkspaceSession {
  const { workspaceId, disk, secretFile, runtimeFolder, memoryMiB, network = { kind: 'none' } } = spec;
  return new WorkspaceSession({
    ...{ workspaceId, disk, secretFile, runtimeFolder, memoryMiB, network, sound: true },
    ...{ secret: fakeSecret, startDurationFile: join(folder, 'start.json'), snapshot: snapshotOf(disk) },
    ...{ warmStart: true, revertible: false, suspendMs: backend.capabilities.suspendMs },
    guestSource: () => ({ backend, agentFile: spec.agentFile }),
    desktop: () => ({ width: 800, height: 600 }),
    onBridge: () => undefined,
    log: silentLog,
  });
}

const verbs = (rig: Rig) =>
  rig.calls().map(([command = '', , verb = '']) => (command === 'controlvm' ? verb : command));
const deeds = (rig: Rig) => verbs(rig).filter((verb) => !['--version', 'showvminfo'].includes(verb));

describe('a workspace in VirtualBox', () => {
  test('has the CD that it is set up from', async () => {
    const rig = virtualBox();
    const setUpDisk = join(rig.folder, 'set-up.iso');
    writeFileSync(setUpDisk, 'CD');
    const guest = await started({ ...rig, spec: { ...rig.spec, setUpDisk } });
    expect(rig.calls().flat()).toContain(`--medium=${setUpDisk}`);
    await guest.kill();
  });

  test('is not installed from a CD', async () => {
    const rig = virtualBox();
    const installation = { cd: '/xp.iso', floppy: '/set-up.flp' };
    await expect(rig.backend.start({ ...rig.spec, installation })).rejects.toMatchObject({
      code: 'vm.not-installable',
    });
    expect(deeds(rig)).toEqual([]);
  });

  test('cannot be revertible', async () => {
    const rig = virtualBox();
    await expect(rig.backend.start({ ...rig.spec, revertible: true })).rejects.toMatchObject({
      code: 'vm.not-revertible',
    });
    expect(deeds(rig)).toEqual([]);
  });

  test('starts, is suspended, goes on, and shuts down; VirtualBox then knows nothing of it', async () => {
    const rig = virtualBox();
    const session = sessionOf(rig);
    await session.ensureReady();
    expect(rig.machines()).toMatchObject([{ state: 'running' }]);
    await session.suspend();
    expect([session.phase.name, rig.machines()]).toEqual(['suspended', []]);
    const bridge = await session.ensureReady();
    expect([session.phase.name, bridge.state, rig.machines().length]).toEqual(['running', 'ready', 1]);
    expect(snapshotOf(rig.spec.disk).exists()).toBe(false);
    await session.stop();
    expect([session.phase.name, rig.machines()]).toEqual(['stopped', []]);
    expect(deeds(rig)).toEqual([
      ...['createvm', 'modifyvm', 'storagectl', 'storageattach', 'startvm', 'savestate', 'unregistervm'],
      ...['registervm', 'startvm', 'natpf1delete', 'natpf1', 'acpipowerbutton', 'unregistervm'],
    ]);
    expect(readdirSync(join(rig.folder, 'workspace'))).toEqual(['disk.vdi']);
    expect(readdirSync(rig.spec.runtimeFolder)).toEqual([]);
  });

  test('has a disk of its own, and no more of the host than its forward; the secret is in no call', async () => {
    const rig = await prepared();
    expect(statSync(rig.spec.disk).mode & 0o777).toBe(0o600);
    await started(rig);
    const words = rig.calls().flat();
    expect(words).toEqual(
      expect.arrayContaining(['--nat-localhostreachable1=off', '--clipboard-mode=disabled']),
    );
    expect(words.filter((word) => word.includes(fakeSecret))).toEqual([]);
    const folder = `${rig.spec.disk}.snapshot`;
    expect([folder, rig.spec.runtimeFolder].map((path) => statSync(path).mode & 0o777)).toEqual([
      0o700, 0o700,
    ]);
  });

  test('needs a network, as VirtualBox has no forward without one', async () => {
    const rig = virtualBox();
    const session = sessionOf({ ...rig, spec: { ...rig.spec, network: { kind: 'none' } } });
    await expect(session.ensureReady()).rejects.toMatchObject({ code: 'vm.network-unsupported' });
    expect(deeds(rig)).toEqual([]);
  });
});

describe('what goes wrong in VirtualBox', () => {
  test('a machine that does not start is told with its words, and nothing of it is left', async () => {
    const rig = await prepared();
    rig.break({ startvm: 'VT-x is being used by another hypervisor (VERR_VMX_IN_VMX_ROOT_MODE)' });
    await expect(rig.backend.start(rig.spec)).rejects.toMatchObject({
      code: 'vm.virtualbox-failed',
      message: expect.stringContaining('used by another hypervisor'),
    });
    expect(rig.machines()).toEqual([]);
    expect(readdirSync(rig.spec.runtimeFolder)).toEqual([]);
    expect(readdirSync(join(rig.folder, 'workspace'))).toEqual(['disk.vdi']);
  });

  test('a start that hangs can be cancelled', async () => {
    const rig = await prepared();
    rig.break({ startvm: null });
    const cancel = new AbortController();
    const starting = rig.backend.start(rig.spec, cancel.signal);
    await until('the machine is being started', 10_000, () => verbs(rig).includes('startvm'));
    cancel.abort(new Error('enough'));
    await expect(starting).rejects.toThrow('enough');
    expect(rig.machines()).toEqual([]);
  });

  test.each([
    ['fails', 'The disk is full'],
    ['hangs', null],
  ])('a guest whose suspending %s runs on', async (_, fault) => {
    const rig = await prepared();
    const guest = await started(rig);
    rig.break({ savestate: fault });
    await expect(guest.suspend?.(500)).rejects.toMatchObject({ code: 'vm.suspend-failed' });
    expect(rig.machines()).toMatchObject([{ state: 'running' }]);
    rig.break({});
    expect(await guest.suspend?.(10_000)).toMatchObject({ expected: true });
    expect(snapshotOf(rig.spec.disk).exists()).toBe(true);
  });

  test('a guest that VirtualBox saves on when VBoxManage was ended for being late is suspended', async () => {
    const rig = await prepared();
    const guest = await started(rig);
    writeFileSync(join(rig.home, 'saving-takes-ms'), '3000');
    expect(await guest.suspend?.(500)).toMatchObject({ expected: true, detail: 'VirtualBox: saved' });
    expect([snapshotOf(rig.spec.disk).exists(), rig.machines()]).toEqual([true, []]);
    expect((await started(rig)).resumed).toBe(true);
  });

  test('a guest that does not hear the power button is turned off', async () => {
    const rig = await prepared();
    writeFileSync(join(rig.home, 'ignores-power-button'), '');
    const guest = await started(rig);
    expect(await guest.powerOff(500)).toMatchObject({ expected: true, inOrder: false });
    expect(deeds(rig).slice(-2)).toEqual(['poweroff', 'unregistervm']);
  });

  test('a guest that VirtualBox does not turn off at once is turned off later', async () => {
    const rig = await prepared();
    const guest = await started(rig);
    rig.break({ poweroff: 'It is busy.' });
    const ended = guest.kill();
    await until(
      'it was tried twice',
      10_000,
      () => verbs(rig).filter((verb) => verb === 'poweroff').length > 1,
    );
    rig.break({});
    expect(await ended).toMatchObject({ expected: true });
  });

  test('an end that failed is made up for by the next start, and the first one leaves that alone', async () => {
    const rig = await prepared();
    const old = await rig.backend.start(rig.spec);
    rig.break({ poweroff: 'It is busy.', showvminfo: 'It is busy.' });
    await rig.backend.reclaim(rig.spec.runtimeFolder, rig.spec.disk).catch(() => undefined);
    snapshotOf(rig.spec.disk).discard();
    expect(existsSync(rig.machines()[0]?.file ?? '')).toBe(true);
    rig.break({});
    await rig.backend.reclaim(rig.spec.runtimeFolder, rig.spec.disk);
    const guest = await started(rig);
    await old.exited;
    expect(existsSync(`${rig.spec.disk}.running.json`)).toBe(true);
    expect(await guest.suspend?.(10_000)).toMatchObject({ expected: true });
    expect((await started(rig)).resumed).toBe(true);
  });

  test('a machine that ends by itself was not expected to, and is cleared away', async () => {
    const rig = await prepared();
    const guest = await started(rig);
    endIfThere(rig.machines()[0]?.pid);
    expect(await guest.exited).toEqual({ expected: false, inOrder: false, detail: 'VirtualBox: aborted' });
    expect(rig.machines()).toEqual([]);
  });

  test('a VirtualBox that does not answer for a while is no end of the guest', async () => {
    const rig = await prepared();
    const guest = await started(rig);
    rig.break({ showvminfo: 'NS_ERROR_CALL_FAILED' });
    const looks = () => verbs(rig).filter((verb) => verb === 'showvminfo').length;
    await until('it was asked twice', 10_000, () => looks() >= 2);
    rig.break({});
    expect(rig.machines()).toMatchObject([{ state: 'running' }]);
    expect(await guest.kill()).toMatchObject({ expected: true, inOrder: false });
  });
});

describe('a machine that outlives its service', () => {
  test('is ended by the next one, which can start it then', async () => {
    const rig = await prepared();
    const old = await rig.backend.start(rig.spec); // of a service that was killed: nobody ends it
    await expect(rig.backend.start(rig.spec)).rejects.toMatchObject({ code: 'vm.already-running' });
    expect(rig.machines()).toMatchObject([{ state: 'running' }]);
    const left = knownProcess(rig.machines()[0]?.pid ?? 0);
    await rig.backend.reclaim(rig.spec.runtimeFolder, rig.spec.disk);
    expect([rig.machines(), left && isRunning(left)]).toEqual([[], false]);
    await old.exited;
    await started(rig);
  });

  test.each([
    ['is saved', 0],
    ['is being saved', 2000],
  ])('stays suspended when it %s', async (_, takesMs) => {
    const rig = await prepared();
    await rig.leave();
    const [left] = rig.machines();
    writeFileSync(join(rig.home, 'saving-takes-ms'), `${takesMs}`);
    const saving = rig.manage('controlvm', left?.uuid ?? '', 'savestate');
    await until('it is being saved', 10_000, () => rig.machines()[0]?.state !== 'running');
    await rig.backend.reclaim(rig.spec.runtimeFolder, rig.spec.disk);
    await saving;
    expect([rig.machines(), snapshotOf(rig.spec.disk).exists()]).toEqual([[], true]);
    expect((await started(rig)).resumed).toBe(true);
  });

  test('is ended when its workspace is opened, whatever the backend is by then; without one nothing is asked', async () => {
    const rig = virtualBox();
    const service = () => openRig(join(rig.folder, 'home'));
    const { shelf, importImage, care } = await service();
    const { id } = await importImage(join(rig.folder, `${'0'.repeat(64)}.qcow2`), 'XP', { setUp: 'none' });
    const { disk } = workspaceFiles(shelf.dataFolder, id, 'virtualbox');
    await rig.backend.prepareDisk(disk);
    await care.set({ workspace: id, settings: { backend: 'qemu' } });
    expect(rig.calls()).toEqual([]);
    await rig.leave(disk);
    expect(rig.machines()).toMatchObject([{ state: 'running' }]);
    rig.break({ poweroff: 'It is busy.' });
    await service();
    expect(rig.machines()).toMatchObject([{ state: 'running' }]);
    rig.break({});
    rmSync(rig.spec.runtimeFolder, { recursive: true }); // the user has logged out meanwhile
    await service();
    expect(rig.machines()).toEqual([]);
    expect(existsSync(`${disk}.running.json`)).toBe(false);
  });

  test('keeps its disk from being reset or removed, until it is gone', async () => {
    const rig = virtualBox();
    const service = () => openRig(join(rig.folder, 'home'));
    const first = await service();
    const { id } = await first.importImage(join(rig.folder, `${'0'.repeat(64)}.qcow2`), 'XP', {
      setUp: 'none',
    });
    const { disk } = workspaceFiles(first.shelf.dataFolder, id, 'virtualbox');
    await rig.backend.prepareDisk(disk);
    await first.care.set({ workspace: id, settings: { backend: 'virtualbox' } });
    await rig.leave(disk);
    rig.break({ poweroff: 'It is busy.' });
    const { care } = await service();
    for (const deed of ['reset', 'remove'] as const) {
      await expect(care[deed]({ workspace: id })).rejects.toMatchObject({
        code: 'vm.machine-left',
        message: expect.stringContaining('It is busy.'),
        hint: expect.stringContaining('VirtualBox’s own window'),
      });
    }
    expect([existsSync(disk), rig.machines()]).toMatchObject([true, [{ state: 'running' }]]);
    endIfThere(rig.machines()[0]?.pid); // as the user does in VirtualBox's window
    await care.reset({ workspace: id });
    expect([existsSync(disk), rig.machines()]).toEqual([false, []]);
    await care.remove({ workspace: id });
  });

  test('is gone with VirtualBox, but not while a process of it is there', async () => {
    const rig = await prepared();
    await rig.leave();
    const [left] = rig.machines();
    rmSync(join(rig.folder, 'bin/VBoxManage'));
    const carrier = spawn('sleep', ['60'], { argv0: `VBoxHeadless ${left?.uuid}`, stdio: 'ignore' });
    const ended = once(carrier, 'exit');
    onTestFinished(() => void carrier.kill());
    await expect(rig.backend.reclaim(rig.spec.runtimeFolder, rig.spec.disk)).rejects.toMatchObject({
      code: 'vm.virtualbox-missing',
    });
    carrier.kill();
    await ended;
    await rig.backend.reclaim(rig.spec.runtimeFolder, rig.spec.disk);
    expect(existsSync(`${rig.spec.disk}.running.json`)).toBe(false);
  });

  test('is as good as ended when VirtualBox has forgotten it', async () => {
    const rig = await prepared();
    const guest = await rig.backend.start(rig.spec);
    endIfThere(rig.machines()[0]?.pid);
    rmSync(join(rig.home, 'machines.json'));
    expect(await guest.exited).toMatchObject({ detail: 'VirtualBox: removed' });
    await rig.backend.reclaim(rig.spec.runtimeFolder, rig.spec.disk);
  });
});

describe('a suspended machine', () => {
  async function suspended(): Promise<Rig> {
    const rig = await prepared();
    const guest = await rig.backend.start(rig.spec);
    await guest.suspend?.(10_000);
    return rig;
  }

  test('stays suspended while VirtualBox cannot start anything', async () => {
    const rig = await suspended();
    rig.break({ startvm: 'VT-x is being used by another hypervisor' });
    await expect(rig.backend.start(rig.spec)).rejects.toMatchObject({ code: 'vm.virtualbox-failed' });
    expect([snapshotOf(rig.spec.disk).exists(), rig.machines()]).toEqual([true, []]);
    rig.break({});
    expect((await started(rig)).resumed).toBe(true);
  });

  test('boots anew when its state cannot be read', async () => {
    const rig = await suspended();
    const folder = `${rig.spec.disk}.snapshot`;
    const [machine = ''] = readdirSync(folder).filter((name) => name.startsWith('xpane-'));
    rmSync(join(folder, machine, 'Snapshots'), { recursive: true });
    expect((await started(rig)).resumed).toBe(false);
    expect(rig.machines()).toMatchObject([{ state: 'running' }]);
  });

  test('boots anew on another machine', async () => {
    const rig = await suspended();
    Object.assign(rig.spec, { memoryMiB: 256 });
    expect((await started(rig)).resumed).toBe(false);
  });
});

describe('what this computer lacks', () => {
  test('nothing, with VirtualBox', async () => {
    expect(await virtualBox().backend.obstacle()).toBeUndefined();
  });

  test.each([
    ['6.1.50r161033', 'vm.virtualbox-old'],
    ['WARNING: The vboxdrv kernel module is not loaded.\n7.0.26r168464', 'vm.virtualbox-driver'],
    ['what?', 'vm.virtualbox-broken'],
  ])('a VirtualBox that says %j', async (version, code) => {
    const { home, backend } = virtualBox();
    writeFileSync(join(home, 'version'), version);
    expect(await backend.obstacle()).toMatchObject({ code });
  });

  test('VirtualBox', async () => {
    const rig = virtualBox();
    rmSync(join(rig.folder, 'bin/VBoxManage'));
    expect(await rig.backend.obstacle()).toMatchObject({ code: 'vm.virtualbox-missing' });
  });

  test('the image, which takes no half a disk along', async () => {
    const { folder, backend, spec } = virtualBox();
    rmSync(join(folder, `${'0'.repeat(64)}.qcow2`));
    expect(await backend.obstacle()).toMatchObject({ code: 'vm.base-missing' });
    await expect(backend.prepareDisk(spec.disk)).rejects.toMatchObject({ code: 'vm.base-missing' });
    expect(existsSync(spec.disk)).toBe(false);
  });
});

test('the disk holds what the image holds', async () => {
  const { folder, backend, spec } = virtualBox();
  await backend.prepareDisk(spec.disk);
  const before = readFileSync(spec.disk);
  await backend.prepareDisk(spec.disk);
  expect(readFileSync(spec.disk).equals(before)).toBe(true);
  expect(readdirSync(join(folder, 'workspace'))).toEqual(['disk.vdi']);
});
