import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { canRunUserManager, startUserManager, type UserManager } from './fixtures/user-systemd.ts';
import { waitFor } from './fixtures/wait-for.ts';
import { type Processes, processes } from './fixtures/xpane-processes.ts';

let home: Processes;
beforeEach(() => {
  home = processes('../../../src/xpane.ts');
});
afterEach(() => home.clean());

const asks = ['workspace', 'list'];
const log = () => readFileSync(join(home.paths.state, 'service.log'), 'utf8');
const unitOf = (pid: number) =>
  /xpane-service-[0-9a-f]+\.service/.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[0];

async function service(): Promise<number> {
  return await waitFor('the service', () => home.holder('service'), 10_000);
}

describe.skipIf(!canRunUserManager)('in the session of a user with systemd', () => {
  let manager: UserManager;
  beforeEach(async () => {
    manager = await startUserManager();
    onTestFinished(manager.clean);
  });
  const units = () =>
    manager.systemctl('list-units', '--plain', '--no-legend', 'xpane-*').split('\n').filter(Boolean);

  test('the service is a unit of its own, whoever was first, and is asked to end at log-out', async () => {
    // As another session of the user's may have left them.
    manager.systemctl('set-environment', 'WAYLAND_DISPLAY=other', 'XPANE_SCALE=3', 'XPANE_LOG_LEVEL=warn');
    const unset = { WAYLAND_DISPLAY: undefined, XPANE_SCALE: undefined };
    const env = { ...manager.env, ...unset, XPANE_LOG_LEVEL: 'debug' };
    const asked = await Promise.all([1, 2, 3].map(() => home.xpane(asks, env)));
    expect(asked.map(({ code }) => code)).toEqual([0, 0, 0]);
    const pid = await service();
    const unit = unitOf(pid) ?? 'none';
    const told = manager.systemctl('show', '-p', 'KillMode,MainPID,TimeoutStopUSec', unit);
    expect(told.trim().split('\n').sort()).toEqual([
      ...['KillMode=process', `MainPID=${pid}`, 'TimeoutStopUSec=1min 40s'],
    ]);
    // Its settings have come along; those who came too late have left nothing.
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    expect(environment).toContain('XPANE_LOG_LEVEL=debug');
    expect(environment.filter((line) => /^(WAYLAND_DISPLAY|XPANE_SCALE)=/.test(line))).toEqual([]);
    await waitFor('the other units to go', () => units().length === 1);
    await manager.logOut();
    expect(home.holder('service')).toBeUndefined();
    expect(log()).toContain('service ended');
  });

  test('a service that does not start says why', async () => {
    const { code, stderr } = await home.xpane(asks, { ...manager.env, XPANE_LOG_LEVEL: 'loud' });
    expect([code, stderr]).toEqual([3, expect.stringContaining('XPANE_LOG_LEVEL')]);
    expect(units()).toEqual([]);
  });
});

test('where the service manager does not answer, the service starts without it', async () => {
  const runtime = mkdtempSync(join(tmpdir(), 'xpane-runtime-'));
  onTestFinished(() => rmSync(runtime, { recursive: true }));
  mkdirSync(join(runtime, 'systemd'));
  writeFileSync(join(runtime, 'systemd/private'), '');
  const env = { XDG_RUNTIME_DIR: runtime, DBUS_SESSION_BUS_ADDRESS: undefined };
  expect(await home.xpane(asks, env)).toMatchObject({ code: 0 });
  expect(unitOf(await service())).toBeUndefined();
});

test('a session that ends says so by several signals at once: the service ends in order', async () => {
  await home.xpane(asks);
  const pid = await service();
  // As systemd does with the scope of a session.
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGTERM']) process.kill(pid, signal);
  await waitFor('its end', () => home.holder('service') === undefined);
  expect(log()).toContain('service ended');
});
