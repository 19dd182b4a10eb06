import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { productKey } from '../../src/guest-setup/answers/product-key.ts';
import { writeInstallationFloppy } from '../../src/guest-setup/installation/installation-floppy.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { fakeSecret } from './fixtures/fake-agent.ts';
import { standInCd } from './fixtures/install-cd.ts';
import { recordingLog } from './fixtures/recording-log.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';
import { type SetUpRigOptions, setUpRig, toBeSetUp } from './fixtures/set-up-rig.ts';
import { waitFor } from './fixtures/wait-for.ts';
import { openRig } from './fixtures/workspace-rig.ts';

const key = 'BCDFG-HJKMP-QRTVW-XY234-6789B';
const signal = new AbortController().signal;
const stages = ['prepare', 'install', 'agent', 'configure', 'collect-logs', 'restart', 'clean-up'] as const;
const answers = {
  ...{ productKey: productKey(key), fullName: 'Jane Doe', computerName: 'XPANE1' },
  ...{ timeZoneIndex: 110, localeId: '00000407', keyboardLayout: '00000409' },
};

/** Files below `folder` that hold the key, as it is or in UTF-16. */
function filesWithKey(folder: string): string[] {
  const forms = [Buffer.from(key), Buffer.from(key, 'utf16le')];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => forms.some((form) => readFileSync(file).includes(form)));
}

/** As `xpane workspace install` leaves it, before set-up is begun. */
async function toBeInstalled(): Promise<{ folder: string; cd: string }> {
  const folder = testFolder();
  const cd = standInCd(folder);
  await writeInstallationFloppy(join(folder, 'set-up.flp'), answers, new Date());
  await toBeSetUp(folder, undefined, cd);
  return { folder, cd };
}

async function opened(folder: string, options: SetUpRigOptions = {}) {
  const rig = await setUpRig(folder, options);
  onTestFinished(() => rig.end());
  return rig;
}

