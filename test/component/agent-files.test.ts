import { createHash } from 'node:crypto';
import {
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { fileKey, type GuestFile } from '../../src/guest-bridge/guest-files.ts';
import { encodeChunk } from '../../src/guest-bridge/protocol/chunk-codec.ts';
import { limits } from '../../src/guest-bridge/protocol/limits.ts';
import { silentLog } from '../../src/shared/log.ts';
import { holdFile } from './fixtures/hold-file.ts';
import { HostTalk } from './fixtures/host-talk.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { waitFor } from './fixtures/wait-for.ts';

let agent: RunningAgent;
let bridge: GuestBridge;
/** The documents' folder, as the host sees it. */
let folder: string;
const noon = Date.UTC(2024, 1, 29, 12, 0, 0, 250);
let documents = 0;
const newDocument = () => (++documents).toString(16).padStart(16, '0');

beforeAll(async () => {
  agent = await startAgent();
  bridge = connect();
  await bridge.ready({ timeoutMs: 20_000 });
  const users = join(agent.guest.prefix, 'drive_c/users');
  const found = await agent.guest.shell(`find /opt/prefix/drive_c/users -type d -path '*XPane/Files'`);
  folder = join(agent.guest.prefix, found.output.trim().replace('/opt/prefix/', ''));
  expect(folder.startsWith(users)).toBe(true);
}, 300_000);
afterAll(async () => {
  await bridge?.close();
  await agent?.stop();
});

function connect(): GuestBridge {
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port: agent.port } as const;
  return new GuestBridge({ endpoint, secret: agent.secret, log: silentLog });
}

/** Some pieces of odd sizes. */
async function* piecesOf(content: Buffer) {
  for (let at = 0; at < content.length; at += 300_001) yield content.subarray(at, at + 300_001);
}

async function put(name: string[], content: Buffer, part: { readOnly?: boolean; documentId?: string } = {}) {
  const documentId = part.documentId ?? newDocument();
  const file = { documentId, path: name, sizeBytes: content.length, modifiedMs: noon };
  const { stamp } = await bridge.files.put({ ...file, readOnly: part.readOnly ?? false }, piecesOf(content));
  return { documentId, path: name, stamp, onDisk: join(folder, documentId, ...name) };
}

async function get(file: { documentId: string; path: readonly string[] }) {
  const chunks: Buffer[] = [];
  const got = await bridge.files.get(file, async (chunk) => void chunks.push(Buffer.from(chunk)));
  return { ...got, content: Buffer.concat(chunks) };
}

const told = (file: { documentId: string; path: readonly string[] }) => bridge.files.files.get(fileKey(file));

/** Waits until the guest tells something of this file that fits. */
const untilTold = (
  file: { documentId: string; path: readonly string[] },
  what: string,
  fits: (file: GuestFile) => boolean,
) =>
  waitFor(what, () => {
    const now = told(file);
    return now && fits(now) ? now : undefined;
  });

const patterned = (sizeBytes: number) => {
  const content = Buffer.alloc(sizeBytes);
  for (let i = 0; i < sizeBytes; i++) content[i] = (i * 7 + (i >> 8) * 13) & 0xff;
  return content;
};
const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const incoming = () => readdir(join(dirname(folder), 'Incoming'));
const refused = (code: string) => expect.objectContaining({ code });

