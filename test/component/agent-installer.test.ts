import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { wipeSecret } from '../../src/guest-setup/setup-disk/wipe.ts';
import { HostTalk } from './fixtures/host-talk.ts';
import { newSecret, SetUpGuest } from './fixtures/set-up-guest.ts';
import { until } from './fixtures/until.ts';

const timeoutMs = 120_000;
/** src/guest-agent/install/exit-codes.h */
const anotherInstaller = 10;
const badFolder = 20;
const cannotCopy = 30;
const noAnswer = 60;
const notAllApplied = 80;
const restartNeeded = 3010 & 0xff;

async function started(): Promise<SetUpGuest> {
  const guest = await SetUpGuest.start();
  onTestFinished(() => guest.stop());
  return guest;
}

/** As the real host does it, to the agent's `ready`. */
async function serves(guest: SetUpGuest, secret = guest.secret): Promise<void> {
  const talk = await HostTalk.open(guest.port, secret);
  await talk.hangUp();
}

/** Whether anybody answers, which is no talk with the agent yet. */
async function dials(guest: SetUpGuest): Promise<boolean> {
  try {
    const talk = await HostTalk.dial(guest.port);
    await talk.hangUp();
    return true;
  } catch {
    return false;
  }
}

/** As the agent hands it over. */
async function logBy(talk: HostTalk, requestId: number, log: 'agent' | 'installer'): Promise<string> {
  talk.say({ type: 'log-request', requestId, log });
  await talk.message('log-part', (one) => one.requestId === requestId && one.end === 'whole');
  const parts = talk.heard.flatMap((one) =>
    one.type === 'log-part' && one.requestId === requestId ? [one] : [],
  );
  return parts.map(({ text }) => text).join('');
}

const firewallKey = (profile: string) =>
  `HKLM\\System\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy\\${profile}\\AuthorizedApplications\\List`;

async function letIn(guest: SetUpGuest): Promise<string[]> {
  const found = [];
  for (const profile of ['StandardProfile', 'DomainProfile']) {
    const output = await guest.registry(firewallKey(profile));
    found.push(
      ...[...output.matchAll(/XPane\\(agent-\d+)\\.*LocalSubNet:Enabled:/g)].map(([, name]) => name ?? ''),
    );
  }
  return found;
}

test(
  'the CD that XPane makes installs the agent by itself, and once',
  async () => {
    const guest = await started();
    await guest.insertDisk();
    expect(readdirSync(join(guest.drive, 'xpane')).sort()).toEqual([
      'agent.exe',
      'answers.ini',
      'install.exe',
      'manifest.txt',
      'secret.key',
    ]);
    // Windows may start it from the CD and from its own list at the same time.
    expect((await Promise.all([guest.autorun(), guest.autorun()])).sort()).toEqual([0, anotherInstaller]);
    const talk = await HostTalk.open(guest.port, guest.secret);
    const { instance } = await talk.message('hello');
    expect(await talk.message('install-status')).toEqual({ type: 'install-status', code: 0 });

    const file = 'C:\\Program Files\\XPane\\agent-1';
    expect(await guest.startedAtLogOn()).toBe(
      `"${file}\\xpane-agent.exe" --listen 127.0.0.1:${guest.port} --secret-file "${file}\\secret.key" ` +
        '--log-file "C:\\ProgramData\\XPane\\agent.log"',
    );
    expect(await letIn(guest)).toEqual(['agent-1', 'agent-1']);
    expect(await guest.log()).toMatch(/stage: copy.*stage: trial.*stage: register.*ends with code 0/s);

    // The host reads it without the guest's file system; lines come as they are, and the agent's beside them.
    expect(await logBy(talk, 1, 'installer')).toBe(await guest.log());
    expect(await logBy(talk, 2, 'agent')).toMatch(/channel: the host is connected/);

    // Put in again: the same agent goes on, and no host loses its connection.
    expect(await guest.autorun()).toBe(0);
    talk.say({ type: 'ping', id: 7 });
    await talk.message('pong');
    await talk.hangUp();
    expect(Object.keys(guest.installed())).toEqual(['agent-1']);

    // At the next log-on Windows starts it.
    await guest.shutDown();
    void guest.guest.start('C:\\windows\\system32\\wineboot.exe');
    await until('the agent is back', 20_000, () => dials(guest));
    const again = await HostTalk.open(guest.port, guest.secret);
    expect((await again.message('hello')).instance).not.toBe(instance);
    await again.hangUp();

    await guest.shutDown();
    const holders = await guest.filesWith(guest.secret);
    expect(holders.map((path) => path.slice(guest.programs.length))).toEqual(['/agent-1/secret.key']);
  },
  timeoutMs,
);

