import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '../../src/shared/log.ts';
import { xpanePaths } from '../../src/shared/paths.ts';
import { DiskWait } from '../../src/vm/qemu/disk-wait.ts';
import { lightGuest } from './fixtures/light-guest.ts';
import { builtInGuest } from './fixtures/real-guest.ts';
import { specIn, testFolder } from './fixtures/sandbox-guest.ts';

const writes = `sh -c 'dd if=/dev/urandom of=/root/$$ bs=1M count=2 conv=fsync 2>/dev/null && echo written'`;

test('a guest that finds no room for what it writes stands still, says so, and goes on when there is some', () => {
  const own = testFolder();
  const folder = testFolder();
  const appliance = lightGuest(builtInGuest(), own, writes);
  const spec = { ...specIn(own), memoryMiB: 96, disk: join(folder, 'disk.qcow2') };
  const script = new URL('./fixtures/run-out-of-room.ts', import.meta.url).pathname;
  const argument = JSON.stringify({ appliance, cache: xpanePaths().cache, spec });
  const mounted = 'mount -t tmpfs -o size=420m tmpfs "$0" && exec "$1" "$2" "$3"';
  const output = execFileSync(
    'unshare',
    ['--map-root-user', '--mount', 'sh', '-c', mounted, folder, process.execPath, script, argument],
    { encoding: 'utf8' },
  );
  expect(JSON.parse(output)).toEqual({
    atFirst: [],
    stands: { told: ['vm.waits-for-room'], answered: false, processes: 1 },
    refused: 'vm.suspend-no-room',
    answers: 'written',
    told: ['vm.waits-for-room', 'none', 'vm.waits-for-room', 'none'],
    sound: true,
  });
});

test('a guest that is held meanwhile is not let go on by that, but waits for room again if it stands still after that', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const told: (string | undefined)[] = [];
  const goOn = vi.fn(async () => undefined);
  const disks = [join(testFolder(), 'disk')];
  let stopped = true;
  const standsStill = vi.fn(async () => stopped);
  const parts = { disks, goOn, standsStill, log: silentLog };
  const wait = new DiskWait({ ...parts, tell: (why) => told.push(why?.code) });
  const full = { action: 'stop', nospace: true };
  wait.failed({ action: 'report', nospace: false });
  expect(told).toEqual([]);
  wait.failed(full);
  const letGo = wait.hold();
  wait.failed(full);
  vi.advanceTimersByTime(10_000);
  expect([told, goOn.mock.calls.length]).toEqual([['vm.waits-for-room', undefined], 0]);
  letGo();
  await vi.waitFor(() => expect(told).toEqual(['vm.waits-for-room', undefined, 'vm.waits-for-room']));
  vi.advanceTimersByTime(1_000);
  await vi.waitFor(() => expect(goOn).toHaveBeenCalledOnce());
  expect(told).toEqual(['vm.waits-for-room', undefined, 'vm.waits-for-room', undefined]);

  // Told just before the answer that it runs on, and it did not.
  const inTime = wait.hold();
  wait.failed(full);
  inTime();
  await vi.waitFor(() => expect(told.slice(4)).toEqual(['vm.waits-for-room']));
  // It runs when the one who held it lets go.
  stopped = false;
  wait.hold()();
  await vi.waitFor(() => expect(standsStill).toHaveBeenCalledTimes(3));
  expect(told.slice(4)).toEqual(['vm.waits-for-room', undefined]);
});
