import { execFileSync, spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { newSetUpState } from '../../src/guest-setup/first-time/set-up-state.ts';
import { writeSetUpState } from '../../src/guest-setup/first-time/state-file.ts';
import { automaticMemoryMiB } from '../../src/workspace/guest-memory.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { bootSector, converted, mebibyte, qemuIo, rawDisk, sameContent } from './fixtures/disk-images.ts';
import { KillMatrix } from './fixtures/kill-matrix.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';
import { newWork, openRig, type WorkspaceRig } from './fixtures/workspace-rig.ts';

let home: string;
let rig: WorkspaceRig;
let raw: string;
beforeEach(async () => {
  home = testFolder();
  rig = await openRig(home);
  raw = rawDisk(join(home, 'xp.img'));
});

const filesOf = (id: string) => workspaceFiles(rig.paths.data, id, 'qemu');
const signal = new AbortController().signal;

/** The overlay as a guest would have it that wrote something. */
async function written(id: string, ...commands: string[]): Promise<string> {
  const { disk } = filesOf(id);
  // Nothing but an export needs one before the first start.
  await rig.exportTo(id, join(home, `${newWork()}.img`));
  qemuIo(disk, 'qcow2', ...commands);
  return disk;
}

describe('an imported image', () => {
  test('is a workspace of its own, also for the next service', async () => {
    const made = await rig.importImage(converted(raw, join(home, 'Büro XP.vhd'), 'vpc'));
    expect(made).toMatchObject({ id: 'buro-xp', name: 'Büro XP', shared: false });
    expect(made.notes).toEqual([]);
    const { folder, definition } = filesOf('buro-xp');
    expect([statSync(folder).mode & 0o777, statSync(definition).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(rig.names()).toEqual(['Built-in guest', 'Büro XP']);
    const next = await openRig(home);
    expect(next.names()).toEqual(['Built-in guest', 'Büro XP']);
    // To be set up; nothing of that begins by itself.
    expect(next.shelf.live.find('büro xp').state()).toMatchObject({
      ...{ phase: 'stopped', setUp: { phase: 'waiting', mode: 'unattended', prompt: { kind: 'start' } } },
    });
    expect(next.shelf.live.find('builtin').state().setUp).toBeUndefined();
    expect(next.shelf.live.find('büro xp').workspace).toMatchObject({
      ...{ backend: 'qemu', memoryMiB: automaticMemoryMiB('image', totalmem() / 2 ** 20) },
      image: { base: made.base, machine: { diskBus: 'ide', nic: 'rtl8139' } },
    });
    const shown = await next.care.show({ workspace: 'buro-xp' });
    expect(shown).toMatchObject({ guest: 'image', base: { hash: made.base, sharedWith: [] } });
    expect(shown.settings).toContainEqual(
      expect.objectContaining({ name: 'memoryMiB', value: 'auto', own: true }),
    );
  });

  test('shares its base with every other of the same disk, and takes it along as the last', async () => {
    const first = await rig.importImage(raw, 'One');
    const [second, third] = await Promise.all([
      rig.importImage(converted(raw, join(home, 'a.vmdk'), 'vmdk', 'adapter_type=buslogic'), 'Two'),
      rig.care.create({ name: 'Three', base: first.base.slice(0, 8) }),
    ]);
    expect(second).toMatchObject({ base: first.base, shared: true });
    expect(second.notes.join()).toMatch(/kept once.*SCSI controller \(buslogic\)/);
    expect(rig.images()).toEqual([`${first.base}.qcow2`]);
    await rig.care.remove({ workspace: 'One' });
    await rig.care.remove({ workspace: third.id });
    expect(rig.images()).toEqual([`${first.base}.qcow2`]);
    await rig.care.remove({ workspace: 'Two' });
    expect(rig.images()).toEqual([]);
    expect(readdirSync(join(rig.paths.data, 'workspaces'))).toEqual(['builtin']);
  });

  test('keeps its base while any workspace cannot be understood', async () => {
    const { id, base } = await rig.importImage(raw, 'One');
    writeFileSync(filesOf(id).definition, '{');
    const next = await openRig(home);
    expect(next.care.broken).toMatchObject([{ id, failure: { code: 'workspace.broken' } }]);
    await next.care.create({ name: 'Two' });
    await next.care.remove({ workspace: 'Two' });
    expect(next.images()).toEqual([`${base}.qcow2`]);
  });

  test('leaves nothing when its workspace cannot be opened', async () => {
    const settings = join(rig.paths.config, 'settings.json');
    writeFileSync(settings, '{');
    const importing = rig.importImage(raw, 'Office');
    await expect(importing).rejects.toMatchObject({ code: expect.stringMatching(/^settings\./) });
    await expect(rig.care.create({ name: 'Office' })).rejects.toThrow();
    expect([rig.images(), rig.names()]).toEqual([[], ['Built-in guest']]);
    expect(readdirSync(join(rig.paths.data, 'workspaces'))).toEqual(['builtin']);
    rmSync(settings);
    expect(await rig.care.create({ name: 'Office' })).toMatchObject({ id: 'office' });
  });

  test('is refused with settings that do not exist, or a name that is taken, before it is read', async () => {
    const nowhere = join(home, 'nowhere.vhd');
    const asked = { work: newWork(), file: nowhere };
    const refused = async (more: object) => {
      const failure = await rig.care
        .importImage({ ...asked, ...more }, signal)
        .catch((error: unknown) => error);
      return (failure as { code: string }).code;
    };
    expect(await refused({ settings: { diskBus: 'scsi' } })).toBe('settings.invalid');
    expect(await refused({ name: 'built-in GUEST' })).toBe('workspace.name-taken');
    expect(await refused({ format: 'floppy' })).toBe('image.unknown-target');
    expect(await refused({})).toBe('image.missing');
    expect(rig.names()).toEqual(['Built-in guest']);
  });
});

describe('a workspace', () => {
  test('is exported with what its guest wrote, into every format', async () => {
    await rig.importImage(raw, 'Office');
    const disk = await written('office', 'write -P 0x58 3M 1M');
    const reference = join(home, 'reference.img');
    await rig.exportTo('office', reference);
    expect(sameContent(reference, 'raw', raw, 'raw')).toBe(false);
    expect(sameContent(reference, 'raw', disk, 'qcow2')).toBe(true);
    for (const [name, driver] of [
      ['a.qcow2', 'qcow2'],
      ['a.vhd', 'vpc'],
      ['a.vmdk', 'vmdk'],
    ] as const) {
      const exported = await rig.exportTo('office', join(home, name));
      expect(sameContent(exported.file, driver, reference, 'raw')).toBe(true);
      expect(statSync(exported.file).mode & 0o777).toBe(0o600);
      const info = execFileSync('qemu-img', ['info', '--output=json', '-f', driver, exported.file], {
        encoding: 'utf8',
      });
      expect(JSON.parse(info)['backing-filename']).toBeUndefined();
    }
    for (const [path, code] of [
      ['nowhere/a.img', 'image.no-folder'],
      ['xp.img/a.img', 'image.no-folder'],
    ] as const) {
      await expect(rig.exportTo('office', join(home, path))).rejects.toMatchObject({ code });
    }
    await expect(rig.exportTo('office', reference)).rejects.toMatchObject({ code: 'image.target-exists' });
    await expect(rig.exportTo('office', join(home, 'a.doc'))).rejects.toMatchObject({
      code: 'image.unknown-target',
    });
    await expect(rig.exportTo('builtin', join(home, 'b.qcow2'))).rejects.toMatchObject({
      code: 'workspace.no-image',
    });
  });

  test('is cloned: both go on from there, each for itself', async () => {
    const { base } = await rig.importImage(raw, 'Office');
    const disk = await written('office', 'write -P 0x41 3M 64k');
    const { id } = await rig.clone('Office', 'Second');
    const copy = filesOf(id).disk;
    expect(sameContent(copy, 'qcow2', disk, 'qcow2')).toBe(true);
    qemuIo(copy, 'qcow2', 'write -P 0x42 3M 64k');
    expect(sameContent(copy, 'qcow2', disk, 'qcow2')).toBe(false);
    expect(readFileSync(filesOf(id).secret, 'utf8')).toBe(readFileSync(filesOf('office').secret, 'utf8'));
    expect(rig.images()).toEqual([`${base}.qcow2`]);
    await rig.care.remove({ workspace: 'office' });
    expect(rig.images()).toEqual([`${base}.qcow2`]);
    execFileSync('qemu-img', ['check', '-q', copy]);
    // The built-in guest is told a secret at each start, so the copy gets one of its own.
    const builtIn = await rig.clone('builtin', 'Laboratory');
    expect(readFileSync(filesOf(builtIn.id).secret, 'utf8')).not.toBe(
      readFileSync(filesOf('builtin').secret, 'utf8'),
    );
  });

  test('is reset to its image, and nothing else of its guest is left', async () => {
    await rig.importImage(raw, 'Office');
    const disk = await written('office', 'write -P 0x41 3M 64k');
    const { folder, secret, catalogue } = filesOf('office');
    writeFileSync(catalogue, '{"version":1,"applications":[]}');
    writeFileSync(join(folder, 'state-of-a-suspended-guest'), '');
    writeFileSync(join(folder, 'set-up.iso'), 'left behind');
    // What the user has answered.
    writeFileSync(join(folder, 'companions.json'), '{}');
    await writeSetUpState(join(folder, 'set-up.json'), { ...newSetUpState('image', 0), phase: 'done' });
    const before = readFileSync(secret, 'utf8');
    await rig.care.reset({ workspace: 'office' });
    const left = ['companions.json', 'icons', 'secret', 'set-up.json', 'workspace.json'];
    expect(readdirSync(folder).sort()).toEqual(left);
    // The agent is gone with the disk.
    expect(rig.shelf.live.find('office').state().setUp?.phase).toBe('waiting');
    expect(readFileSync(secret, 'utf8')).toBe(before);
    await written('office', 'read 0 512');
    expect(sameContent(disk, 'qcow2', raw, 'raw')).toBe(true);
  });

  test('that may have the only copy of a file of this computer is neither reset nor removed without force', async () => {
    await rig.importImage(raw, 'Office');
    const { folder } = filesOf('office');
    const documentId = 'a'.repeat(16);
    const hostPath = join(home, 'Letter.txt');
    const files = [{ path: ['Letter.txt'], hostPath, stamp: documentId }];
    const record = { version: 1, documentId, hostPath, readOnly: false, files };
    mkdirSync(join(folder, 'documents'));
    writeFileSync(join(folder, 'documents', `${documentId}.json`), JSON.stringify(record));
    const { care } = await openRig(home);
    const only = { code: 'files.only-in-guest', message: expect.stringContaining('Letter.txt') };
    await expect(care.reset({ workspace: 'office' })).rejects.toMatchObject(only);
    await expect(care.remove({ workspace: 'office' })).rejects.toMatchObject(only);
    expect(existsSync(join(folder, 'documents'))).toBe(true);
    await care.reset({ workspace: 'office', force: true });
    expect(existsSync(join(folder, 'documents'))).toBe(false);
    await care.remove({ workspace: 'office' });
  });

  test('remembers for each backend whether its disk is set up', async () => {
    await rig.importImage(raw, 'Office');
    await written('office', 'write -P 0x41 3M 64k');
    const { setUpState } = filesOf('office');
    const phase = () => rig.shelf.live.find('office').state().setUp?.phase;
    await writeSetUpState(setUpState, { ...newSetUpState('image', 0), phase: 'done', attempts: 1 });
    await rig.care.set({ workspace: 'office', settings: { backend: 'virtualbox', network: 'nat' } });
    expect(phase()).toBe('waiting');
    await rig.care.set({ workspace: 'office', settings: { backend: 'qemu' } });
    expect(phase()).toBe('done');
  });

  test('takes less room after it was compacted, with the same content', async () => {
    const { base } = await rig.importImage(raw, 'Office');
    const disk = await written('office', 'write -P 0x41 1M 12M', 'write -P 0 2M 10M');
    const before = join(home, 'before.img');
    await rig.exportTo('office', before);
    const { beforeBytes, afterBytes } = await rig.compact('office');
    expect(beforeBytes).toBeGreaterThan(12 * mebibyte);
    expect(afterBytes).toBeLessThan(4 * mebibyte);
    expect(statSync(disk).mode & 0o777).toBe(0o600);
    expect(sameContent(disk, 'qcow2', before, 'raw')).toBe(true);
    // It still lies on its image.
    expect(readFileSync(disk).includes(rig.shelf.bases.pathOf(base))).toBe(true);
    const again = await rig.compact('office');
    expect(again.afterBytes).toBeLessThanOrEqual(again.beforeBytes);
  });

  test('is renamed and set, and found by either', async () => {
    await rig.importImage(raw, 'Office');
    expect(await rig.care.rename({ workspace: 'office', name: 'Büro' })).toEqual({
      id: 'office',
      name: 'Büro',
    });
    await rig.care.rename({ workspace: 'builtin', name: 'Mine' });
    const shown = await rig.care.set({
      workspace: 'BÜRO',
      settings: { diskBus: 'sata', titlePrefix: '[O] ' },
    });
    expect(shown.settings).toContainEqual(expect.objectContaining({ name: 'diskBus', value: 'sata' }));
    const next = await openRig(home);
    expect(next.names()).toEqual(['Mine', 'Büro']);
    expect(next.shelf.live.find('Büro').workspace).toMatchObject({
      titlePrefix: '[O] ',
      image: { machine: { diskBus: 'sata' } },
    });
    // Commands take names and ids: "office" must not mean two workspaces.
    const taken = { code: 'workspace.name-taken' };
    await expect(rig.care.rename({ workspace: 'office', name: 'mine' })).rejects.toMatchObject(taken);
    await expect(rig.care.create({ name: 'OFFICE' })).rejects.toMatchObject(taken);
    await rig.care.rename({ workspace: 'office', name: 'Second-one' });
    expect(await rig.care.create({ name: 'Second, one' })).toMatchObject({ id: 'second-one-2' });
  });

  test('that is at work, or being worked on, is not touched', async () => {
    await rig.importImage(raw, 'Office', { setUp: 'none' });
    const live = rig.shelf.live.find('office');
    const release = await live.holdDisk('is being copied');
    for (const touch of [
      () => rig.care.remove({ workspace: 'office' }),
      () => rig.care.reset({ workspace: 'office' }),
      () => rig.compact('office'),
      () => rig.clone('office', 'Second'),
      () => live.ensureReady(),
    ]) {
      await expect(touch()).rejects.toMatchObject({
        code: 'workspace.busy',
        message: 'Office is being copied.',
      });
    }
    release();
    // A start that is under way is as good as a guest that runs.
    const starting = live.ensureReady().catch((error: unknown) => error);
    await expect(rig.care.reset({ workspace: 'office' })).rejects.toMatchObject({
      code: 'workspace.running',
    });
    await live.session.stop({ force: true });
    expect(await starting).toMatchObject({ code: 'session.start-cancelled' });
    await rig.care.remove({ workspace: 'office' });
    await expect(live.ensureReady()).rejects.toMatchObject({ code: 'workspace.busy' });
    await expect(rig.care.remove({ workspace: 'builtin' })).rejects.toMatchObject({
      code: 'workspace.built-in',
    });
  });
});

describe('an import', () => {
  const matrix = new KillMatrix('import');
  afterAll(() => matrix.print());

  test('is shown while it goes on, and can be cancelled by its number', async () => {
    const work = newWork();
    const slow = slowImage();
    const importing = rig.importImage(slow, 'Slow', { work }).catch((error: unknown) => error);
    await until('the work is shown', 5000, () => rig.care.work.length === 1);
    expect(rig.care.work).toMatchObject([{ id: work, text: 'Importing slow.img' }]);
    await expect(rig.importImage(raw, 'slow')).rejects.toMatchObject({ code: 'workspace.name-taken' });
    rig.care.cancel(work);
    expect(await importing).toMatchObject({ code: 'work.cancelled' });
    expect([rig.care.work, rig.images(), rig.names()]).toEqual([[], [], ['Built-in guest']]);
  });

  test('of a service that is killed leaves nothing, whenever that is', async () => {
    const slow = slowImage();
    const images = join(rig.paths.data, 'images');
    for (const size of [0, 4 * mebibyte]) {
      const child = startImport(slow);
      await once(child.stdout, 'data');
      await until('it is at work', 20_000, () =>
        readdirSync(images).some(
          (name) => name.endsWith('.partial') && statSync(join(images, name)).size >= size,
        ),
      );
      await matrix.cell(size === 0 ? 'import, begun' : 'import, copying', 'service', async () => {
        child.kill('SIGKILL');
        await once(child, 'exit');
        expect(rig.images()).toHaveLength(1);
        const next = await openRig(home);
        expect([next.images(), next.names()]).toEqual([[], ['Built-in guest']]);
        expect(readdirSync(join(rig.paths.data, 'unfinished'))).toEqual([]);
        return 'nothing of it is left';
      });
    }
  });
});

/** Takes a moment to copy: nothing in it can be left out. */
function slowImage(): string {
  const file = join(home, 'slow.img');
  const content = randomFillSync(Buffer.alloc(256 * mebibyte));
  bootSector().copy(content);
  writeFileSync(file, content);
  return file;
}

function startImport(file: string) {
  const script = new URL('./fixtures/import-image.ts', import.meta.url).pathname;
  const argument = JSON.stringify({ home, file });
  const child = spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

test('what a crash left of a workspace that was being made or removed goes at the next start', async () => {
  await rig.importImage(raw, 'Office');
  const { folder } = filesOf('office');
  const partial = `${folder}.0123456789ab.partial`;
  execFileSync('mv', [folder, partial]);
  writeFileSync(join(rig.paths.data, 'unfinished/0123456789ab'), partial);
  const next = await openRig(home);
  expect([next.names(), next.images(), existsSync(partial)]).toEqual([['Built-in guest'], [], false]);
});

test('a full disk is told by all that needs room, changes nothing, and keeps nobody from making some', () => {
  const folder = testFolder();
  const script = new URL('./fixtures/full-home.ts', import.meta.url).pathname;
  const mounted = 'mount -t tmpfs -o size=400m tmpfs "$0" && exec "$1" "$2" "$0"';
  const output = execFileSync(
    'unshare',
    ['--map-root-user', '--mount', 'sh', '-c', mounted, folder, process.execPath, script],
    { encoding: 'utf8' },
  );
  const told = { code: 'image.disk-full', saysWhatToDo: true, asBefore: true };
  const needRoom = ['import', 'create', 'rename', 'set', 'clone', 'export', 'compact'];
  expect(JSON.parse(output)).toEqual({
    ...Object.fromEntries(needRoom.map((work) => [work, told])),
    ...{ reset: 'done', remove: 'done' },
    afterwards: { names: ['Built-in guest', 'XP'], broken: [], exported: false },
  });
});
