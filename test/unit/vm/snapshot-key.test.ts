import { expect, test } from 'vitest';
import type { QemuMachine } from '../../../src/vm/qemu/arguments.ts';
import { type SnapshotGround, snapshotKey } from '../../../src/vm/qemu/snapshot-key.ts';

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
  sound: { driver: 'alsa' },
};
const bridged: QemuMachine['network'] & { kind: 'bridged' } = {
  kind: 'bridged',
  ...{ bridge: 'br0', helper: '/h', macAddress: '52:54:00:01:02:03' },
};
const file = (name: string, content: string) => ({ name, mode: 0o400, content: Buffer.from(content) });
const ground: SnapshotGround = {
  qemuVersion: 'QEMU emulator version 7.2.22',
  machine,
  baseHash: 'ab',
  processor: 'One',
  handover: [file('xpane-agent.exe', 'MZ'), file('secret', 's'), file('guest.env', 'DESKTOP_WIDTH=800\n')],
};
const withMachine = (change: Partial<QemuMachine>) => ({ ...ground, machine: { ...machine, ...change } });
const kvm = withMachine({ accelerator: 'kvm' });

test.each<[string, SnapshotGround]>([
  ['files that lie elsewhere', withMachine({ disk: '/d', handover: '/h', kernel: '/k', memoryFile: '/m' })],
  ['another name', withMachine({ workspaceId: 'renamed' })],
  ['sound that goes elsewhere', withMachine({ sound: { driver: 'pa', server: 'unix:/x' } })],
  ['QEMU without its filter', withMachine({ seccomp: false })],
  ['a machine that waits for its state', withMachine({ incoming: true })],
  ['memory that is a copy', withMachine({ memoryCopied: true })],
  ['another desktop', { ...ground, handover: [...ground.handover.slice(0, 2), file('guest.env', '')] }],
  ['another processor that the guest does not see', { ...ground, processor: 'Two' }],
])('%s is the same to the guest', (_, other) => {
  expect(snapshotKey(other)).toBe(snapshotKey(ground));
});

test.each<[string, SnapshotGround]>([
  ['another QEMU', { ...ground, qemuVersion: 'QEMU emulator version 8.2.0' }],
  ['another image', { ...ground, baseHash: 'cd' }],
  ['more memory', withMachine({ memoryMiB: 512 })],
  ['another accelerator', kvm],
  ['a network', withMachine({ network: { kind: 'nat', socket: '/s' } })],
  ['another address in a network', withMachine({ network: bridged })],
  ['no sound device', withMachine({ sound: undefined })],
  ['another agent', { ...ground, handover: [file('xpane-agent.exe', 'MZ2'), ...ground.handover.slice(1)] }],
  [
    'another secret',
    { ...ground, handover: [file('xpane-agent.exe', 'MZ'), file('secret', 't'), file('guest.env', '')] },
  ],
])('%s is another machine', (_, other) => {
  expect(snapshotKey(other)).not.toBe(snapshotKey(ground));
});

test('a network is the same to the guest by whatever on the host', () => {
  const keyWith = (network: QemuMachine['network']) => snapshotKey(withMachine({ network }));
  expect(keyWith({ ...bridged, bridge: 'br1', helper: '/h2' })).toBe(keyWith(bridged));
  expect(keyWith({ ...bridged, macAddress: '52:54:00:01:02:04' })).not.toBe(keyWith(bridged));
  expect(keyWith({ kind: 'nat', socket: '/a' })).toBe(keyWith({ kind: 'nat', socket: '/b' }));
});

test('with KVM the guest sees the host’s processor', () => {
  expect(snapshotKey({ ...kvm, processor: 'Two' })).not.toBe(snapshotKey(kvm));
});
