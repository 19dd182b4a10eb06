import { expect, test } from 'vitest';
import { type QemuMachine, qemuArguments, seccompFilter } from '../../../src/vm/qemu/arguments.ts';
import { screenSocketIn } from '../../../src/vm/qemu/screen.ts';

const machine: QemuMachine = {
  workspaceId: 'built-in',
  accelerator: 'tcg',
  seccomp: true,
  memoryMiB: 384,
  kernel: '/cache/guest/ab/vmlinuz',
  initrd: '/cache/guest/ab/initrd.img',
  disk: '/data/ws/disk.qcow2',
  base: '/cache/guest/ab/disk.qcow2',
  handover: '/run/x/handover.tar',
};

test('the whole command line under TCG', () => {
  expect(qemuArguments(machine)).toEqual([
    '-name',
    'xpane-built-in',
    '-nodefaults',
    '-no-user-config',
    '-no-reboot',
    '-display',
    'none',
    '-vga',
    'none',
    '-sandbox',
    'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny',
    '-machine',
    'pc',
    '-accel',
    'tcg',
    '-cpu',
    'Nehalem',
    '-smp',
    '1',
    '-m',
    '384',
    '-kernel',
    '/cache/guest/ab/vmlinuz',
    '-initrd',
    '/cache/guest/ab/initrd.img',
    '-append',
    'console=ttyS0 quiet loglevel=3 mitigations=off random.trust_cpu=on no_timer_check panic=-1 cryptomgr.notests initcall_blacklist=crypto_kdf108_init,load_system_certificate_list',
    '-blockdev',
    '{"node-name":"disk","driver":"qcow2","discard":"unmap","file":{"driver":"file","filename":"/data/ws/disk.qcow2","discard":"unmap"},"backing":{"driver":"qcow2","read-only":true,"file":{"driver":"file","filename":"/cache/guest/ab/disk.qcow2"}}}',
    '-device',
    'virtio-blk-pci,drive=disk',
    '-blockdev',
    '{"node-name":"handover","driver":"raw","read-only":true,"file":{"driver":"file","filename":"/run/x/handover.tar","read-only":true}}',
    '-device',
    'virtio-blk-pci,drive=handover',
    '-netdev',
    'user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:7007',
    '-device',
    'virtio-net-pci,netdev=net,romfile=',
    '-chardev',
    'stdio,id=console,signal=off',
    '-serial',
    'chardev:console',
    '-chardev',
    'vc,id=screen,cols=100,rows=30',
    '-serial',
    'chardev:screen',
    '-device',
    'vmgenid,guid=auto',
    '-chardev',
    'socket,id=control,fd=3',
    '-mon',
    'chardev=control,mode=control',
  ]);
});

test('a guest whose changes are thrown away writes to none of the disks below', () => {
  const args = qemuArguments({ ...machine, lower: '/data/ws/own.qcow2' });
  const disk = JSON.parse(args.find((arg) => arg.startsWith('{"node-name":"disk"')) ?? '');
  expect(disk).toMatchObject({
    file: { filename: '/data/ws/disk.qcow2' },
    backing: {
      driver: 'qcow2',
      'read-only': true,
      file: { filename: '/data/ws/own.qcow2' },
      backing: { driver: 'qcow2', 'read-only': true, file: { filename: '/cache/guest/ab/disk.qcow2' } },
    },
  });
});

test('memory that a guest has a copy of is not shared with its file', () => {
  const args = qemuArguments({ ...machine, memoryFile: '/cache/memory', memoryCopied: true });
  expect(JSON.parse(args[args.indexOf('-object') + 1] ?? '')).toMatchObject({ share: false });
});

test('memory that is a file is shared with it, and is all the memory there is', () => {
  const args = qemuArguments({ ...machine, memoryFile: '/data/a,b/memory' });
  const at = args.indexOf('-object');
  expect(JSON.parse(args[at + 1] ?? '')).toEqual({
    'qom-type': 'memory-backend-file',
    id: 'memory',
    'mem-path': '/data/a,b/memory',
    share: true,
    size: 402_653_184,
  });
  expect(args.slice(at + 2, at + 4)).toEqual(['-machine', 'pc,memory-backend=memory']);
  expect(args.filter((arg) => arg === '-machine')).toHaveLength(1);
});

test('a suspended guest waits for its state', () => {
  expect(qemuArguments({ ...machine, incoming: true }).slice(-2)).toEqual(['-incoming', 'defer']);
});

