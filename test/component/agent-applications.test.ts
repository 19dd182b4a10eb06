import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { guestFolder } from '../../src/appliance/recipe.ts';
import { HostTalk } from './fixtures/host-talk.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { shellLink } from './fixtures/shell-link.ts';

let agent: RunningAgent;
beforeAll(async () => {
  agent = await startAgent();
}, 300_000);
afterAll(() => agent?.stop());

async function opened(): Promise<HostTalk> {
  const talk = await HostTalk.open(agent.port, agent.secret);
  onTestFinished(() => talk.hangUp());
  return talk;
}

async function applicationNamed(talk: HostTalk, name: string) {
  const { application } = await talk.message(
    'application-published',
    (one) => one.application.name === name,
    15_000,
  );
  return application;
}

const menu = () => join(agent.guest.prefix, 'drive_c/ProgramData/Microsoft/Windows/Start Menu/Programs');

describe('launch', () => {
  test('a published application starts and its process is told', async () => {
    const talk = await opened();
    const { applicationId } = await applicationNamed(talk, 'Notepad');
    const start = performance.now();
    talk.say({ type: 'launch', requestId: 1, applicationId });
    const result = await talk.message('launch-result', ({ requestId }) => requestId === 1);
    console.log(`launch of Notepad answered in ${(performance.now() - start).toFixed(0)} ms`);
    expect(result).toMatchObject({ outcome: 'started', systemError: 0 });
    expect(result.processId).toBeGreaterThan(0);
    const created = await talk.message('window-created', ({ window }) => window.className === 'Notepad');
    expect(created.window.processId).toBe(result.processId);
  });

  test('many starts at once are all answered', async () => {
    const talk = await opened();
    const { applicationId } = await applicationNamed(talk, 'Minesweeper');
    for (let requestId = 10; requestId < 14; requestId++)
      talk.say({ type: 'launch', requestId, applicationId });
    for (let id = 10; id < 14; id++) {
      const result = await talk.message('launch-result', ({ requestId }) => requestId === id);
      expect(result.outcome).toBe('started');
    }
  });

  test('an id that is not published starts nothing', async () => {
    const talk = await opened();
    talk.say({ type: 'launch', requestId: 2, applicationId: '0123456789abcdef' });
    const result = await talk.message('launch-result', ({ requestId }) => requestId === 2);
    expect(result).toMatchObject({ outcome: 'not-published', processId: 0 });
  });

  test('a shortcut to a program that is gone: not found, with Windows’ error', async () => {
    const talk = await opened();
    const program = join(agent.guest.prefix, 'drive_c/gone.exe');
    await writeFile(program, await readFile(join(agent.guest.prefix, 'drive_c/windows/system32/winver.exe')));
    await makeShortcut('Gone', 'C:\\gone.exe');
    const { applicationId } = await applicationNamed(talk, 'Gone');
    await rm(program);
    talk.say({ type: 'launch', requestId: 3, applicationId });
    const result = await talk.message('launch-result', ({ requestId }) => requestId === 3);
    expect(result).toMatchObject({ outcome: 'not-found', processId: 0, systemError: 2 });
  });

  test('a file that is no program: failed, with Windows’ error', async () => {
    const talk = await opened();
    await writeFile(join(agent.guest.prefix, 'drive_c/broken.exe'), 'this is no program');
    await makeShortcut('Broken', 'C:\\broken.exe');
    const { applicationId } = await applicationNamed(talk, 'Broken');
    talk.say({ type: 'launch', requestId: 4, applicationId });
    const result = await talk.message('launch-result', ({ requestId }) => requestId === 4);
    expect(result.outcome).toBe('failed');
    expect(result.systemError).not.toBe(0);
  });
});