describe('the sequence to the agent’s hello', () => {
  test('CD, floppy and set-up disk are in until the agent is there; then they are gone, and the key with them', async () => {
    const { folder, cd } = await toBeInstalled();
    const log = recordingLog();
    const begun: string[] = [];
    const kept = join(folder, 'kept.flp');
    const rig = await opened(folder, {
      log,
      async onStage(stage, at) {
        if (at === 'begin') begun.push(stage);
        if (stage !== 'install' || at !== 'end') return;
        expect(statSync(rig.files.floppy).mode & 0o777).toBe(0o600);
        linkSync(rig.files.floppy, kept);
        expect(filesWithKey(folder).map((file) => basename(file))).toEqual(
          expect.arrayContaining(['set-up.flp', 'kept.flp']),
        );
      },
    });
    writeFileSync(rig.files.disk, 'what was there before');
    await rig.setUp.run();
    expect(begun).toEqual(stages);
    const { floppy, setupDisk } = rig.files;
    expect(rig.backend.specs).toMatchObject([{ setUpDisk: setupDisk, installation: { cd, floppy } }, {}]);
    expect(rig.backend.specs[1]?.installation).toBeUndefined();
    expect(rig.backend.specs[1]?.setUpDisk).toBeUndefined();
    expect(rig.state()).toMatchObject({ phase: 'done', source: 'cd', attempts: 1 });
    expect([existsSync(floppy), existsSync(setupDisk)]).toEqual([false, false]);
    expect(readFileSync(rig.files.disk, 'utf8')).toBe('fresh');
    expect(filesWithKey(folder)).toEqual([]);
    const said = JSON.stringify([log.entries, rig.setUp.report, rig.state(), rig.backend.specs]);
    expect(said).not.toContain(key);
    expect(said).not.toContain(fakeSecret);
  });

  test('an installation that takes too long is told, tried on a blank disk again, and then the key is wiped', async () => {
    const { folder } = await toBeInstalled();
    const policy = { maxAttempts: 2, stageTimeoutsS: { install: 1 } };
    const left: boolean[] = [];
    const rig = await opened(folder, {
      policy,
      async onStage(stage, at) {
        if (stage !== 'install' || at !== 'begin') return;
        left.push(existsSync(rig.files.disk), existsSync(rig.files.floppy));
        writeFileSync(rig.files.disk, 'half of Windows');
      },
    });
    rig.backend.agentOptions = { getsReady: false };
    await expect(rig.setUp.run()).rejects.toMatchObject({
      code: 'setup.stage-timeout',
      message: expect.stringContaining('Installing Windows'),
      hint: expect.stringMatching(/product key/),
    });
    expect(left).toEqual([false, true, false, true]);
    expect(filesWithKey(folder)).toEqual([]);
    // Whoever wants it again has to give the key again.
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.needs-key' });
    expect(rig.state()).toMatchObject({ phase: 'failed', attempts: 1 });
  });

  test('where it failed, and the user has mended Windows, it goes on with that disk, also in later attempts', async () => {
    const { folder } = await toBeInstalled();
    const begun: string[] = [];
    const rig = await opened(folder, {
      policy: { maxAttempts: 2, stageTimeoutsS: { install: 1 } },
      async onStage(stage, at) {
        if (at === 'begin') begun.push(stage);
      },
    });
    await expect(rig.setUp.run(signal, { keepsDisk: true })).rejects.toMatchObject({ code: 'setup.no-disk' });
    rig.backend.agentOptions = { getsReady: false };
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.stage-timeout' });
    writeFileSync(rig.files.disk, 'Windows, mended by hand');
    begun.length = 0;
    rig.backend.specs.length = 0;
    rig.backend.agentOptions = { installer: 60 };
    const failed = expect(rig.setUp.run(signal, { keepsDisk: true })).rejects.toMatchObject({
      code: 'setup.installer-failed',
    });
    await expect(rig.setUp.run(signal, { keepsDisk: true })).rejects.toMatchObject({
      code: 'setup.under-way',
    });
    await failed;
    expect(begun).toEqual([...['prepare', 'agent', 'configure'], ...['prepare', 'agent', 'configure']]);
    rig.backend.agentOptions = { installer: 0 };
    await rig.setUp.run(signal, { keepsDisk: true });
    expect(rig.state()).toMatchObject({ phase: 'done', source: 'cd' });
    expect(readFileSync(rig.files.disk, 'utf8')).toBe('Windows, mended by hand');
    expect(rig.backend.specs.map(({ installation }) => installation)).toEqual(Array(4).fill(undefined));
  });

  test('a CD that is gone is no reason to try three times', async () => {
    const { folder, cd } = await toBeInstalled();
    rmSync(cd);
    const rig = await opened(folder);
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'guest-setup.cd-missing' });
    expect(rig.backend.specs).toEqual([]);
    expect(filesWithKey(folder)).toEqual([]);
  });

  test('what ended between a failure and the wiping is wiped by the next service', async () => {
    const { folder } = await toBeInstalled();
    const state = JSON.parse(readFileSync(join(folder, 'set-up.json'), 'utf8')) as object;
    writeFileSync(join(folder, 'set-up.json'), JSON.stringify({ ...state, phase: 'failed' }));
    const rig = await opened(folder);
    await rig.setUp.resume();
    expect(filesWithKey(folder)).toEqual([]);
  });
});

