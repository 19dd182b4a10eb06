import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openedRig as opened, setUpFolder as testFolder } from './fixtures/opened-set-up.ts';

describe('the guest’s logs', () => {
  const onLogRequest = ({ log }: { log: string }) => [{ text: `${log} \u0007line\r\n`, end: 'cut' as const }];
  const kept = (folder: string, name: string) => join(folder, 'guest-logs', name);

  test('are on the host after set-up, for this user alone, and again when they are asked for', async () => {
    const folder = testFolder();
    const rig = await opened(folder);
    rig.backend.agentOptions = { installer: 0, onLogRequest };
    await rig.setUp.run();
    expect(rig.setUp.report?.guestLogs).toMatchObject({
      files: [
        { log: 'agent', file: kept(folder, 'agent.log') },
        { log: 'installer', file: kept(folder, 'install.log') },
      ],
    });
    expect(rig.setUp.report?.guestLogs?.note).toBeUndefined();
    expect(readFileSync(kept(folder, 'install.log'), 'utf8')).toBe(
      '(what came before is in the guest)\ninstaller line\n',
    );
    expect(statSync(kept(folder, 'agent.log')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'guest-logs')).mode & 0o777).toBe(0o700);
    rmSync(kept(folder, 'agent.log'));
    const signal = new AbortController().signal;
    expect((await rig.setUp.collectLogs(signal)).files.map(({ log }) => log)).toEqual(['agent', 'installer']);
    await rig.session.stop({ force: true });
    await expect(rig.setUp.collectLogs(signal)).rejects.toMatchObject({ code: 'bridge.not-connected' });
    expect(existsSync(kept(folder, 'agent.log'))).toBe(true);
  });

  test('are there after a failure, and of a guest that never answered it is said that there are none', async () => {
    const folder = testFolder();
    const rig = await opened(folder, { policy: { maxAttempts: 1, stageTimeoutsS: { agent: 1 } } });
    rig.backend.agentOptions = { getsReady: false, takeOver: () => true };
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.stage-timeout' });
    expect(rig.setUp.report?.guestLogs).toEqual({
      files: [],
      note: expect.stringMatching(/^No log of the guest is here/),
    });
    rig.backend.agentOptions = { installer: 60, onLogRequest };
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.installer-failed' });
    expect(readFileSync(kept(folder, 'install.log'), 'utf8')).toContain('installer line');
    expect(rig.setUp.report?.guestLogs?.note).toBeUndefined();
    rig.backend.agentOptions = { getsReady: false, takeOver: () => true };
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.stage-timeout' });
    expect(rig.setUp.report?.guestLogs).toMatchObject({
      files: [{ log: 'agent' }, { log: 'installer' }],
      note: expect.stringMatching(/of before/),
    });
  });

  test('that somebody asks for in vain afterwards are no worse for that', async () => {
    const rig = await opened(testFolder(), { policy: { maxAttempts: 1 } });
    rig.backend.agentOptions = { installer: 60, onLogRequest };
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'setup.installer-failed' });
    const signal = new AbortController().signal;
    await expect(rig.setUp.collectLogs(signal)).rejects.toMatchObject({ code: 'bridge.not-connected' });
    expect(rig.setUp.report?.guestLogs?.files).toHaveLength(2);
    expect(rig.setUp.report?.guestLogs?.note).toBeUndefined();
  });

  test('that a guest does not have are not on the host either', async () => {
    const rig = await opened(testFolder());
    let missing = false;
    rig.backend.agentOptions = {
      installer: 0,
      onLogRequest: (asked) =>
        missing && asked.log === 'installer' ? [{ text: '', end: 'missing' }] : onLogRequest(asked),
    };
    await rig.setUp.run();
    missing = true;
    const { files } = await rig.setUp.collectLogs(new AbortController().signal);
    expect(files.map(({ log }) => log)).toEqual(['agent']);
  });
});