describe('content', () => {
  // The last is more than goes to the disk at once, and than may be under way.
  test.each([0, 1, 36 * 1024 * 1024])('%i bytes there and back, with time and stamp', async (sizeBytes) => {
    const content = patterned(sizeBytes);
    const file = await put(['data.bin'], content);
    expect(hash(await readFile(file.onDisk))).toBe(hash(content));
    expect(Math.round((await stat(file.onDisk)).mtimeMs)).toBe(noon);
    const got = await get(file);
    expect(got).toMatchObject({ stamp: file.stamp, sizeBytes, modifiedMs: noon });
    expect(hash(got.content)).toBe(hash(content));
    expect(await incoming()).toEqual([]);
    expect(await untilTold(file, 'the file', () => true)).toMatchObject({ stamp: file.stamp, sizeBytes });
  });

  test('names of every plane, in folders, and read-only', async () => {
    const path = ['Grüße', '日本', 'a😀b 𠀀 \u{e0100}\ue000.text'];
    const file = await put(path, Buffer.from('text'), { readOnly: true });
    expect(await readFile(file.onDisk, 'utf8')).toBe('text');
    expect((await stat(file.onDisk)).mode & 0o222).toBe(0);
    expect((await get(file)).content.toString()).toBe('text');
    await untilTold(file, 'the file', ({ stamp }) => stamp === file.stamp);
    // The host's own mark is no lock.
    const again = await put(path, Buffer.from('newer'), { documentId: file.documentId });
    expect(again.stamp).not.toBe(file.stamp);
    expect((await get(file)).content.toString()).toBe('newer');
  });

  test('what is not what the host expects is neither replaced nor removed', async () => {
    const file = await put(['kept.txt'], Buffer.from('first'));
    const over = async (expect: { stamp: string } | 'absent', content: string) => {
      const data = Buffer.from(content);
      const { documentId, path } = file;
      const described = {
        documentId,
        path,
        sizeBytes: data.length,
        modifiedMs: noon,
        readOnly: true,
        expect,
      };
      return await bridge.files.put(described, piecesOf(data));
    };
    const content = () => readFile(file.onDisk, 'utf8');
    const unexpected = refused('bridge.file-unexpected');
    await expect(over('absent', 'x')).rejects.toThrow(unexpected);
    await expect(over({ stamp: '0'.repeat(16) }, 'x')).rejects.toThrow(unexpected);
    expect([await content(), await incoming()]).toEqual(['first', []]);
    const second = await over({ stamp: file.stamp }, 'second');
    // Read-only is the host's own mark.
    const third = await over(second, 'third');
    expect([await content(), await incoming()]).toEqual(['third', []]);
    await unlink(file.onDisk);
    await expect(over(third, 'x')).rejects.toThrow(unexpected);
    await over('absent', 'fourth');
    expect([await content(), await incoming()]).toEqual(['fourth', []]);
    // Saved just now: nobody has told the host of it.
    await writeFile(join(dirname(file.onDisk), 'more.txt'), 'saved');
    expect(await bridge.files.forget(file.documentId, { timeoutMs: 5000 })).toBe(false);
    expect(await readFile(join(dirname(file.onDisk), 'more.txt'), 'utf8')).toBe('saved');
    await untilTold({ ...file, path: ['more.txt'] }, 'the file beside', () => true);
    expect(await bridge.files.forget(file.documentId, { timeoutMs: 5000 })).toBe(true);
    expect(await readdir(folder)).not.toContain(file.documentId);
  });

  test('a file that is not there, and one that others have open', async () => {
    await expect(get({ documentId: newDocument(), path: ['none.txt'] })).rejects.toThrow(
      refused('bridge.file-not-found'),
    );
    const file = await put(['open.txt'], Buffer.from('mine'));
    await using holder = await holdFile(agent.guest, file.onDisk);
    await expect(get(file)).rejects.toThrow(refused('bridge.file-in-use'));
    await expect(put(['open.txt'], Buffer.from('x'), file)).rejects.toThrow(refused('bridge.file-in-use'));
    expect(await untilTold(file, 'that it is in use', ({ inUse }) => inUse)).toMatchObject({
      stamp: file.stamp,
    });
    expect(await bridge.files.forget(file.documentId, { timeoutMs: 5000 })).toBe(false);
    await holder.letGo();
    await untilTold(file, 'that it is free', ({ inUse }) => !inUse);
    expect((await get(file)).content.toString()).toBe('mine');
    expect(await incoming()).toEqual([]);
  });

  test('a file that changes while it is read has no content of one moment', async () => {
    const file = await put(['busy.bin'], patterned(3 * limits.wideTransferWindowBytes));
    let takes = 0;
    const changing = bridge.files.get(file, async () => {
      if (++takes === 2) await utimes(file.onDisk, new Date(), new Date());
    });
    await expect(changing).rejects.toThrow(refused('bridge.file-changed'));
    takes = 10;
    const cut = bridge.files.get(file, async () => {
      if (++takes === 12) await truncate(file.onDisk, 1000);
    });
    await expect(cut).rejects.toThrow(refused('bridge.file-changed'));
  });

  test('cancelled in the middle, nothing half is left, and the next one works', async () => {
    const documentId = newDocument();
    const file = { documentId, path: ['half.bin'], sizeBytes: 8 << 20, modifiedMs: noon, readOnly: false };
    const stop = new AbortController();
    const content = async function* () {
      yield patterned(4 << 20);
      await waitFor('the half of it', async () => (await incoming()).length === 1);
      stop.abort();
    };
    const cancelled = bridge.files.put(file, content(), { signal: stop.signal });
    await expect(cancelled).rejects.toThrow(refused('bridge.file-cancelled'));
    await waitFor('an empty folder', async () => (await incoming()).length === 0);
    expect(await readdir(folder)).not.toContain(documentId);
    const whole = await put(['whole.bin'], patterned(3 << 20));
    const half = new AbortController();
    const got = bridge.files.get(whole, async () => half.abort(), { signal: half.signal });
    await expect(got).rejects.toThrow(refused('bridge.file-cancelled'));
    expect((await get(whole)).sizeBytes).toBe(3 << 20);
  });

  test('more at once than the protocol allows take turns', async () => {
    const files = await Promise.all(
      Array.from({ length: 20 }, (_, i) => put([`${i}.txt`], Buffer.from(`content ${i}`))),
    );
    const contents = await Promise.all(files.map((file) => get(file)));
    expect(contents.map(({ content }) => content.toString())).toEqual(files.map((_, i) => `content ${i}`));
  });

  test('a connection lost in the middle of a put and a get leaves nothing half', async () => {
    const file = await put(['whole.bin'], patterned(6 << 20));
    const other = connect();
    onTestFinished(() => other.close());
    await other.ready({ timeoutMs: 20_000 });
    // It has taken the agent over; what it had told is told again.
    expect(other.files.files.get(fileKey(file))).toMatchObject({ stamp: file.stamp });
    const documentId = newDocument();
    const half = { documentId, path: ['half.bin'], sizeBytes: 8 << 20, modifiedMs: noon, readOnly: false };
    const content = async function* () {
      yield patterned(4 << 20);
      await waitFor('the half of it', async () => (await incoming()).length === 1);
      await other.close();
    };
    await expect(other.files.put(half, content())).rejects.toThrow(refused('bridge.closed'));
    await waitFor('an empty folder', async () => (await incoming()).length === 0);
    expect(await readdir(folder)).not.toContain(documentId);
    await bridge.close();
    bridge = connect();
    await bridge.ready({ timeoutMs: 20_000 });
    expect((await get(file)).sizeBytes).toBe(6 << 20);
  });
});

