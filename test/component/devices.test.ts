import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createImageBackend } from '../../src/vm/backends.ts';
import type { GuestDevice } from '../../src/vm/guest-devices.ts';
import { connectDevices } from '../../src/vm/host-devices.ts';
import { machineSchema } from '../../src/workspace/machine-settings.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { bootWords, converted, rawDisk } from './fixtures/disk-images.ts';
import { pseudoTerminal } from './fixtures/pseudo-terminal.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';
import { openRig, type WorkspaceRig } from './fixtures/workspace-rig.ts';

let home: string;
let rig: WorkspaceRig;
beforeEach(async () => {
  home = testFolder();
  rig = await openRig(home);
});

const file = (name: string, content: string | Buffer = ''): string => {
  writeFileSync(join(home, name), content);
  return join(home, name);
};
const add = (text: string, workspace = 'builtin') => {
  const [kind = '', ...words] = text.split(' ');
  return rig.care.addDevice({ workspace, kind, words });
};
const policy = (content: object) => {
  mkdirSync(join(home, 'no-policy'), { recursive: true });
  writeFileSync(join(home, 'no-policy/devices.json'), JSON.stringify(content));
};
const withCode = (code: string) => expect.objectContaining({ code });
/** Usable USB folders with one device. */
function usbFolders(id: string, mode = 0o600) {
  const folders = { devices: join(home, 'sys'), nodes: join(home, 'nodes') };
  mkdirSync(join(folders.devices, '1-1'), { recursive: true });
  mkdirSync(join(folders.nodes, '001'), { recursive: true });
  const [vendor, product] = id.split(':');
  const facts = { idVendor: vendor, idProduct: product, busnum: '1', devnum: '4' };
  for (const [name, text] of Object.entries(facts))
    writeFileSync(join(folders.devices, '1-1', name), `${text}\n`);
  writeFileSync(join(folders.nodes, '001/004'), '', { mode });
  return folders;
}

describe('a workspace', () => {
  test('has the devices that it was given, also for the next service, until they are taken away', async () => {
    const added = await add('serial COM1 /dev/ttyUSB0');
    expect(added.devices).toEqual([{ kind: 'serial', name: 'COM1', host: '/dev/ttyUSB0' }]);
    await add('serial COM4 /run/modem');
    await expect(add('serial COM1 /dev/ttyUSB1')).rejects.toEqual(withCode('device.taken'));
    const next = await openRig(home);
    expect((await next.care.show({ workspace: 'builtin' })).devices).toHaveLength(2);
    await next.care.removeDevice({ workspace: 'builtin', name: 'COM4' });
    const left = await next.care.removeDevice({ workspace: 'builtin', name: 'com1' });
    expect(left.devices).toBeUndefined();
    await expect(next.care.removeDevice({ workspace: 'builtin', name: 'COM1' })).rejects.toEqual(
      withCode('device.unknown'),
    );
  });

  test('is given only what its guest can have', async () => {
    await expect(add('serial COM2 /dev/ttyUSB0')).rejects.toMatchObject({
      code: 'device.not-possible',
      hint: 'It can have: COM1, COM3, COM4.',
    });
    await expect(add('usb 067b:2303')).rejects.toEqual(withCode('device.not-possible'));
    await rig.care.set({ workspace: 'builtin', settings: { backend: 'sandbox' } });
    await expect(add('serial COM1 /dev/ttyUSB0')).rejects.toEqual(withCode('device.not-possible'));
  });

  test('is given only what the policy allows, and does not start with what a later one forbids', async () => {
    await add('serial COM1 /dev/ttyUSB0');
    policy({ devices: 'cd, usb:0403:*' });
    await expect(add('serial COM3 /dev/ttyUSB0')).rejects.toEqual(withCode('device.not-allowed'));
    const live = rig.shelf.live.find('builtin');
    await expect(live.ensureReady()).rejects.toMatchObject({
      code: 'device.not-allowed',
      message: expect.stringContaining('COM1 (serial): it is "cd, usb:0403:*"'),
    });
    policy({ devices: 'serial' });
    await expect(live.ensureReady()).rejects.toEqual(withCode('vm.device-missing'));
    policy({ devices: 'serials' });
    await expect(live.ensureReady()).rejects.toEqual(withCode('policy.broken'));
  });

  test('whose device is not there does not start, and says which', async () => {
    await add('serial COM1 /dev/ttyUSB77');
    await expect(rig.shelf.live.find('builtin').ensureReady()).rejects.toMatchObject({
      code: 'vm.device-missing',
      message: expect.stringContaining('/dev/ttyUSB77'),
    });
    expect(existsSync(join(rig.paths.runtime, 'ws/builtin/pid.json'))).toBe(false);
  });
});