test(
  'an update takes the place of the agent before, and keeps a secret that was wiped from the disk',
  async () => {
    const guest = await started();
    await guest.insertDisk({ agent: await guest.agentMarked('one') });
    expect(await guest.autorun()).toBe(0);
    const host = await HostTalk.open(guest.port, guest.secret);

    const first = guest.secret;
    guest.secret = newSecret();
    const two = await guest.agentMarked('two');
    await guest.insertDisk({ agent: two });
    expect(await guest.autorun()).toBe(0);
    await host.hangUp();
    await serves(guest);
    expect(guest.installed()).toEqual({ 'agent-2': { agent: readFileSync(two), secret: guest.secret } });
    expect(await guest.startedAtLogOn()).toContain('XPane\\agent-2\\xpane-agent.exe');
    expect(await letIn(guest)).toEqual(['agent-2', 'agent-2']);
    expect(await guest.filesWith(first)).toEqual([]);

    const three = await guest.agentMarked('three');
    await guest.insertDisk({ agent: three });
    await wipeSecret(guest.image);
    await guest.insertImage();
    expect(await guest.autorun()).toBe(0);
    await serves(guest);
    expect(guest.installed()).toEqual({ 'agent-3': { agent: readFileSync(three), secret: guest.secret } });

    // As at log-on: Windows starts the agent that counts while the CD's installer brings another.
    await guest.shutDown();
    await guest.insertDisk({ agent: two });
    void guest.guest.start('C:\\windows\\system32\\wineboot.exe');
    expect(await guest.autorun()).toBe(0);
    await serves(guest);
    const installed = { 'agent-4': { agent: readFileSync(two), secret: guest.secret } };
    // The agent that Windows started may run yet; then its file stays for the next installer, without a secret.
    const left = () => {
      const { 'agent-3': before, ...others } = guest.installed();
      return before === undefined || before.secret === '' ? others : { ...others, 'agent-3': before };
    };
    expect(left()).toEqual(installed);

    // Without the right to write there nothing happens at all.
    const last = await HostTalk.open(guest.port, guest.secret);
    chmodSync(guest.programs, 0o555);
    await guest.insertDisk({ agent: three });
    expect(await guest.autorun()).toBe(cannotCopy);
    last.say({ type: 'ping', id: 8 });
    await last.message('pong');
    await last.hangUp();
    expect(left()).toEqual(installed);
  },
  timeoutMs,
);

/** Programs that are no agent, by what becomes of them. */
const brokenAgents: [string, (file: string) => void][] = [
  ['cannot be started', (file) => writeFileSync(file, 'MZ and nothing more')],
  ['ends at once', (file) => compile(file, 'return 7;')],
  ['never answers', (file) => compile(file, 'Sleep(INFINITE); return 0;')],
];

function compile(file: string, body: string): void {
  const source = `${file}.c`;
  writeFileSync(
    source,
    `#include <windows.h>\nint WINAPI WinMain(HINSTANCE a, HINSTANCE b, LPSTR c, int d) { ${body} }\n`,
  );
  execFileSync('i686-w64-mingw32-gcc-win32', ['-mwindows', '-o', file, source]);
}

