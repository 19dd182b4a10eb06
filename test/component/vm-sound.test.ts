import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Log, silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createBackend } from '../../src/vm/backends.ts';
import { builtInGuest, echo } from './fixtures/real-guest.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { startSoundServer } from './fixtures/sound-server.ts';
import { toneSeconds } from './fixtures/tone.ts';
import { until } from './fixtures/until.ts';

/** A guest boots in 11 s under TCG on an idle machine; then it plays for 2 s and tries to record for 3 s. */
const reportTimeoutMs = 120_000;

/** Starts a real guest whose agent is sound-witness.c, and awaits what that says. */
async function witness(kind: 'qemu' | 'sandbox', sound: boolean) {
  const folder = testFolder();
  const backend = createBackend(kind, {
    appliance: builtInGuest(),
    cache: xpanePaths().cache,
    log: silentLog,
  });
  const spec = { ...specIn(folder), sound };
  buildWitness(spec.agentFile);
  await backend.prepareDisk(spec.disk);
  const guest = await backend.start(spec);
  onTestFinished(async () => {
    await guest.kill();
  });
  let report: string | undefined;
  await until('the witness’s report', reportTimeoutMs, async () => {
    report = await echo(guest.endpoint, '');
    return report !== undefined;
  });
  return { report, guest, backend };
}

function buildWitness(output: string): void {
  const source = new URL('./fixtures/sound-witness.c', import.meta.url).pathname;
  execFileSync('i686-w64-mingw32-gcc', [
    '-O1',
    '-Wall',
    '-Werror',
    '-o',
    output,
    source,
    '-lwinmm',
    '-lws2_32',
  ]);
}

/** What a server that was killed leaves behind. */
async function leaveSocket(path: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const code = `require('node:net').createServer().listen(${JSON.stringify(path)})`;
  const server = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
  await until('the socket', 10_000, () => existsSync(path));
  server.kill('SIGKILL');
  await once(server, 'exit');
}

test('a program of the guest is heard by the user’s sound server, and hears nothing itself', async () => {
  const folder = testFolder();
  const server = await startSoundServer(folder);
  vi.stubEnv('XDG_RUNTIME_DIR', server.env.XDG_RUNTIME_DIR);
  vi.stubEnv('PULSE_SERVER', undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const file = join(folder, 'heard.pcm');
  await server.record(file);
  const { report } = await witness('qemu', true);
  expect(report).toMatch(/^outputs=[1-9]\d* played=done recorded=(refused|silent)$/);
  const heard = { pcm: readFileSync(file), rateHz: 48_000 };
  // An emulated processor on a busy machine stutters: then less than the whole 2 s are clean.
  expect(toneSeconds(heard, 440)).toBeGreaterThan(0.5);
  // The recorder of the test is the only one: QEMU opened no way in.
  expect((await server.list('source-outputs')).trim().split('\n')).toHaveLength(1);
}, 180_000);

test.each([
  ['pulse/native', 'pulseaudio: '],
  ['pipewire-0', 'alsa: '],
])('a sound server at %s that has died costs the sound, not the guest', async (name, words) => {
  const folder = testFolder();
  await leaveSocket(join(folder, name));
  vi.stubEnv('XDG_RUNTIME_DIR', folder);
  vi.stubEnv('PULSE_SERVER', undefined);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const said: string[] = [];
  const ignore = () => undefined;
  const log: Log = {
    ...{ debug: ignore, info: ignore, error: ignore, child: () => log },
    warn: (fields) => said.push(JSON.stringify(fields)),
  };
  const backend = createBackend('qemu', { appliance: builtInGuest(), cache: xpanePaths().cache, log });
  const spec = { ...specIn(folder), sound: true };
  await backend.prepareDisk(spec.disk);
  const guest = await backend.start(spec);
  onTestFinished(async () => {
    await guest.kill();
  });
  const commandLine = readFileSync(`/proc/${guest.processIds[0]}/cmdline`, 'utf8');
  expect(commandLine).toContain('"driver":"none"');
  expect(said).toEqual([expect.stringContaining('vm.sound-failed')]);
  expect(said[0]).toContain(words);
});

test('with sound off the guest has no sound device', async () => {
  const { report } = await witness('qemu', false);
  expect(report).toBe('outputs=0 played=refused recorded=refused');
}, 180_000);

test('the sandbox has no sound, and says so', async () => {
  const { report, backend } = await witness('sandbox', true);
  expect(backend.capabilities.sound).toBe(false);
  expect(report).toBe('outputs=0 played=refused recorded=refused');
}, 60_000);
