import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { audioDrivers, findHostSound, soundEnvironment } from '../../../src/vm/qemu/host-sound.ts';

const all = ['none', 'alsa', 'pa', 'wav'];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-sound-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function listenAt(name: string): Promise<void> {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  const server = createServer().listen(join(folder, name));
  onTestFinished(() => {
    server.close();
  });
  await once(server, 'listening');
}

const found = (drivers: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  findHostSound({ drivers, env: { XDG_RUNTIME_DIR: folder, ...env }, deviceFolder: join(folder, 'snd') });

test('what QEMU prints about its drivers', () => {
  expect(audioDrivers('Available audio drivers:\nnone\nalsa\npa\nspice\n')).toEqual([
    'none',
    'alsa',
    'pa',
    'spice',
  ]);
});

test('a host without sound gets a device that plays into nothing', () => {
  expect(found(all)).toEqual({ driver: 'none' });
});

test('a sound server is played to directly where QEMU can, else by ALSA', async () => {
  await listenAt('pulse/native');
  expect(found(all)).toEqual({ driver: 'pa', server: `unix:${folder}/pulse/native` });
  expect(found(['none', 'alsa'])).toEqual({ driver: 'alsa' });
  expect(found(['none'])).toEqual({ driver: 'none' });
});

test('the server that the user names counts', async () => {
  await listenAt('pulse/native');
  expect(found(all, { PULSE_SERVER: 'tcp:sound.example' })).toEqual({
    driver: 'pa',
    server: 'tcp:sound.example',
  });
});

test('a socket that is a mere file is no server', () => {
  mkdirSync(join(folder, 'pulse'));
  writeFileSync(join(folder, 'pulse/native'), '');
  expect(found(all)).toEqual({ driver: 'none' });
});

test('PipeWire without a PulseAudio socket is reached by ALSA', async () => {
  await listenAt('pipewire-0');
  expect(found(all)).toEqual({ driver: 'alsa' });
});

test('a sound card is one that plays', () => {
  mkdirSync(join(folder, 'snd'));
  writeFileSync(join(folder, 'snd/pcmC0D0c'), '');
  writeFileSync(join(folder, 'snd/controlC0'), '');
  expect(found(all)).toEqual({ driver: 'none' });
  writeFileSync(join(folder, 'snd/pcmC0D0p'), '');
  expect(found(all)).toEqual({ driver: 'alsa' });
});

test('sound libraries learn where the session is, and nothing else', () => {
  const env = { HOME: '/home/u', XDG_RUNTIME_DIR: '/run/user/1', SECRET: 'x', DISPLAY: ':0' };
  expect(soundEnvironment({ driver: 'alsa' }, env)).toEqual({
    HOME: '/home/u',
    XDG_RUNTIME_DIR: '/run/user/1',
  });
  expect(soundEnvironment({ driver: 'none' }, env)).toEqual({});
  expect(soundEnvironment(undefined, env)).toEqual({});
});