test('KVM gets the processor of the host', () => {
  const args = qemuArguments({ ...machine, accelerator: 'kvm' });
  expect(args.slice(args.indexOf('-accel'), args.indexOf('-smp'))).toEqual(['-accel', 'kvm', '-cpu', 'host']);
});

test('sound is one device that plays and never records, whatever it plays to', () => {
  const args = qemuArguments({ ...machine, sound: { driver: 'pa', server: 'unix:/run/a,b/native' } });
  const at = args.indexOf('-audiodev');
  expect(JSON.parse(args[at + 1] ?? '')).toEqual({
    driver: 'pa',
    server: 'unix:/run/a,b/native',
    id: 'sound',
    out: { frequency: 48_000, channels: 2, format: 's16' },
    in: { voices: 0 },
  });
  expect(args.slice(at + 2, at + 4)).toEqual(['-device', 'AC97,audiodev=sound']);
  expect(qemuArguments(machine).join(' ')).not.toMatch(/audiodev|AC97/);
});

const image: Extract<QemuMachine, { hardware: object }> = {
  ...{ workspaceId: 'office', accelerator: 'tcg', seccomp: true, memoryMiB: 512 },
  ...{ disk: '/data/workspaces/office/disk.qcow2', base: '/data/images/ab.qcow2' },
  hardware: {
    ...{ machineType: 'pc-i440fx-7.2', cpus: 1, cpuModel: 'auto' },
    ...{ diskBus: 'ide', nic: 'rtl8139', vga: 'std' },
  },
};

test('a user’s own image boots from its disk, on a machine for Windows XP', () => {
  const args = qemuArguments(image);
  const after = (name: string) => args[args.indexOf(name) + 1];
  expect(after('-machine')).toBe('pc-i440fx-7.2,hpet=off');
  expect(after('-rtc')).toBe('base=localtime,driftfix=slew');
  expect([after('-cpu'), after('-smp'), after('-m'), after('-vga')]).toEqual(['Nehalem', '1', '512', 'std']);
  expect(args.join(' ')).not.toMatch(/-no-reboot|-kernel|handover|virtio/);
  expect(args.filter((_, at) => args[at - 1] === '-device')).toEqual([
    'ide-hd,drive=disk,bus=ide.0,unit=0,bootindex=1',
    'rtl8139,netdev=net,romfile=',
  ]);
  expect(after('-netdev')).toContain('restrict=on');
});

test.each([
  ['sata', ['ahci,id=sata', 'ide-hd,drive=disk,bus=sata.0,bootindex=1']],
  ['virtio', ['virtio-blk-pci,drive=disk,bootindex=1']],
] as const)('its disk may hang on %s', (diskBus, devices) => {
  const args = qemuArguments({ ...image, hardware: { ...image.hardware, diskBus } });
  expect(args.filter((_, at) => args[at - 1] === '-device').slice(0, -1)).toEqual(devices);
});

test('its processor is the same everywhere if it is named', () => {
  const hardware = { ...image.hardware, cpuModel: 'core2duo' };
  const args = qemuArguments({ ...image, accelerator: 'kvm', hardware });
  expect(args[args.indexOf('-cpu') + 1]).toBe('core2duo');
});

test('a network is a second card behind all other devices; the first one stays XPane’s alone', () => {
  const network = { kind: 'nat', socket: '/run/a,b/nat.sock' } as const;
  const args = qemuArguments({ ...image, sound: { driver: 'none' }, network });
  expect(args.filter((_, at) => args[at - 1] === '-netdev')).toEqual([
    'user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:7007',
    'stream,id=outside,server=off,addr.type=unix,addr.path=/run/a,,b/nat.sock',
  ]);
  const devices = args.filter((_, at) => args[at - 1] === '-device');
  expect(devices.slice(-2)).toEqual(['AC97,audiodev=sound', 'rtl8139,netdev=outside,romfile=']);
  expect(args[args.indexOf('-sandbox') + 1]).toBe(seccompFilter);
});

test('a bridge is joined by its helper, which QEMU may start, and by an address of the guest’s own', () => {
  const helper = '/usr/lib/qemu/qemu-bridge-helper';
  const network = { kind: 'bridged', bridge: 'br0', helper, macAddress: '52:54:00:01:02:03' } as const;
  const args = qemuArguments({ ...machine, network });
  expect(args).toContain(`bridge,id=outside,br=br0,helper=${helper}`);
  expect(args).toContain('virtio-net-pci,netdev=outside,romfile=,mac=52:54:00:01:02:03');
  expect(args[args.indexOf('-sandbox') + 1]).toBe('on,obsolete=deny,resourcecontrol=deny');
});

