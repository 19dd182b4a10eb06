import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { createBackend } from '../../src/vm/backends.ts';
import { pseudoTerminal } from './fixtures/pseudo-terminal.ts';
import { builtInGuest } from './fixtures/real-guest.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';

/** Starts a real guest whose agent is serial-witness.c, with the terminal as its COM1. */
async function guestAt(path: string): Promise<void> {
  const spec = specIn(testFolder());
  const source = new URL('./fixtures/serial-witness.c', import.meta.url).pathname;
  execFileSync('i686-w64-mingw32-gcc', ['-O1', '-Wall', '-Werror', '-o', spec.agentFile, source]);
  const backend = createBackend('qemu', {
    ...{ appliance: builtInGuest(), cache: xpanePaths().cache, log: silentLog },
    devices: [{ kind: 'serial', port: 'COM1', path }],
  });
  await backend.prepareDisk(spec.disk);
  const guest = await backend.start(spec);
  onTestFinished(async () => {
    await guest.kill();
  });
}

test('a program of the guest reads and writes COM1, which is the user’s port, and loses nothing', async () => {
  const terminal = await pseudoTerminal();
  await guestAt(terminal.path);
  // Nothing of the guest's console is there: the program's own words are the first.
  const greeting = '9600 8N1\n';
  await until('the program’s greeting', 90_000, () => terminal.received().length >= greeting.length);
  expect(terminal.received().toString('latin1')).toBe(greeting);
  // The line that the program has set up is the port's on the host.
  expect(execFileSync('stty', ['-F', terminal.path, 'speed'], { encoding: 'utf8' })).toBe('9600\n');
  const every = Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 7 + (at >> 8)) % 256));
  const inCapitals = every.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte));
  terminal.send(every);
  const all = () => terminal.received().subarray(greeting.length);
  await until('all of it in capitals', 30_000, () => all().length >= inCapitals.length);
  expect(all().equals(inCapitals)).toBe(true);
}, 150_000);
