import { once } from 'node:events';
import { mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connectService } from '../../src/launcher/client.ts';
import { type Processes, processes } from './fixtures/xpane-processes.ts';

let home: Processes;
beforeEach(() => {
  home = processes();
});
afterEach(async () => {
  await home.clean();
});

test('status without a service: a sentence, a hint, exit code 3, and nothing is started', async () => {
  const { code, stdout, stderr } = await home.xpane(['status']);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toBe('XPane is not running.\nStart it with "xpane start" or "xpane open-tray".\n');
  expect(home.holder('service')).toBeUndefined();
});

test('the same for programs', async () => {
  const { code, stdout, stderr } = await home.xpane(['status', '--json']);
  expect([code, stderr]).toEqual([3, '']);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'service.not-running' } });
});

test('start, status, apps, launch, restart, stop, quit', async () => {
  expect(await home.xpane(['start'])).toEqual({ code: 0, stdout: 'The guest is ready.\n', stderr: '' });
  const status = await home.xpane(['status']);
  expect(status.stdout).toMatch(/builtin +Built-in guest +running +sandbox +0 +2/);
  const state = JSON.parse((await home.xpane(['status', '--json'])).stdout);
  expect(state).toMatchObject({ processId: home.holder('service'), workspaces: [{ phase: 'running' }] });
  const apps = await home.xpane(['apps']);
  expect(apps.stdout).toMatch(/NAME +FOLDER +ID\nNotepad +Accessories +00000000000000a1\n/);
  expect((await home.xpane(['transfers'])).stdout).toBe('Nothing is on its way.\n');
  expect((await home.xpane(['transfers', 'cancel', 'all'])).stdout).toBe('0 transfers cancelled.\n');
  const launched = await home.xpane(['launch', 'Notepad', '--json']);
  expect(JSON.parse(launched.stdout)).toEqual({
    applicationId: '00000000000000a1',
    name: 'Notepad',
    processId: 42,
  });
  for (const command of ['suspend', 'desktop', 'restart', 'stop', 'stop --force', 'quit --force']) {
    expect(await home.xpane(command.split(' '))).toMatchObject({ code: 0, stderr: '' });
  }
  expect(home.holder('service')).toBeUndefined();
  expect(await home.xpane(['quit'])).toMatchObject({ code: 0, stdout: 'XPane is not running.\n' });
}, 60_000);

test.each([
  ['application.unknown', 5, ['launch', 'Ntepad']],
  ['launch.access-denied', 6, ['launch', 'Secret']],
  ['service.timeout', 7, ['start', '--timeout', '0.5']],
  ['usage.invalid', 2, ['launch']],
  ['usage.invalid', 2, ['suspend', 'a']],
  ['usage.invalid', 2, ['start', '--timeout', 'soon']],
  ['usage.invalid', 2, ['status', '--verbose']],
  ['usage.invalid', 2, ['strat']],
  ['usage.invalid', 2, ['transfers', 'cancel', '-']],
  ['service.unknown-workspace', 2, ['apps', '--workspace', 'other']],
  ['usage.setting', 2, ['workspace', 'set', 'office', 'diskBus']],
  ['usage.invalid', 2, ['workspace', 'rename', 'office']],
  ['usage.invalid', 2, ['workspace', 'mend', 'office']],
  ['usage.invalid', 2, ['workspace', 'device', 'add', 'office']],
  ['usage.invalid', 2, ['share', 'add', '.', '--as', 'desktop']],
])('%s exits with %i', async (errorCode, exitCode, args) => {
  const env = { FIXTURE_GUEST: 'hangs' };
  const forPrograms = await home.xpane([...args, '--json'], env);
  expect(forPrograms).toMatchObject({ code: exitCode, stderr: '' });
  expect(JSON.parse(forPrograms.stdout).error.code).toBe(errorCode);
  const forPeople = await home.xpane(args, env);
  expect(forPeople).toMatchObject({ code: exitCode, stdout: '' });
  expect(forPeople.stderr.trim().split('\n')).toHaveLength(2);
});

