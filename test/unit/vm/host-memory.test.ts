import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostMemory } from '../../../src/vm/host-memory.ts';

const mib = 2 ** 20;
const meminfo =
  'MemTotal:        4096000 kB\nMemFree:   100 kB\nMemAvailable:    2048000 kB\nSwapFree: 1024 kB\n';

/** A kernel that tells what the test says. */
function kernel(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'xpane-kernel-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return hostMemory({ proc: join(folder, 'proc'), cgroup: join(folder, 'cgroup') });
}

test('this kernel tells', () => {
  const memory = hostMemory().read();
  expect(memory?.availableBytes).toBeGreaterThan(64 * mib);
  expect(memory?.totalBytes).toBeGreaterThan(memory?.availableBytes ?? 0);
  expect(hostMemory().heldBytes([process.pid])).toBeGreaterThan(10 * mib);
});

test('what is available, and the swap that is free', () => {
  expect(kernel({ 'proc/meminfo': meminfo }).read()).toEqual({
    totalBytes: 4096000 * 1024,
    availableBytes: 2048000 * 1024,
    swapFreeBytes: 1024 * 1024,
  });
});

test.each([
  ['the group’s own', 'user.slice/app', 300 * mib, 100 * mib, 0, 200],
  ['one around it', 'user.slice', 300 * mib, 100 * mib, 0, 200],
  ['its page cache can be had back', 'user.slice/app', 300 * mib, 280 * mib, 100 * mib, 120],
  ['more than the limit is in use', 'user.slice/app', 300 * mib, 320 * mib, 0, 0],
])('a limit of control groups counts: %s', (_, group, max, current, cache, leftMiB) => {
  const reader = kernel({
    'proc/meminfo': meminfo,
    'proc/self/cgroup': '4:memory:/old\n0::/user.slice/app\n',
    [`cgroup/${group}/memory.max`]: `${max}\n`,
    [`cgroup/${group}/memory.current`]: `${current}\n`,
    [`cgroup/${group}/memory.stat`]: `anon 1\nactive_file ${cache}\ninactive_file 0\n`,
  });
  expect(reader.read()?.availableBytes).toBe(leftMiB * mib);
});

test('a group without a limit changes nothing, nor one that cannot be seen', () => {
  const limit = { 'cgroup/a/memory.max': '1\n', 'cgroup/a/memory.current': '1\n' };
  for (const files of [
    { 'proc/self/cgroup': '0::/a\n', 'cgroup/a/memory.max': 'max\n', 'cgroup/a/memory.current': '5\n' },
    { 'proc/self/cgroup': '0::/../a\n', ...limit },
    { 'proc/self/cgroup': '3:memory:/a\n', ...limit },
  ]) {
    expect(kernel({ 'proc/meminfo': meminfo, ...files }).read()?.availableBytes).toBe(2048000 * 1024);
  }
});

test('a kernel that does not tell is none to go by', () => {
  expect(kernel({ 'proc/meminfo': 'MemTotal: 5 kB\n' }).read()).toBeUndefined();
  expect(kernel({}).read()).toBeUndefined();
});

test('memory that is a file is not held for good, and a process that is gone holds none', () => {
  const status = 'Name:\tqemu\nRssAnon:\t  224244 kB\nRssFile:\t  348476 kB\nRssShmem:\t 100 kB\n';
  expect(kernel({ 'proc/7/status': status }).heldBytes([7, 8])).toBe(224344 * 1024);
});