describe('what becomes of a document', () => {
  test('saved by writing, by renaming and by truncating: told with another stamp, complete', async () => {
    const file = await put(['saved.txt'], Buffer.from('old'));
    let { stamp } = await untilTold(file, 'the file', () => true);
    const saves = [
      () => writeFile(file.onDisk, 'written'),
      async () => {
        await writeFile(`${file.onDisk}.tmp`, 'renamed');
        await rename(`${file.onDisk}.tmp`, file.onDisk);
      },
      async () => {
        await unlink(file.onDisk);
        await writeFile(file.onDisk, 'made anew');
      },
      () => truncate(file.onDisk, 4),
    ];
    const gone: string[] = [];
    onTestFinished(bridge.on('documentFileGone', ({ path }) => gone.push(path.join('/'))));
    for (const save of saves) {
      await save();
      const before = stamp;
      ({ stamp } = await untilTold(file, 'the new content', (now) => now.stamp !== before));
      expect((await get(file)).stamp).toBe(stamp);
    }
    expect((await get(file)).content.toString()).toBe('made');
    expect(gone).not.toContain('saved.txt');
    const beside = { documentId: file.documentId, path: ['beside.txt'] };
    await writeFile(join(dirname(file.onDisk), 'beside.txt'), 'new');
    await untilTold(beside, 'the file beside', ({ sizeBytes }) => sizeBytes === 3);
    await unlink(join(dirname(file.onDisk), 'beside.txt'));
    await waitFor('that it is gone', () => told(beside) === undefined && gone.includes('beside.txt'));
  });

  test('what a program keeps open for writing is told when it lets go', async () => {
    const file = await put(['held.txt'], Buffer.from('old'));
    await untilTold(file, 'the file', () => true);
    await using holder = await holdFile(agent.guest, file.onDisk);
    await writeFile(file.onDisk, 'while it is held');
    await untilTold(file, 'that it is in use', ({ inUse, stamp }) => inUse && stamp === file.stamp);
    await holder.letGo();
    await untilTold(file, 'the new content', ({ inUse, sizeBytes }) => !inUse && sizeBytes === 16);
  });

  test('opened in Notepad: in use as long as that runs; then it can be forgotten', async () => {
    const file = await put(['note.ini'], Buffer.from('hello'));
    const result = await bridge.files.open(file, { timeoutMs: 10_000 });
    expect(result).toMatchObject({ outcome: 'started', systemError: 0 });
    const notepad = await waitFor('Notepad', () =>
      [...bridge.model.windows.values()].find(({ title }) => title.startsWith('note')),
    );
    expect(notepad.className).toBe('Notepad');
    await untilTold(file, 'that it is in use', ({ inUse }) => inUse);
    expect(await bridge.files.forget(file.documentId, { timeoutMs: 5000 })).toBe(false);
    bridge.send({ type: 'window-close', windowId: notepad.windowId });
    await untilTold(file, 'that it is free', ({ inUse }) => !inUse);
    expect(await bridge.files.forget(file.documentId, { timeoutMs: 5000 })).toBe(true);
    expect(told(file)).toBeUndefined();
    expect(await readdir(folder)).not.toContain(file.documentId);
    expect(await bridge.files.forget(file.documentId, { timeoutMs: 5000 })).toBe(true);
  });

  test('dropped on a window that takes files: its program has them; other windows take none', async () => {
    const drop = (windowId: number, ...files: { documentId: string; path: string[] }[]) =>
      bridge.files.drop(files, { windowId, x: 60, y: 60 }, { timeoutMs: 10_000 });
    const windows = () => [...bridge.model.windows.values()];
    const windowOf = (text: string) =>
      waitFor(text, () => windows().find(({ className, title }) => `${className}/${title}`.includes(text)));
    const file = await put(['dropped é.txt'], Buffer.from('hello'));
    agent.guest.start('C:\\windows\\system32\\notepad.exe');
    const { windowId, processId } = await windowOf('Untitled - Notepad');
    const program = { ...file, path: ['winver.exe'] };
    expect((await drop(windowId, file, program)).outcome).toBe('not-published');
    // Wine's Notepad says that it takes files only after it has shown its window.
    const taken = await waitFor('a taker', async () =>
      [await drop(windowId, file)].find(({ outcome }) => outcome !== 'not-taken'),
    );
    expect(taken).toEqual({ outcome: 'started', processId, systemError: 0 });
    expect((await windowOf('dropped é.txt - Notepad')).windowId).toBe(windowId);
    await untilTold(file, 'that it is in use', ({ inUse }) => inUse);
    bridge.send({ type: 'window-close', windowId });
    await untilTold(file, 'that it is free', ({ inUse }) => !inUse);
    const gone = await drop(windowId, file);
    agent.guest.start('C:\\windows\\system32\\winver.exe');
    const other = await windowOf('#32770/');
    expect([gone.outcome, (await drop(other.windowId, file)).outcome]).toEqual(['not-taken', 'not-taken']);
    bridge.send({ type: 'window-close', windowId: other.windowId });
  });

  test('opened with a published application; programs are not opened at all', async () => {
    const file = await put(['with space.dat'], Buffer.from('hello'));
    const notepad = [...bridge.model.applications.values()].find(({ name }) => name === 'Notepad');
    expect(notepad).toBeDefined();
    const { applicationId = '' } = notepad ?? {};
    const wait = { timeoutMs: 10_000 };
    expect((await bridge.files.open({ ...file, applicationId }, wait)).outcome).toBe('started');
    const window = await waitFor('Notepad', () =>
      [...bridge.model.windows.values()].find(({ title }) => title.startsWith('with space')),
    );
    bridge.send({ type: 'window-close', windowId: window.windowId });
    const program = await put(['winver.exe'], Buffer.from('MZ'));
    expect((await bridge.files.open(program, wait)).outcome).toBe('not-published');
    expect((await bridge.files.open({ ...program, applicationId }, wait)).outcome).toBe('not-published');
    expect((await bridge.files.open({ ...file, path: ['none.txt'] }, wait)).outcome).toBe('not-found');
    const stranger = await put(['who.knows'], Buffer.from('hello'));
    expect(await bridge.files.open(stranger, wait)).toMatchObject({
      outcome: 'not-found',
      systemError: 1155,
    });
  });
});