test('folders are shared', async () => {
  const says = async (...args: string[]) => (await home.xpane(['share', ...args])).stdout;
  expect(await says('list')).toBe(
    [
      'NAME   IN THE GUEST  ACCESS     STATE          FOLDER',
      'Forms  S:            read-only  asks, 3 files  /srv/forms',
      'Forms: not in it are: 2 hidden.',
      'Forms: 30 files were deleted. Say so.\n',
    ].join('\n'),
  );
  const added = await says(
    'add',
    'a',
    '--name',
    'Mine',
    '--drive',
    'P',
    '--read-only',
    '--workspace',
    'office',
  );
  expect(added).toMatch(new RegExp(`Mine +P: +read-only +${process.cwd()}/a$`, 'm'));
  expect(await says('add', 'b', '--as', 'documents')).toMatch(/New +My Documents +read-write/);
  expect(await says('accept', 'Forms')).toMatch(/^NAME/);
  expect(await says('remove', 'Forms')).toBe('It has no shared folders.\n');
}, 60_000);

test('help names every command, examples and exit codes', async () => {
  const all = await home.xpane(['--help']);
  expect(all.code).toBe(0);
  for (const name of 'start stop suspend restart status apps launch open-tray quit service tray'.split(' ')) {
    expect(all.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    const one = await home.xpane([name, '--help']);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toMatch(/Examples:\n {2}xpane/);
    expect(one.stdout).toContain('7  it took too long');
  }
  expect((await home.xpane([])).code).toBe(2);
  expect((await home.xpane(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
}, 60_000);

test('every command for workspaces says what it did, and asks the service with what was typed', async () => {
  const all = await home.xpane(['workspace', '--help']);
  for (const name of 'list show import install create set rename clone export reset compact remove'.split(
    ' ',
  )) {
    expect(all.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  }
  expect(await home.xpane(['workspace'])).toMatchObject({ code: 2, stdout: '' });
  const help = await home.xpane(['workspace', 'import', '--help']);
  expect(help.stdout).toMatch(
    /--set <name=value>[\s\S]*Examples:\n {2}xpane workspace import[\s\S]*9 {2}the disk image/,
  );
  const says = async (...args: string[]) => (await home.xpane(['workspace', ...args])).stdout;
  expect(await says('list')).toMatch(/builtin +Built-in guest +stopped +sandbox/);
  expect(await says('show', 'office')).toMatch(/diskBus +ide +this workspace +ide, sata or virtio/);
  expect(await says('show', 'office')).toMatch(/^speed +It is slow\. Ask for rights\.$/m);
  expect(await says('import', 'a.vhd', 'Office', '--set', 'diskBus=sata')).toBe(
    'Office is imported and set up: its applications are in the tray.\nBeware of the dog.\n',
  );
  expect(await home.xpane(['workspace', 'import', 'a.vhd', '--set-up', 'nonsense'])).toMatchObject({
    code: 2,
  });
  expect(await says('import', 'a.vhd', 'Office', '--set-up', 'none')).toBe(
    'Office is imported. Start it by "xpane start --workspace office".\nBeware of the dog.\n',
  );
  expect(await says('create', 'Office')).toMatch(/^Office is made/);
  expect(await says('set', 'office', 'diskBus=sata', 'cpus=2')).toMatch(/shared with Second/);
  expect(await says('device', 'add', 'office', 'cd', 'a.iso')).toContain(` ${process.cwd()}/a.iso`);
  expect(await says('device', 'list', 'office')).toMatch(/^It has no devices/);
  expect(await says('device', 'remove', 'office', 'COM1')).toMatch(/^It has no devices/);
  expect(await says('rename', 'office', 'New')).toBe('It is called New now.\n');
  expect(await says('clone', 'office', 'Second')).toMatch(/^Office is made/);
  expect(await says('export', 'office', 'a.vmdk')).toBe(`${process.cwd()}/a.vmdk is written (2.0 GiB).\n`);
  expect(await says('compact', 'office')).toBe('The disk takes 1 MiB now; before it was 2.0 GiB.\n');
  expect(await says('reset', 'office', '--yes')).toMatch(/begins anew/);
  expect(await says('remove', 'office', '--yes')).toBe('office is removed.\n');
  expect(JSON.parse(await says('show', 'office', '--json'))).toMatchObject({ id: 'office' });
}, 90_000);

test('set-up is begun, put off and shown by commands', async () => {
  const all = await home.xpane(['setup', '--help']);
  for (const name of 'status start postpone retry continue logs'.split(' ')) {
    expect(all.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  }
  const says = (...args: string[]) => home.xpane(['setup', ...args, '--workspace', 'builtin']);
  expect(await says('start')).toMatchObject({ code: 0, stdout: 'Built-in guest is set up.\n' });
  expect((await says('postpone', '--minutes', '5')).stdout).toContain('2026-03-04T05:00:00.000Z');
  expect(await says('postpone', '--minutes', '0')).toMatchObject({ code: 2 });
  expect(await says('continue')).toMatchObject({ code: 4, stderr: expect.stringMatching(/has not failed/) });
  expect(await says('logs')).toMatchObject({ code: 0, stdout: '/data/agent.log\n' });
  expect(await says('retry')).toMatchObject({ code: 4, stderr: expect.stringMatching(/has not failed/) });
  expect(await home.xpane(['setup', 'start'])).toMatchObject({ code: 2 });
  expect(JSON.parse((await home.xpane(['setup', 'status', '--json'])).stdout)).toEqual({ workspaces: [] });
}, 60_000);

test('what cannot be undone needs a yes', async () => {
  for (const command of ['remove', 'reset']) {
    const refused = await home.xpane(['workspace', command, 'office', '--json']);
    expect(refused.code).toBe(2);
    expect(JSON.parse(refused.stdout).error).toMatchObject({ code: 'usage.needs-yes' });
  }
  expect(home.holder('service')).toBeUndefined();
});

test('Ctrl+C cancels an import in the service', async () => {
  await home.xpane(['start']);
  const child = home.start(['workspace', 'import', '/endless', '--json']);
  const said = once(child.stdout ?? expect.fail(), 'data');
  await vi.waitFor(async () => expect((await home.xpane(['status'])).stdout).toContain('Importing (25 %)'), {
    timeout: 20_000,
  });
  child.kill('SIGINT');
  expect(JSON.parse(String(await said)).error.code).toBe('work.cancelled');
  expect(await once(child, 'exit')).toEqual([10, null]);
}, 60_000);

test('of many commands at once one starts the one service', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => home.xpane(['apps', '--json'])));
  expect(all.map(({ code }) => code)).toEqual(Array(6).fill(0));
  expect(home.holder('service')).toBeDefined();
}, 60_000);

test('of two services one stays, the other ends quietly with 8', async () => {
  const pair = [home.start(['service']), home.start(['service'])];
  const first = await Promise.race(pair.map(async (child) => ({ child, exit: await once(child, 'exit') })));
  expect(first.exit).toEqual([8, null]);
  const other = pair.find((child) => child !== first.child);
  await vi.waitFor(() => expect(home.holder('service')).toBe(other?.pid), { timeout: 10_000 });
  expect(await home.xpane(['service'])).toEqual({ code: 8, stdout: '', stderr: '' });
});

test('a service killed by SIGKILL leaves socket, token and lock; the next start works', async () => {
  await home.xpane(['start']);
  const killed = home.holder('service');
  process.kill(killed ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(home.holder('service')).toBeUndefined());
  expect(statSync(`${home.paths.runtime}/service.sock`).isSocket()).toBe(true);
  expect((await home.xpane(['status'])).code).toBe(3);
  expect((await home.xpane(['start'])).code).toBe(0);
  expect(home.holder('service')).not.toBe(killed);
});

test('a lock file that names a living process of another kind does not keep XPane from starting', async () => {
  mkdirSync(home.paths.runtime, { recursive: true, mode: 0o700 });
  writeFileSync(`${home.paths.runtime}/service.lock`, String(process.pid));
  expect((await home.xpane(['start'])).code).toBe(0);
});

test('start right after quit works, while the former service may still be closing', async () => {
  await home.xpane(['start']);
  const client = await connectService(home.paths.runtime);
  await client.call('quit', {});
  expect((await home.xpane(['start'])).code).toBe(0);
  client.close();
});

test('a service that dies early is told with its last words', async () => {
  const { code, stderr } = await home.xpane(['start'], { FIXTURE_SERVICE: 'dies' });
  expect(code).toBe(3);
  expect(stderr).toContain('The XPane service did not start: the service has no legs');
  expect(stderr).toContain('Run "xpane service" in a terminal');
});

test('a hung service is a timeout, not a hang', async () => {
  await home.xpane(['start']);
  const pid = home.holder('service') ?? 0;
  process.kill(pid, 'SIGSTOP');
  try {
    const { code, stderr } = await home.xpane(['status', '--timeout', '1']);
    expect(code).toBe(7);
    expect(stderr).toContain('in time');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('the service outlives the command, its terminal’s signals and its folder', async () => {
  await home.xpane(['start']);
  const pid = home.holder('service');
  // After the name in brackets: state, parent, process group, session.
  const [, , , session] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  expect(Number(session)).toBe(pid);
  expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/');
});

test('open-tray opens one tray; a second one is told so', async () => {
  const first = await home.xpane(['open-tray', '--json']);
  expect(first).toMatchObject({ code: 0, stdout: '{"opened":true}\n' });
  const tray = home.holder('tray');
  expect(tray).toBeDefined();
  expect(home.holder('service')).toBeDefined();
  expect(await home.xpane(['open-tray'])).toMatchObject({ code: 0, stdout: 'The tray is open already.\n' });
  expect(home.holder('tray')).toBe(tray);
  expect(await home.xpane(['tray'])).toEqual({ code: 8, stdout: '', stderr: '' });
});

test('a tray that cannot open says why', async () => {
  const { code, stderr } = await home.xpane(['open-tray'], { FIXTURE_TRAY: 'dies' });
  expect(code).toBe(3);
  expect(stderr).toContain('The XPane tray did not start: the tray has no legs');
});

test('open hands over absolute paths, the application and the display', async () => {
  const args = ['open', '--with', 'Notepad', '--workspace', 'builtin', 'a b.txt', '/d/../e.txt'];
  const { stdout, code } = await home.xpane(args, { DISPLAY: ':5' });
  const here = join(process.cwd(), 'a b.txt');
  expect([code, stdout]).toEqual([0, `${here}, /e.txt: on the way into the guest.\n`]);
  const state = JSON.parse((await home.xpane(['status', '--json'])).stdout);
  expect(state.display).toBe(':5');
  const waited = await home.xpane(['open', '--wait', '/a.txt']);
  expect(waited).toMatchObject({ code: 0, stdout: '/a.txt: open in the guest.\n' });
  expect(await home.xpane(['open', '--with', 'Ntepad', '/a.txt'])).toMatchObject({ code: 5 });
  expect(await home.xpane(['open'])).toMatchObject({ code: 2 });
});

test('launch hands over the display', async () => {
  await home.xpane(['launch', 'Notepad'], { DISPLAY: ':5' });
  const state = JSON.parse((await home.xpane(['status', '--json'])).stdout);
  expect(state.display).toBe(':5');
});

test('a reader that closes early is no error', async () => {
  await home.xpane(['start']);
  const child = home.start(['apps']);
  child.stdout?.destroy();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});