describe('the host’s side', () => {
  test('is what lies at the path: a terminal, a socket, a file that is made for this user alone', async () => {
    const { path } = await pseudoTerminal();
    const socket = join(home, 'socket');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const paper = join(home, 'paper');
    const found = await connectDevices([
      { kind: 'serial', port: 'COM1', path },
      { kind: 'serial', port: 'COM2', path: socket },
      { kind: 'parallel', port: 'LPT1', path: paper },
    ]);
    expect(found.map((device) => 'host' in device && device.host)).toEqual(['tty', 'socket', 'file']);
    expect(statSync(paper).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['a file is no serial port', () => ({ kind: 'serial', port: 'COM1', path: file('plain') })],
    ['nor is a device that is no terminal', () => ({ kind: 'serial', port: 'COM1', path: '/dev/null' })],
    ['nor is a folder', () => ({ kind: 'parallel', port: 'LPT1', path: home })],
  ] as [string, () => GuestDevice][])('%s', async (_, device) => {
    await expect(connectDevices([device()])).rejects.toEqual(withCode('vm.device-unsuitable'));
  });

  test('a USB device may come later; what this user may not have is said with what helps', async () => {
    const usb = usbFolders('067b:2303');
    const devices = [
      { kind: 'usb', id: '067b:2303' },
      { kind: 'usb', id: '0403:6001' },
      { kind: 'parallel', port: 'LPT1', path: file('others') },
    ];
    chmodSync(home, 0o755);
    chmodSync(devices[2]?.path ?? '', 0o600);
    const script = new URL('./fixtures/connect-as-nobody.ts', import.meta.url).pathname;
    const printed = execFileSync(process.execPath, [script, JSON.stringify({ devices, usb })], {
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toMatchObject([
      { code: 'vm.device-denied', hint: expect.stringContaining('ATTR{idProduct}=="2303"') },
      { code: 'connected' },
      { code: 'vm.device-denied', message: expect.stringContaining('others') },
    ]);
  });
});

describe('an image', () => {
  test.each([
    [
      'that needs another file',
      'image.needs-others',
      () => {
        const base = file('base.img', Buffer.alloc(1 << 20));
        const disk = join(home, 'above.qcow2');
        execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', base, disk]);
        return disk;
      },
    ],
    [
      'of another format',
      'image.not-attachable',
      () => converted(rawDisk(join(home, 'a.img')), join(home, 'a.vmdk'), 'vmdk'),
    ],
    ['that is no disk', 'image.not-attachable', () => file('letter.txt', Buffer.alloc(1024, 'a'))],
    ['that is not there', 'image.missing', () => join(home, 'nothing.qcow2')],
    ['that is a folder', 'image.not-a-disk', () => home],
  ])('%s is no second disk', async (_, code, make) => {
    await rig.importImage(rawDisk(join(home, 'xp.img')), 'Office');
    await expect(add(`disk ${make()}`, 'office')).rejects.toEqual(withCode(code));
  });

  test('keeps the format it was attached with, though the guest writes another’s header into it', async () => {
    await rig.importImage(rawDisk(join(home, 'xp.img')), 'Office');
    const disk = file('data.raw', Buffer.alloc(1 << 20));
    await add(`disk ${disk}`, 'office');
    execFileSync('qemu-img', [
      'create',
      '-q',
      '-f',
      'qcow2',
      '-F',
      'raw',
      '-b',
      '/etc/shadow',
      '-u',
      disk,
      '1M',
    ]);
    const { definition } = workspaceFiles(rig.paths.data, 'office', 'qemu');
    expect(JSON.parse(readFileSync(definition, 'utf8')).devices).toEqual([
      { kind: 'disk', file: disk, format: 'raw' },
    ]);
  });
});

test.each([
  ['pc-i440fx-7.2', 'ide'],
  ['pc-i440fx-7.2', 'virtio'],
  ['q35', 'sata'],
] as const)(
  'a guest on %s with %s starts with all devices there are, and its COM1 is the user’s',
  async (machineType, diskBus) => {
    const socket = join(home, 'com1');
    let heard = '';
    const server = createServer((peer: Socket) =>
      peer.on('data', (bytes) => {
        heard += bytes.toString('latin1');
      }),
    ).listen(socket);
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const disk = join(home, 'data.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, '16M']);
    const backend = createImageBackend({
      ...{ base: converted(rawDisk(join(home, 'xp.img'), 8, 1), join(home, 'xp.qcow2'), 'qcow2') },
      ...{
        machine: machineSchema.parse({ machineType, diskBus }),
        cache: xpanePaths().cache,
        log: silentLog,
      },
      devices: [
        { kind: 'serial', port: 'COM1', path: socket },
        { kind: 'serial', port: 'COM2', path: (await pseudoTerminal()).path },
        { kind: 'serial', port: 'COM3', path: (await pseudoTerminal()).path },
        { kind: 'serial', port: 'COM4', path: (await pseudoTerminal()).path },
        { kind: 'parallel', port: 'LPT1', path: join(home, 'paper,1') },
        { kind: 'usb', id: '067b:2303' },
        { kind: 'usb', id: '0403:6001' },
        { kind: 'cd', file: file('a,b.iso', Buffer.alloc(1 << 20)) },
        { kind: 'disk', file: disk, format: 'qcow2' },
      ],
    });
    const spec = specIn(home);
    await backend.prepareDisk(spec.disk);
    const guest = await backend.start(spec);
    onTestFinished(async () => {
      await guest.kill();
    });
    // A second one must not write to the same disk.
    const other = specIn(testFolder());
    await backend.prepareDisk(other.disk);
    await expect(backend.start(other)).rejects.toEqual(withCode('vm.disk-in-use'));
    await until('the boot sector’s words', 30_000, () => heard.includes(bootWords));
    // With its devices it rests and goes on, unless its second disk has changed meanwhile.
    await guest.suspend?.(10_000);
    const resumed = await backend.start(spec);
    expect(resumed.resumed).toBe(true);
    await resumed.suspend?.(10_000);
    execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write 0 512', disk], { stdio: 'ignore' });
    const booted = await backend.start(spec);
    onTestFinished(async () => {
      await booted.kill();
    });
    expect(booted.resumed).toBe(false);
  },
);
