import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Appliance } from '../../src/appliance/appliance.ts';
import { ensureAppliance } from '../../src/appliance/build.ts';
import { guestFolder } from '../../src/appliance/recipe.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { StubGuest } from './appliance/stub-guest.ts';

let appliance: Appliance;
let guest: StubGuest;

beforeAll(async () => {
  appliance = await ensureAppliance({ cache: xpanePaths().cache });
}, 600_000);

/** The table the Start Menu is made of. */
const published = readFileSync(join(guestFolder, 'start-menu.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => {
    const [folder = '', name = '', program = '', args = ''] = line.split('|');
    return { folder, name, program, args };
  });

function hostPath(windowsPath: string): string {
  return join(appliance.prefix, 'drive_c', ...windowsPath.slice(3).split('\\'));
}

describe('the guest’s init in a sandbox', () => {
  beforeEach(() => {
    guest = new StubGuest(appliance);
  });

  afterEach(async () => {
    await guest.dispose();
  });

  it('leads its socket to the agent, with the desktop that was asked for', async () => {
    guest.start();
    expect(await guest.ask('hello')).toBe('hello\n');
    expect(statSync(guest.socketPath).mode & 0o777).toBe(0o600);
    expect(await guest.screen()).toMatchObject({ width: 1111, height: 777 });
  });

  it('shuts down in order when its input ends: what the guest wrote to the registry is on disk', async () => {
    guest.start();
    await guest.ask('hello');
    expect(readFileSync(join(guest.prefix, 'user.reg'), 'latin1')).not.toContain('XPaneTest');
    expect(await guest.shutDown()).toBe(0);
    expect(readFileSync(join(guest.prefix, 'user.reg'), 'latin1')).toMatch(
      /\[Software\\\\XPaneTest\][^[]*"Started"=dword:00000001/,
    );
    expect(guest.log).toContain('shutting down');
  });

  it('shuts down in order though an application asks whether to save', async () => {
    guest.start();
    await guest.ask('hello');
    expect(await guest.ask('run notepad')).toBe('ok\n');
    await expect.poll(() => guest.ask('type unsaved'), { timeout: 20_000 }).toBe('ok\n');
    expect(await guest.shutDown()).toBe(0);
    expect(readFileSync(join(guest.prefix, 'user.reg'), 'latin1')).toContain('XPaneTest');
  });

  it('starts the agent again after a crash', async () => {
    guest.start();
    await guest.ask('hello');
    // No answer comes to this; the next question is answered by a new agent.
    const crash = guest.ask('crash', 500).catch(() => '');
    expect(await guest.ask('again')).toBe('again\n');
    await crash;
    expect(guest.log).toContain('the agent ended with');
  });

  it('shows a window for every published program', async () => {
    guest.start();
    await guest.ask('hello');
    // What moves by itself comes last.
    const quiet = published.filter(({ name }) => !/Clock|Task Manager/.test(name));
    const lively = published.filter((entry) => !quiet.includes(entry));
    for (const { name, program, args } of [...quiet, ...lively]) {
      const before = (await guest.screen()).bgrx;
      expect(await guest.ask(`run "${program}" ${args}`), name).toBe('ok\n');
      await expect
        .poll(async () => changedBytes(before, (await guest.screen()).bgrx), {
          timeout: 20_000,
          message: name,
        })
        .toBeGreaterThan(20_000);
    }
  });
});

function changedBytes(a: Buffer, b: Buffer): number {
  let changed = 0;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) changed++;
  return changed;
}

describe('the image', () => {
  it.each(published)(
    'publishes $name as a real shortcut to a program that is there',
    ({ folder, name, program }) => {
      const link = hostPath(
        `C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\${folder}\\${name}.lnk`,
      );
      const content = readFileSync(link);
      expect(content.readUInt32LE(0)).toBe(0x4c);
      expect(content.toString('latin1').toLowerCase()).toContain(program.split('\\').at(-1)?.toLowerCase());
      expect(existsSync(hostPath(program))).toBe(true);
    },
  );

  it('has its own documents folders, not links to a home folder', () => {
    for (const name of ['Documents', 'Desktop', 'Downloads']) {
      expect(statSync(hostPath(`C:\\users\\user\\${name}`)).isDirectory()).toBe(true);
    }
  });

  it('has Windows programs that processes can share: their sections lie at whole pages', () => {
    for (const name of ['user32.dll', 'shell32.dll', 'explorer.exe']) {
      const program = readFileSync(hostPath(`C:\\windows\\system32\\${name}`));
      // FileAlignment, in the optional header behind "PE\0\0" and 20 bytes.
      expect(program.readUInt32LE(program.readUInt32LE(0x3c) + 24 + 36), name).toBe(4096);
    }
  });

  it('starts no bus for devices that no guest has', () => {
    const registry = readFileSync(join(appliance.prefix, 'system.reg'), 'latin1');
    expect(registry).toContain(String.raw`[System\\CurrentControlSet\\Services\\MountMgr]`);
    expect(registry).not.toContain(String.raw`[System\\CurrentControlSet\\Enum\\ROOT\\WINE`);
  });

  it('holds a kernel, an initrd and a disk', () => {
    for (const file of [appliance.kernel, appliance.initrd, appliance.disk]) {
      expect(statSync(file).size).toBeGreaterThan(1_000_000);
    }
    const info = execFileSync('qemu-img', ['info', '--output=json', appliance.disk], { encoding: 'utf8' });
    expect(JSON.parse(info)).toMatchObject({ format: 'qcow2', 'virtual-size': 8 * 1024 ** 3 });
  });
});

describe('set-up that cannot work', () => {
  const mount = mkdtempSync(join(tmpdir(), 'xpane-small-'));
  const node = process.execPath;
  const script = join(import.meta.dirname, 'appliance/ensure-appliance.ts');

  /** In a mount namespace, so that no right is needed: a small disk at `mount`; without the host's network or with. */
  function ensureOn(sizeMiB: number, ...more: string[]): unknown {
    const disk = ['--size', String(sizeMiB * 1024 ** 2), '--tmpfs', mount];
    const args = [
      '--dev-bind',
      '/',
      '/',
      ...disk,
      '--die-with-parent',
      ...more,
      node,
      script,
      join(mount, 'cache'),
    ];
    return JSON.parse(execFileSync('bwrap', args, { encoding: 'utf8', timeout: 120_000 }));
  }

  it('says that the disk is full, and how much is needed', () => {
    const report = ensureOn(64);
    expect(report).toMatchObject({ code: 'appliance.disk-full' });
    expect((report as { message: string }).message).toContain('MiB are needed');
  });

  it('says that there is no network', () => {
    expect(ensureOn(3000, '--unshare-net')).toMatchObject({ code: 'appliance.no-network' });
    rmSync(mount, { recursive: true });
  });
});
