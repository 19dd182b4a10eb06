import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { ShareJournal } from '../../src/redirection/shares/share-journal.ts';
import { ShareRelay } from '../../src/redirection/shares/share-relay.ts';
import { silentLog } from '../../src/shared/log.ts';
import { fileRule } from '../../src/workspace/file-rule.ts';
import { holdFile } from './fixtures/hold-file.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { waitFor } from './fixtures/wait-for.ts';

/** The agent's side of shared folders, under Wine. */

let agent: RunningAgent;
let bridge: GuestBridge;
/** Of a share, as the host sees it. */
let files: string;
const root = mkdtempSync(join(tmpdir(), 'xpane-agent-share-'));
const shareId = 'abcdef0123456789';
const wait = { timeoutMs: 10_000 };
const refused = (code: string) => expect.objectContaining({ code });
const folderThere = () => join(files, shareId);

beforeAll(async () => {
  agent = await startAgent();
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port: agent.port } as const;
  bridge = new GuestBridge({ endpoint, secret: agent.secret, log: silentLog });
  await bridge.ready({ timeoutMs: 20_000 });
  const found = await agent.guest.shell(`find /opt/prefix/drive_c/users -type d -path '*XPane/Files'`);
  files = join(agent.guest.prefix, found.output.trim().replace('/opt/prefix/', ''));
}, 300_000);
afterAll(async () => {
  await bridge?.close();
  await agent?.stop();
  rmSync(root, { recursive: true });
});

/** A line for cmd, as a user would type it; what it prints. */
async function typed(line: string): Promise<string> {
  writeFileSync(join(agent.guest.shared, 'line.bat'), `@echo off\r\n${line}\r\n`);
  const { output } = await agent.guest
    .start('C:\\windows\\system32\\cmd.exe', ['/c', 'Z:\\run\\xpane\\line.bat'])
    .exited();
  return output;
}

const personal = async () =>
  (
    await typed(
      'reg query "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\User Shell Folders" /v Personal',
    )
  ).trim();

async function put(path: string[], text: string) {
  const content = Buffer.from(text);
  const file = {
    documentId: shareId,
    path,
    sizeBytes: content.length,
    modifiedMs: Date.now(),
    readOnly: false,
  };
  const { stamp } = await bridge.files.put(
    file,
    (async function* () {
      yield content;
    })(),
  );
  return { documentId: shareId, path, stamp };
}

test('a share is a drive and My Documents, until it is closed, and there nowhere else', async () => {
  const before = await personal();
  await bridge.shares.open({ documentId: shareId, drive: 'S', documents: true }, wait);
  await put(['Grüße', 'a.txt'], 'from the host');
  expect(await typed('type S:\\Grüße\\a.txt & dir /b S:\\')).toContain('Gr');
  expect(await typed('for /d %%d in (S:\\*) do type "%%d\\a.txt"')).toContain('from the host');
  await typed('echo typed> S:\\b.txt');
  expect(readFileSync(join(folderThere(), 'b.txt'), 'utf8').trim()).toBe('typed');
  expect(await personal()).toContain(shareId);
  // The same again changes nothing; another letter is another place.
  await bridge.shares.open({ documentId: shareId, drive: 'S', documents: true }, wait);
  await bridge.shares.open({ documentId: shareId, drive: 'T', documents: false }, wait);
  expect(await personal()).toBe(before);
  expect(await typed('if exist S:\\b.txt echo there')).not.toContain('there');
  expect(await typed('if exist T:\\b.txt echo there')).toContain('there');
  // What is something else's stays that.
  const taken = bridge.shares.open({ documentId: shareId, drive: 'Z', documents: false }, wait);
  await expect(taken).rejects.toThrow(refused('bridge.file-in-use'));
  await bridge.shares.open({ documentId: shareId, drive: 'T', documents: true }, wait);
  await bridge.shares.close(shareId, wait);
  expect(await typed('if exist T:\\b.txt echo there')).not.toContain('there');
  expect(await personal()).toBe(before);
  expect(existsSync(join(folderThere(), 'b.txt'))).toBe(true);
}, 60_000);