describe('a new agent that does not serve', () => {
  test(
    'gives way to the one before, and leaves nothing',
    async () => {
      const guest = await started();
      await guest.insertDisk({ agent: await guest.agentMarked('good') });
      expect(await guest.autorun()).toBe(0);
      const before = { files: guest.installed(), run: await guest.startedAtLogOn() };
      const broken = join(guest.folder, 'broken.exe');
      for (const [what, make] of brokenAgents) {
        make(broken);
        const secret = newSecret();
        const answers = { agentTimeoutS: 1, computerName: 'NEVER' };
        await rm(guest.logFile);
        await guest.insertDisk({ agent: broken, secret, answers });
        expect(await guest.autorun(), what).toBe(noAnswer);
        expect(await guest.log()).toMatch(/stage: roll back.*the agent before runs again/s);
        await until(`the agent before serves after one that ${what}`, 10_000, () => dials(guest));
        await serves(guest);
        expect(guest.installed()).toEqual(before.files);
        expect(await guest.filesWith(secret)).toEqual([]);
      }
      expect(await guest.startedAtLogOn()).toBe(before.run);
      expect(await letIn(guest)).toEqual(['agent-1', 'agent-1']);
    },
    timeoutMs,
  );

  test(
    'as another of the guest runs, leaves nothing where there was none',
    async () => {
      const guest = await started();
      const other = join(guest.guest.shared, 'other.exe');
      const said =
        'CloseHandle(CreateFileW(L"Z:\\\\run\\\\xpane\\\\held", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0));';
      compile(other, `CreateMutexW(0, FALSE, L"Global\\\\XPaneAgent"); ${said} Sleep(INFINITE);`);
      void guest.guest.start('other.exe');
      await until('the other one runs', 10_000, () => existsSync(join(guest.guest.shared, 'held')));
      await guest.insertDisk();
      expect(await guest.autorun()).toBe(noAnswer);
      // It might have been one that Windows was just starting.
      expect((await guest.log()).match(/stage: trial/g)).toHaveLength(3);
      expect(guest.installed()).toEqual({});
      expect(await guest.startedAtLogOn()).toBe('');
      expect(await letIn(guest)).toEqual([]);
      expect(await guest.filesWith(guest.secret)).toEqual([]);

      await guest.shutDown();
      expect(await guest.autorun()).toBe(0);
      await serves(guest);
    },
    timeoutMs,
  );
});

test(
  'an installer that is killed in any stage leaves a whole agent to Windows, and the next one goes on',
  async () => {
    const guest = await started();
    // Large enough for the stages that read or write them to last.
    const files = await Promise.all(['even', 'odd'].map((mark) => guest.agentMarked(mark, 4_000_000)));
    const versions = files.map((file) => ({ file, agent: readFileSync(file), secret: newSecret() }));
    const version = (index: number) => versions[index % 2] ?? expect.fail();
    const insert = async ({ file, secret }: { file: string; secret: string }) =>
      await guest.insertDisk({ agent: file, secret });
    await insert(version(0));
    expect(await guest.autorun()).toBe(0);

    const stages = ['copy', 'stop', 'trial', 'register', 'clean-up'];
    const ends = [];
    for (const [index, stage] of stages.entries()) {
      await rm(guest.logFile);
      await insert(version(index + 1));
      ends.push(`${stage}: ${await killedIn(guest, stage)}`);
      // What Windows would start now is whole: the agent before, or the new one.
      const [, name = ''] = /XPane\\(agent-\d+)\\xpane-agent/.exec(await guest.startedAtLogOn()) ?? [];
      const { agent, secret } = guest.installed()[name] ?? expect.fail(`nothing is left after ${stage}`);
      const whole = versions.find((each) => each.secret === secret && each.agent.equals(agent));
      expect(whole, `after ${stage}`).toBeDefined();

      expect(await guest.autorun(), `after ${stage}`).toBe(0);
      expect(Object.values(guest.installed()).map((one) => one.secret)).toEqual([version(index + 1).secret]);
    }
    console.log(`killed in ${ends.join(', ')}`);
    await serves(guest, version(stages.length).secret);
    expect(new Set(await letIn(guest)).size).toBe(1);
  },
  timeoutMs,
);

/** Runs the installer and ends it as soon as it says that it is in this stage. Returns what it said last. */
async function killedIn(guest: SetUpGuest, stage: string): Promise<string> {
  const log = '/opt/prefix/drive_c/ProgramData/XPane/install.log';
  const said = `grep -q 'stage: ${stage}' ${log} 2>/dev/null`;
  await guest.guest.shell(
    `"$WINE" '${await guest.autorunProgram()}' & p=$!; until ${said}; do kill -0 $p || break; done; kill -9 $p; wait $p`,
  );
  const lines = (await guest.log()).trim().split('\r\n');
  return lines.at(-1)?.split(' ').slice(3).join(' ') ?? '';
}