test('the screen is served on a socket, whatever its path', () => {
  const args = qemuArguments({ ...machine, screenSocket: '/run/a,b/screen.sock' });
  expect(args[args.indexOf('-vnc') + 1]).toBe('unix:/run/a,,b/screen.sock');
  expect(qemuArguments(machine)).not.toContain('-vnc');
});

test('a folder that is too deep for a socket has no screen, and the guest starts all the same', () => {
  expect(screenSocketIn('/run/user/1000/xpane/built-in')).toBe('/run/user/1000/xpane/built-in/screen.sock');
  expect(screenSocketIn(`/${'d'.repeat(94)}`)).toHaveLength(107);
  expect(screenSocketIn(`/${'d'.repeat(95)}`)).toBeUndefined();
});

test('a QEMU without seccomp is not asked for it', () => {
  expect(qemuArguments({ ...machine, seccomp: false })).not.toContain('-sandbox');
});

test('commas and quotes in paths change no option', () => {
  const args = qemuArguments({ ...machine, disk: '/home/a,"b"/disk.qcow2', workspaceId: 'a,b' });
  const node = JSON.parse(args.find((arg) => arg.includes('"node-name":"disk"')) ?? '{}');
  expect(node.file.filename).toBe('/home/a,"b"/disk.qcow2');
  expect(args[1]).toBe('xpane-a,,b');
});

test('the set-up disk is a CD of its own, read-only, and there only when it is asked for', () => {
  const args = qemuArguments({ ...image, setUpDisk: '/w/set,up.iso' });
  const drive = args.findIndex((arg) => arg.startsWith('ide-cd'));
  expect(args.slice(drive - 1, drive + 1)).toEqual(['-device', 'ide-cd,drive=set-up,bus=ide.1,unit=0']);
  const node = args
    .map((arg) => (arg.startsWith('{') ? JSON.parse(arg) : {}))
    .find((one) => one['node-name'] === 'set-up');
  expect(node).toMatchObject({ 'read-only': true, file: { filename: '/w/set,up.iso', 'read-only': true } });
  expect(qemuArguments(image).join(' ')).not.toContain('ide-cd');
});

test('an installation boots the disk, then the CD, and has a floppy; all but the disk are only read', () => {
  const media = { setUpDisk: '/w/set-up.iso', installation: { cd: '/cd/xp,1.iso', floppy: '/w/set-up.flp' } };
  const args = qemuArguments({ ...image, ...media });
  const devices = args.filter((_, at) => args[at - 1] === '-device');
  expect(devices).toEqual(
    expect.arrayContaining([
      'ide-hd,drive=disk,bus=ide.0,unit=0,bootindex=1',
      'ide-cd,drive=windows,bus=ide.1,unit=0,bootindex=2',
      'ide-cd,drive=set-up,bus=ide.1,unit=1',
      'floppy,drive=floppy,drive-type=144',
    ]),
  );
  const nodes = args.flatMap((arg) => (arg.startsWith('{"node-name"') ? [JSON.parse(arg)] : []));
  const only = (name: string) => nodes.find((node) => node['node-name'] === name);
  for (const [name, filename] of [
    ['windows', '/cd/xp,1.iso'],
    ['floppy', '/w/set-up.flp'],
  ] as const) {
    expect(only(name)).toMatchObject({ driver: 'raw', 'read-only': true, file: { filename } });
  }
  expect(args).not.toContain('-boot');
});

test('what is installed meets no other disk and no other CD of the user’s', () => {
  const devices = [
    { kind: 'cd', file: '/a.iso' },
    { kind: 'disk', file: '/d.img', format: 'raw' },
    { kind: 'usb', id: '067b:2303' },
  ] as const;
  const installation = { cd: '/cd.iso', floppy: '/f' };
  const args = qemuArguments({ ...image, devices, installation }).join(' ');
  expect(args).toContain('usb-host');
  expect(args).not.toMatch(/drive=cd|drive=disk2/);
  expect(qemuArguments({ ...image, devices }).join(' ')).toMatch(/drive=cd.*drive=disk2/);
});