describe('a service that is killed', () => {
  const script = new URL('./fixtures/set-up-and-hang.ts', import.meta.url).pathname;

  const early = (['prepare', 'install'] as const).map((stage) => [stage, 'begin'] as const);
  test.each([...early, ...stages.map((stage) => [stage, 'end'] as const)])(
    'in %s, at its %s: the next one installs anew, or goes on from there',
    async (stage, at) => {
      const { folder } = await toBeInstalled();
      const service = spawn(process.execPath, [script, folder, stage, at], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(service.stdout, 'data').finally(() => service.kill('SIGKILL'));
      await once(service, 'exit');
      const begun: string[] = [];
      const rig = await opened(folder, {
        async onStage(reached, when) {
          if (when === 'begin') begun.push(reached);
        },
      });
      await rig.setUp.resume();
      await waitFor('the set-up to be done', () => rig.state()?.phase === 'done');
      expect(begun).toEqual(stages.slice(stage === 'install' ? 0 : stages.indexOf(stage)));
      expect(filesWithKey(folder)).toEqual([]);
      expect([existsSync(rig.files.floppy), existsSync(rig.files.setupDisk)]).toEqual([false, false]);
    },
  );
});

describe('what is asked of the service', () => {
  let folder: string;
  let cd: string;
  beforeAll(() => {
    const media = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    cd = standInCd(media);
    return () => rmSync(media, { recursive: true });
  });

  async function rigged() {
    folder = testFolder();
    return openRig(folder);
  }

  test('a workspace with a blank disk, its key on a floppy for this user alone, set up when that is begun', async () => {
    const rig = await rigged();
    const asked = { cd, name: 'XP', productKey: ` ${key.toLowerCase()}\n`, setUp: 'attended' } as const;
    const made = await rig.care.installWindows(asked, signal);
    expect(made).toEqual({ id: 'xp', name: 'XP' });
    const files = workspaceFiles(rig.paths.data, 'xp', 'qemu');
    expect(filesWithKey(folder)).toEqual([files.setUpFloppy]);
    expect(statSync(files.setUpFloppy).mode & 0o777).toBe(0o600);
    const sif = execFileSync('mtype', ['-i', files.setUpFloppy, '::WINNT.SIF'], { encoding: 'latin1' });
    expect(sif).toContain(`ProductKey="${key}"\r\n`);
    expect(sif).toContain('AutoLogonCount=1000\r\n');
    const { setUp } = rig.shelf.live.find('xp').state();
    expect(setUp).toMatchObject({ phase: 'waiting', mode: 'attended' });
    const details = await rig.care.show({ workspace: 'xp' });
    expect(details).toMatchObject({ guest: 'image', base: { sharedWith: [] } });
    expect(JSON.stringify(details)).not.toContain(key);
    // Two of one size share their blank disk.
    await rig.care.installWindows({ cd, productKey: key }, signal);
    expect(rig.names()).toEqual(['Built-in guest', 'XP', 'winxp']);
    expect(rig.images()).toHaveLength(1);
    // The whole disk is there to be exported, and is blank.
    const file = join(folder, 'xp.img');
    await rig.exportTo('xp', file);
    expect(statSync(file).size).toBe(20 * 2 ** 30);
    expect(statSync(file).blocks).toBeLessThan(100);
  });

  test('reset and remove wipe the key; the name gives CD and key anew', async () => {
    const rig = await rigged();
    const asked = { cd, name: 'XP', productKey: key };
    await rig.care.installWindows(asked, signal);
    const { setUpFloppy } = workspaceFiles(rig.paths.data, 'xp', 'qemu');
    const kept = join(folder, 'kept.flp');
    linkSync(setUpFloppy, kept);
    await rig.care.reset({ workspace: 'xp' });
    expect(filesWithKey(folder)).toEqual([]);
    await expect(rig.shelf.live.find('xp').runSetUp({}, signal)).rejects.toMatchObject({
      code: 'setup.needs-key',
    });
    expect(await rig.care.installWindows({ ...asked, name: 'xp' }, signal)).toEqual({ id: 'xp', name: 'XP' });
    expect(rig.shelf.live.find('xp').state()).toMatchObject({ setUp: { phase: 'waiting' } });
    expect(filesWithKey(folder)).toEqual([setUpFloppy]);
    linkSync(setUpFloppy, `${kept}.2`);
    await rig.care.remove({ workspace: 'xp' });
    expect(filesWithKey(folder)).toEqual([]);
    expect(rig.names()).toEqual(['Built-in guest']);
    expect(rig.images()).toEqual([]);
  });

  test.each([
    ['guest-setup.bad-product-key', { productKey: 'BCDFG-HJKMP-QRTVW-XY234-6789' }],
    ['guest-setup.bad-product-key', { productKey: 'SECRE-TSECR-ETSEC-RETSE-CRETS' }],
    ['guest-setup.not-a-cd', { cd: '/dev/null' }],
    ['guest-setup.cd-missing', { cd: '/nowhere/xp.iso' }],
    ['settings.invalid', { codePage: 932 }],
    ['settings.invalid', { settings: { memoryMiB: '7' } }],
    ['vm.not-installable', { settings: { diskBus: 'virtio' } }],
    ['workspace.name-taken', { name: 'BUILT-IN guest' }],
  ])('%s: said before anything is made (%#)', async (code, wrong) => {
    const rig = await rigged();
    const error = await rig.care
      .installWindows({ cd, name: 'XP', productKey: key, ...wrong }, signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).not.toMatch(/HJKMP|TSECR/);
    expect(String(error)).not.toMatch(/HJKMP|TSECR/);
    expect(rig.names()).toEqual(['Built-in guest']);
    expect(rig.images()).toEqual([]);
    expect(filesWithKey(folder)).toEqual([]);
  });
});
