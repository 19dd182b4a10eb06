import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isRunning, killProcess, knownProcess, processesWith } from '../../src/vm/known-process.ts';
import { openLaunchFolder, reclaimLaunchFolder } from '../../src/vm/launch-folder.ts';
import { recordProcesses } from '../../src/vm/process-record.ts';
import { testFolder } from './fixtures/sandbox-guest.ts';
import { until } from './fixtures/until.ts';

function sleeper(): ChildProcess & { pid: number } {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return Object.assign(child, { pid: child.pid ?? 0 });
}

function editRecord(
  folder: string,
  edit: (record: { bootId: string; processes: { startTicks: string }[] }) => void,
) {
  const file = join(folder, 'processes.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  edit(record);
  writeFileSync(file, JSON.stringify(record));
}

test('a process whose first thread has ended lives on in the others', async () => {
  const program = join(testFolder(), 'leaderless');
  const code =
    '#include <pthread.h>\n#include <unistd.h>\nstatic void *stay(void *p) { pause(); return p; }\n' +
    'int main() { pthread_t t; pthread_create(&t, nullptr, stay, nullptr); pthread_exit(nullptr); }\n';
  execFileSync('g++', ['-x', 'c++', '-pthread', '-o', program, '-'], { input: code });
  const child = spawn(program, { stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const pid = child.pid ?? 0;
  await until('its first thread to end', 5_000, () =>
    readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '),
  );
  const left = knownProcess(pid);
  if (!left) throw new Error('taken for gone');
  killProcess(left);
  await until('the end', 5_000, () => !isRunning(left));
});

test('what an earlier service left running is ended, and its files go', async () => {
  const folder = testFolder();
  const left = knownProcess(sleeper().pid);
  if (!left) throw new Error('no process');
  recordProcesses(folder, [left]);
  writeFileSync(join(folder, 'secret'), 'x');
  expect(await reclaimLaunchFolder(folder)).toBe(1);
  expect(isRunning(left)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [
    'another program has the process id now',
    (record: { processes: { startTicks: string }[] }) => {
      for (const process of record.processes) process.startTicks = '1';
    },
  ],
  [
    'the record is of another boot',
    (record: { bootId: string }) => {
      record.bootId = 'another';
    },
  ],
])('a stranger is left alone: %s', async (_name, edit) => {
  const folder = testFolder();
  const stranger = knownProcess(sleeper().pid);
  if (!stranger) throw new Error('no process');
  recordProcesses(folder, [stranger]);
  editRecord(folder, edit);
  expect(await reclaimLaunchFolder(folder)).toBe(0);
  expect(isRunning(stranger)).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['', '{', '{"bootId":1}', '[]'])('an unreadable record (%j) is no obstacle', async (text) => {
  const folder = testFolder();
  writeFileSync(join(folder, 'processes.json'), text);
  expect(await reclaimLaunchFolder(folder)).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('a guest process that no record names is found by the folder on its command line', async () => {
  const folder = testFolder();
  const running = (file: string) => {
    const child = spawn(
      'bwrap',
      ['--die-with-parent', '--dev-bind', '/', '/', '--setenv', 'X', file, 'sleep', '600'],
      {
        stdio: 'ignore',
      },
    );
    onTestFinished(() => {
      for (const process of processesWith(['bwrap', 'sleep'], (arg) => arg === file)) killProcess(process);
    });
    return child.pid ?? 0;
  };
  const [ours, neighbour] = [running(`${folder}/bridge`), running(`${folder}2/bridge`)].map(knownProcess);
  if (!ours || !neighbour) throw new Error('no process');
  await until('both run bubblewrap', 5000, () => bubblewraps(folder).length >= 2);
  expect(await reclaimLaunchFolder(folder)).toBeGreaterThanOrEqual(1);
  expect([ours, neighbour].map(isRunning)).toEqual([false, true]);
});

function bubblewraps(folder: string): unknown[] {
  return processesWith(['bwrap'], (arg) => arg.startsWith(folder));
}

test('a folder whose guest runs is not opened for a second one', () => {
  const folder = testFolder();
  recordProcesses(folder, [knownProcess(sleeper().pid)]);
  expect(() => openLaunchFolder(folder)).toThrow(expect.objectContaining({ code: 'vm.already-running' }));
});

test('links that a guest left are removed, not followed', async () => {
  const folder = testFolder();
  const precious = testFolder();
  writeFileSync(join(precious, 'letter'), 'x');
  symlinkSync(precious, join(folder, 'link'));
  await reclaimLaunchFolder(folder);
  expect(readdirSync(folder)).toEqual([]);
  expect(readdirSync(precious)).toEqual(['letter']);
});