describe('a host that breaks the protocol is closed, and the next one served', () => {
  const documentId = 'f'.repeat(16);
  const whole = { documentId, path: ['a'], modifiedUnixMs: noon, readOnly: false };
  const say = (talk: HostTalk, transferId: number, sizeBytes: number) =>
    talk.say({ type: 'file-put', ...whole, transferId, sizeBytes });
  const piece = (talk: HostTalk, transferId: number, offset: number, sizeBytes: number) =>
    talk.socket.send(encodeChunk({ transferId, offset, data: new Uint8Array(sizeBytes) }));

  test.each<[string, (talk: HostTalk) => void]>([
    ['a wrong offset', (talk) => [say(talk, 1, 10), piece(talk, 1, 1, 1)]],
    ['more than announced', (talk) => [say(talk, 1, 10), piece(talk, 1, 0, 11)]],
    ['a piece of a transfer that never was', (talk) => piece(talk, 1, 0, 1)],
    ['nine at once', (talk) => Array.from({ length: 9 }, (_, i) => say(talk, i + 1, 1))],
    ['an id used again', (talk) => [say(talk, 7, 1), say(talk, 7, 1)]],
    ['an acknowledgement of nothing', (talk) => talk.say({ type: 'transfer-ack', transferId: 1, bytes: 0 })],
    ['another kind of binary message', (talk) => talk.socket.send(Buffer.from([1, 2, 3]))],
    ['too long a piece', (talk) => [say(talk, 1, 1 << 20), piece(talk, 1, 0, limits.transferChunkBytes + 1)]],
  ])('%s', async (_, attack) => {
    const talk = await HostTalk.open(agent.port, agent.secret);
    onTestFinished(() => talk.hangUp());
    attack(talk);
    expect(await talk.closed()).toBe(4400);
    await waitFor('an empty folder', async () => (await incoming()).length === 0);
    expect(await readdir(folder)).not.toContain(documentId);
  });
});

test('what an agent before left half done is swept, and documents are told anew', async () => {
  await bridge.close();
  const half = join(dirname(folder), 'Incoming', '77');
  await mkdir(half);
  await writeFile(join(half, 'half'), 'half', { mode: 0o444 });
  const kept = newDocument();
  await mkdir(join(folder, kept));
  await writeFile(join(folder, kept, 'kept.txt'), 'kept');
  await agent.guest.shell(
    `for p in /proc/[0-9]*; do
    tr '\\0' ' ' < "$p/cmdline" | grep -q 'xpane-agent.exe.*--worker' && kill -9 "\${p#/proc/}"; done`.replaceAll(
      '\n',
      ' ',
    ),
  );
  await waitFor('another worker', async () => (await agent.log()).split('listening on').length > 2, 20_000);
  const port = Number((await agent.log()).match(/.*listening on 127\.0\.0\.1:(\d+)/s)?.[1]);
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port } as const;
  bridge = new GuestBridge({ endpoint, secret: agent.secret, log: silentLog });
  await bridge.ready({ timeoutMs: 20_000 });
  expect(bridge.files.files.get(`${kept}/kept.txt`)).toMatchObject({ sizeBytes: 4, inUse: false });
  expect(await incoming()).toEqual([]);
});