describe('Start Menu', () => {
  test('every shortcut is published with folder, target, arguments and icon', async () => {
    const talk = await opened();
    const notepad = await applicationNamed(talk, 'Notepad');
    expect(notepad).toMatchObject({
      folder: ['Accessories'],
      target: 'C:\\windows\\system32\\notepad.exe',
      arguments: '',
    });
    expect(await applicationNamed(talk, 'File Manager')).toMatchObject({ arguments: 'C:\\' });
    const icon = talk.icons.find(
      (one) => one.readBigUInt64LE(8).toString(16).padStart(16, '0') === notepad.iconId,
    );
    expect(icon).toBeDefined();
    expect(icon?.readUInt16LE(2)).toBe(48);
    expect(icon?.length).toBe(16 + 48 * 48 * 4);
    // Neither empty nor without transparency.
    const alphas = new Set(Array.from({ length: 48 * 48 }, (_, i) => icon?.[16 + i * 4 + 3]));
    expect(alphas).toContain(0);
    expect(alphas).toContain(255);
  });

  test('it is told which files an application opens, and again when that changes', async () => {
    const talk = await opened();
    expect((await applicationNamed(talk, 'Notepad')).extensions).toEqual(
      expect.arrayContaining(['ini', 'log', 'txt']),
    );
    expect((await applicationNamed(talk, 'WordPad')).extensions).toEqual(
      expect.arrayContaining(['rtf', 'wri']),
    );
    // It has an argument.
    expect((await applicationNamed(talk, 'File Manager')).extensions).toBeUndefined();
    const set = async (key: string, text: string) => {
      const args = ['add', `HKLM\\Software\\Classes\\${key}`, '/ve', '/d', text, '/f'];
      await agent.guest.start('C:\\windows\\system32\\reg.exe', args).exited();
    };
    await set('xptfile\\shell\\open\\command', 'C:\\Program Files\\Windows NT\\Accessories\\WORDPAD.EXE /p');
    await set('.XPT', 'xptfile');
    await talk.message(
      'application-published',
      ({ application }) => application.name === 'WordPad' && application.extensions?.includes('xpt') === true,
      5_000,
    );
  });

  test('all applications of the built-in guest have an icon, each its own', async () => {
    const talk = await opened();
    await talk.message('ready');
    const table = await readFile(join(guestFolder, 'start-menu.txt'), 'utf8');
    const rows = table.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const names = rows.map((line) => line.split('|')[1] ?? '');
    expect(names.length).toBeGreaterThan(8);
    const iconIds = new Map<string, string | undefined>();
    for (const name of names) iconIds.set(name, (await applicationNamed(talk, name)).iconId);
    expect(names.filter((name) => iconIds.get(name) === undefined)).toEqual([]);
    expect(new Set(iconIds.values()).size).toBe(names.length);
  });

  test('ids stay the same from one connection to the next', async () => {
    const first = await applicationNamed(await opened(), 'Registry Editor');
    const second = await applicationNamed(await opened(), 'Registry Editor');
    expect(second.applicationId).toBe(first.applicationId);
  });

  test('a shortcut that is made is published, and withdrawn when it goes', async () => {
    const talk = await opened();
    const start = performance.now();
    await makeShortcut('Grüße 日本', 'C:\\windows\\system32\\notepad.exe');
    const application = await applicationNamed(talk, 'Grüße 日本');
    console.log(`new shortcut published after ${(performance.now() - start).toFixed(0)} ms`);
    expect(application).toMatchObject({ folder: ['New Folder'], arguments: '' });

    const removed = performance.now();
    await rm(join(menu(), 'New Folder/Grüße 日本.lnk'));
    await talk.message(
      'application-withdrawn',
      ({ applicationId }) => applicationId === application.applicationId,
      15_000,
    );
    console.log(`removed shortcut withdrawn after ${(performance.now() - removed).toFixed(0)} ms`);
  });

  test('a broken shortcut harms nobody', async () => {
    const talk = await opened();
    await writeFile(join(menu(), 'Junk.lnk'), Buffer.alloc(5000, 0xcc));
    await writeFile(join(menu(), 'Empty.lnk'), '');
    await makeShortcut('After the junk', 'C:\\windows\\system32\\notepad.exe');
    await applicationNamed(talk, 'After the junk');
    expect(talk.closeCode).toBeUndefined();
  });
});

/** Writes a shortcut into "New Folder" of the Start Menu. */
async function makeShortcut(name: string, target: string): Promise<void> {
  await mkdir(join(menu(), 'New Folder'), { recursive: true });
  await writeFile(join(menu(), 'New Folder', `${name}.lnk`), shellLink(target));
}