describe('a set-up disk is refused that', () => {
  const damages: [string, (xpane: string) => unknown][] = [
    ['has no agent', (xpane) => rmSync(join(xpane, 'agent.exe'))],
    ['has no answers', (xpane) => rmSync(join(xpane, 'answers.ini'))],
    ['has no manifest', (xpane) => rmSync(join(xpane, 'manifest.txt'))],
    ['has no secret', (xpane) => rmSync(join(xpane, 'secret.key'))],
    ['has an empty manifest', (xpane) => writeFileSync(join(xpane, 'manifest.txt'), '')],
    ['has a manifest of something else', (xpane) => writeFileSync(join(xpane, 'manifest.txt'), 'MZ')],
    ['has another agent than it says', (xpane) => appendFile(join(xpane, 'agent.exe'), '!')],
    ['has other answers than it says', (xpane) => appendFile(join(xpane, 'answers.ini'), '\0\0')],
    ['has a secret of another form', (xpane) => writeFileSync(join(xpane, 'secret.key'), 'A'.repeat(64))],
    ['has a wiped secret', (xpane) => writeFileSync(join(xpane, 'secret.key'), Buffer.alloc(64))],
    ['has an endless secret', (xpane) => writeFileSync(join(xpane, 'secret.key'), 'a'.repeat(1 << 20))],
  ];

  test(
    'is not whole',
    async () => {
      const guest = await started();
      for (const [what, damage] of damages) {
        await guest.insertDisk();
        await damage(join(guest.drive, 'xpane'));
        expect(await guest.autorun(), what).toBe(badFolder);
      }
      expect(guest.installed()).toEqual({});
      expect(await guest.startedAtLogOn()).toBe('');
      expect(await letIn(guest)).toEqual([]);
      const log = await guest.log();
      expect(log).toContain('agent.exe is not what manifest.txt says');
      expect(log).not.toContain(guest.secret);
    },
    timeoutMs,
  );
});

test(
  'the guest becomes what the answers say',
  async () => {
    const guest = await started();
    await guest.insertDisk({
      answers: {
        fullName: '李明 Müller',
        organisation: 'Lab',
        computerName: 'NEW-NAME-7',
        timeZoneKey: 'W. Europe Standard Time',
        localeId: '00000407',
        keyboardLayout: '00000407',
      },
    });
    // Wine refuses to set the time zone: what cannot be done is said, and keeps nothing else from being done.
    expect(await guest.autorun()).toBe(notAllApplied);
    expect(await guest.log()).toMatch(/time zone: cannot be applied/);
    await guest.shutDown();
    // Now, for Wine sets the layout anew whenever a program starts.
    const user = await readFile(join(guest.guest.prefix, 'user.reg'), 'latin1');
    expect(user).toMatch(/Keyboard Layout\\\\Preload\][^[]*"1"="00000407"/);
    expect(user).toContain('"Locale"="00000407"');
    expect(user).toMatch(/"sDecimal"=","/);
    await guest.insertDisk({ answers: { organisation: 'Lab', computerName: 'NEWER-NAME-8' } });
    expect(await guest.autorun()).toBe(restartNeeded);
    // Put in again: what was changed since stays.
    const owner = ['HKLM\\Software\\Microsoft\\Windows NT\\CurrentVersion', '/v', 'RegisteredOrganization'];
    await guest.guest.start('C:\\windows\\system32\\reg.exe', ['add', ...owner, '/d', 'Mine', '/f']).exited();
    expect(await guest.autorun()).toBe(0);
    await serves(guest);
    await guest.shutDown();
    const system = await readFile(join(guest.guest.prefix, 'system.reg'), 'latin1');
    expect(system).toContain('"RegisteredOwner"="\\x674e\\x660e M\\xfcller"');
    expect(system).toContain('"RegisteredOrganization"="Mine"');
    expect(system).toMatch(/"ComputerName"="NEWER-NAME-8"/i);
  },
  timeoutMs,
);
