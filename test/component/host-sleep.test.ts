import { expect, onTestFinished, test } from 'vitest';
import { HostSleep } from '../../src/service/host-sleep.ts';
import { silentLog } from '../../src/shared/log.ts';
import { type Logind, startLogind } from './fixtures/logind.ts';

const inhibited = 'inhibited sleep delay XPane';

async function followed() {
  const logind = await startLogind();
  const happened: string[] = [];
  const stopping = Promise.withResolvers<void>();
  const sleep = new HostSleep({
    onSleep: async () => {
      happened.push('sleep');
      await stopping.promise;
    },
    onWake: async () => void happened.push('wake'),
    env: logind.env,
    log: silentLog,
  });
  onTestFinished(async () => {
    stopping.resolve();
    await sleep.close();
    await logind.stop();
  });
  return { logind, sleep, happened, stopped: stopping.resolve };
}

const until = async (logind: Logind, ...said: readonly string[]) =>
  expect.poll(() => logind.said.slice(1), { timeout: 15_000 }).toEqual(said);

test('a computer that is to sleep waits until guests are stopped, and waits again the next time', async () => {
  const { logind, happened, stopped } = await followed();
  await until(logind, inhibited);
  logind.tell('sleep');
  await expect.poll(() => happened).toEqual(['sleep']);
  expect(logind.said.at(-1)).toBe(inhibited);
  stopped();
  await until(logind, inhibited, 'released');
  logind.tell('wake');
  await until(logind, inhibited, 'released', inhibited);
  expect(happened).toEqual(['sleep', 'wake']);
  logind.tell('sleep');
  await until(logind, inhibited, 'released', inhibited, 'released');
  expect(happened).toEqual(['sleep', 'wake', 'sleep']);
});

test('when who would tell that it wakes is gone, guests go on', async () => {
  const { logind, happened, stopped } = await followed();
  await until(logind, inhibited);
  stopped();
  logind.tell('sleep');
  await expect.poll(() => happened).toEqual(['sleep']);
  await logind.stop();
  await expect.poll(() => happened).toEqual(['sleep', 'wake']);
});

test('nothing is left of it at its end', async () => {
  const { logind, sleep } = await followed();
  await until(logind, inhibited);
  await sleep.close();
  await until(logind, inhibited, 'released');
});

test('without a system bus it does nothing, and ends', async () => {
  const nobody = async () => {
    throw new Error('called');
  };
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nowhere/bus' };
  const sleep = new HostSleep({ onSleep: nobody, onWake: nobody, log: silentLog, env });
  await sleep.close();
});