test('files and folders go and move only as the host knows them', async () => {
  const file = await put(['x', 'one.txt'], 'one');
  await expect(bridge.shares.remove(file, '0'.repeat(16), wait)).rejects.toThrow(
    refused('bridge.file-changed'),
  );
  await expect(bridge.shares.remove({ ...file, path: ['x', 'none'] }, file.stamp, wait)).rejects.toThrow(
    refused('bridge.file-not-found'),
  );
  {
    await using _ = await holdFile(agent.guest, join(folderThere(), 'x/one.txt'));
    await expect(bridge.shares.remove(file, file.stamp, wait)).rejects.toThrow(refused('bridge.file-in-use'));
  }
  const other = await put(['two.txt'], 'two');
  const taken = bridge.shares.move(file, file.stamp, ['two.txt'], wait);
  await expect(taken).rejects.toThrow(refused('bridge.file-changed'));
  await bridge.shares.move(file, file.stamp, ['y', 'moved.txt'], wait);
  expect(readFileSync(join(folderThere(), 'y/moved.txt'), 'utf8')).toBe('one');
  await bridge.shares.remove({ ...file, path: ['y', 'moved.txt'] }, file.stamp, wait);
  await bridge.shares.remove(other, other.stamp, wait);
  expect(existsSync(join(folderThere(), 'y/moved.txt'))).toBe(false);
  await bridge.shares.makeFolder({ documentId: shareId, path: ['m', 'n'] }, wait);
  await expect(bridge.shares.removeFolder({ documentId: shareId, path: ['m'] }, wait)).rejects.toThrow(
    refused('bridge.file-changed'),
  );
  await bridge.shares.removeFolder({ documentId: shareId, path: ['m', 'n'] }, wait);
  expect(existsSync(join(folderThere(), 'm/n'))).toBe(false);
  expect(existsSync(join(dirname(files), 'Incoming'))).toBe(true);
}, 30_000);

test('a folder of the host is the same on both sides', async () => {
  const id = '00000000000000aa';
  const folder = join(root, 'Shared');
  mkdirSync(join(folder, 'sub/empty'), { recursive: true });
  writeFileSync(join(folder, 'sub/a.txt'), 'from the host');
  const journal = await ShareJournal.open(join(root, 'journal'), {
    shareId: id,
    folder,
    name: 'Shared',
    readOnly: false,
  });
  const all = { toGuest: fileRule('all'), fromGuest: fileRule('all') };
  const relay = new ShareRelay({
    ...{ guest: bridge, journal, readOnly: false, workspaceName: 'Office', trashFolder: join(root, 'trash') },
    ...{
      shown: { drive: 'U', documents: false },
      rules: () => all,
      limits: () => ({ maxFiles: 100, maxBytes: 1e6 }),
    },
    ...{ onChange: () => undefined, onNotice: () => undefined, log: silentLog },
    timing: { goneMs: 1000, lookMs: 1000 },
  });
  const stops = [
    bridge.on('documentFile', (file) => relay.told(file)),
    bridge.on('documentFileGone', (name) => relay.gone(name)),
  ];
  try {
    relay.ready();
    await waitFor('it is there', () => existsSync(join(files, id, 'sub/a.txt')));
    await waitFor('the folder is there', () => existsSync(join(files, id, 'sub/empty')));
    await typed(
      'echo edited> U:\\sub\\a.txt & echo new> U:\\new.txt & echo mz> U:\\bad.exe & md U:\\deep\\er & echo x> U:\\deep\\er\\x.txt',
    );
    await waitFor('the edit is here', () =>
      readFileSync(join(folder, 'sub/a.txt'), 'utf8').startsWith('edited'),
    );
    await waitFor(
      'the new ones are here',
      () => existsSync(join(folder, 'new.txt')) && existsSync(join(folder, 'deep/er/x.txt')),
    );
    expect(existsSync(join(folder, 'bad.exe'))).toBe(false);
    await typed('del U:\\new.txt & rd /s /q U:\\deep');
    await waitFor(
      'they are gone here',
      () => !existsSync(join(folder, 'new.txt')) && !existsSync(join(folder, 'deep')),
    );
    rmSync(join(folder, 'sub'), { recursive: true });
    await waitFor('they are gone there', () => !existsSync(join(files, id, 'sub')));
  } finally {
    for (const stop of stops) stop();
    await relay.close();
    await journal.close();
  }
}, 60_000);
