import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClipboardSource, ClipboardType, HostClipboard } from '../../src/presenter/clipboard.ts';
import { internAll } from '../../src/presenter/x11/atoms.ts';
import { createPresenter } from '../../src/presenter/x11/create-presenter.ts';
import { X11Clipboard } from '../../src/presenter/x11/selections/x11-clipboard.ts';
import { connectToX, eventMask, type XConnection } from '../../src/presenter/x11/x11-client.ts';
import { silentLog } from '../../src/shared/log.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

let desktop: XDesktop;
let clipboard: HostClipboard & X11Clipboard;
let folder: string;
beforeAll(async () => {
  desktop = await startXDesktop({ windowManager: 'openbox' });
  folder = mkdtempSync(join(tmpdir(), 'xpane-selection-'));
  const opened = await X11Clipboard.open(desktop.display, silentLog);
  if (!opened) throw new Error('no clipboard');
  clipboard = opened;
}, 60_000);
afterAll(async () => {
  await clipboard?.close();
  await desktop?.stop();
  rmSync(folder, { recursive: true, force: true });
});

class Source implements ClipboardSource {
  asked: ClipboardType[] = [];
  isLost = false;
  readonly types: readonly ClipboardType[];
  readonly content: Uint8Array;
  constructor(content: string | Uint8Array, types: readonly ClipboardType[] = ['text/plain']) {
    this.content = typeof content === 'string' ? Buffer.from(content) : content;
    this.types = types;
  }
  async give(type: ClipboardType) {
    this.asked.push(type);
    return this.content;
  }
  lost() {
    this.isLost = true;
  }
}

function xclip(...args: readonly string[]) {
  return spawn('xclip', ['-selection', 'clipboard', ...args], { stdio: 'ignore', env: desktop.env });
}
async function copy(content: string) {
  const file = join(folder, 'copied');
  writeFileSync(file, content);
  const { serial } = clipboard;
  xclip('-i', file);
  await waitFor('the copy', () => clipboard.serial > serial && clipboard.source === undefined);
}
async function paste(target = 'UTF8_STRING'): Promise<Buffer> {
  const file = join(folder, 'pasted');
  const line = `timeout 10 xclip -selection clipboard -t '${target}' -o > ${file} 2>/dev/null`;
  await new Promise((resolve) =>
    spawn('sh', ['-c', line], { stdio: 'ignore', env: desktop.env }).once('exit', resolve),
  );
  return readFileSync(file);
}

/** A program that asks for the clipboard in its own way. */
async function requestor() {
  const connection = await connectToX(desktop.display, silentLog);
  const atoms = await internAll(connection, [
    'CLIPBOARD',
    'MULTIPLE',
    'TIMESTAMP',
    'UTF8_STRING',
    'ATOM_PAIR',
    'A',
    'B',
    'C',
    'INCR',
    'image/png',
  ] as const);
  const window = connection.client.AllocID();
  const mask = eventMask.PropertyChange ?? 0;
  connection.client.CreateWindow(window, connection.root, 0, 0, 1, 1, 0, 0, 2, 0, { eventMask: mask });
  const notified: number[] = [];
  connection.onEvent((event) => {
    if (event.name === 'SelectionNotify') notified.push(event.property);
  });
  const ask = async (target: number, time = 0) => {
    const before = notified.length;
    connection.client.ConvertSelection(window, atoms.CLIPBOARD, target, atoms.A, time);
    return await waitFor('an answer', () => notified.slice(before).at(0));
  };
  return {
    connection,
    atoms,
    window,
    ask,
    read: (property: number) => propertyOf(connection, window, property),
  };
}
async function propertyOf(connection: XConnection, window: number, property: number) {
  const { client } = connection;
  return await connection.ask<{ type: number; data: Buffer }>((reply) =>
    client.GetProperty(0, window, property, 0, 0, 1_000_000, reply),
  );
}

test('copies and pastes with other programs, large content in pieces', async () => {
  const large = `${'long ☃ '.repeat(200_000)}end`;
  await copy(large);
  expect(await clipboard.types()).toEqual(['text/plain']);
  expect(
    Buffer.from((await clipboard.read('text/plain', { maxBytes: 4e6 })) ?? '').toString() === large,
  ).toBe(true);
  expect(await clipboard.read('text/plain', { maxBytes: 1e6 })).toBeUndefined();
  expect(await clipboard.read('image/png', { maxBytes: 4e6 })).toBeUndefined();
  const source = new Source(large);
  expect(await clipboard.take(source)).toBe(true);
  expect(source.asked).toEqual([]);
  expect(String(await paste()) === large).toBe(true);
  await copy('other');
  expect(source.isLost).toBe(true);
});

test('answers TIMESTAMP and MULTIPLE, and nothing to what was asked before the copy', async () => {
  const program = await requestor();
  const { atoms, connection, window, ask, read } = program;
  await clipboard.take(new Source('many'));
  expect(await ask(atoms.TIMESTAMP)).toBe(atoms.A);
  const time = (await read(atoms.A))?.data.readUInt32LE(0) ?? 0;
  expect(time).toBeGreaterThan(0);
  expect(await ask(atoms.UTF8_STRING, time - 1000)).toBe(0);
  expect(await ask(atoms['image/png'])).toBe(0);
  const pairs = [atoms.UTF8_STRING, atoms.B, atoms['image/png'], atoms.C];
  connection.client.ChangeProperty(0, window, atoms.A, atoms.ATOM_PAIR, 32, pairs);
  expect(await ask(atoms.MULTIPLE)).toBe(atoms.A);
  expect(String((await read(atoms.B))?.data)).toBe('many');
  expect((await read(atoms.A))?.data.readUInt32LE(12)).toBe(0);
  await connection.close();
});

test('an older act of the user does not take what was copied since', async () => {
  const program = await requestor();
  await clipboard.take(new Source('first'));
  await program.ask(program.atoms.TIMESTAMP);
  const time = (await program.read(program.atoms.A))?.data.readUInt32LE(0) ?? 0;
  clipboard.goesBy(() => time);
  await copy('newer');
  expect(await clipboard.take(new Source('older'))).toBe(false);
  expect(String(await paste())).toBe('newer');
  clipboard.goesBy(() => 0);
  await program.connection.close();
});

test('programs that never take their content, or go in the middle of it, hold up nobody', async () => {
  const large = new Source(Buffer.alloc(1_000_000, 'x'));
  await clipboard.take(large);
  const stuck = await requestor();
  for (let i = 0; i < 3; i++) expect(await stuck.ask(stuck.atoms.UTF8_STRING)).toBe(stuck.atoms.A);
  expect((await stuck.read(stuck.atoms.A))?.type).toBe(stuck.atoms.INCR);
  const going = await requestor();
  expect(await going.ask(going.atoms.UTF8_STRING)).toBe(going.atoms.A);
  await going.connection.close();
  expect((await paste()).length).toBe(1_000_000);
  await stuck.connection.close();
  // A program that copied and does not answer: stopped, then gone in the middle.
  const file = join(folder, 'dying');
  writeFileSync(file, 'y'.repeat(3_000_000));
  const { serial } = clipboard;
  const owner = xclip('-quiet', '-i', file);
  await waitFor('the copy', () => clipboard.serial > serial);
  await clipboard.types();
  owner.kill('SIGSTOP');
  const pasted = clipboard.read('text/plain', { maxBytes: 4e6 });
  const cancel = new AbortController();
  const cancelled = clipboard.read('text/plain', { maxBytes: 4e6, signal: cancel.signal });
  cancel.abort();
  expect(await cancelled).toBeUndefined();
  owner.kill('SIGKILL');
  expect(await pasted).toBeUndefined();
  await waitFor('nothing left', async () => (await clipboard.types()).length === 0);
});

test('given up, nothing is there; at the end it goes to the clipboard manager', async () => {
  const source = new Source('given up');
  await clipboard.take(source);
  clipboard.release(source);
  expect((await paste()).length).toBe(0);

  const presenter = await createPresenter({
    display: desktop.display,
    log: silentLog,
    events: { onScreenChanged: () => undefined, onLost: () => undefined },
  });
  const manager = await startManager();
  const kept = new Source('kept', ['text/plain', 'text/html']);
  await presenter.clipboard?.take(kept);
  await presenter.close();
  expect(kept.isLost).toBe(true);
  expect(String(manager.saved())).toBe('kept');
  await manager.close();
});

/** The least of a clipboard manager: when it is asked to save, it fetches the text. */
async function startManager() {
  const connection = await connectToX(desktop.display, silentLog);
  const { client, root } = connection;
  const atoms = await internAll(connection, [
    'CLIPBOARD',
    'CLIPBOARD_MANAGER',
    'UTF8_STRING',
    'NULL',
    'A',
  ] as const);
  const window = client.AllocID();
  client.CreateWindow(window, root, 0, 0, 1, 1, 0, 0, 2, 0, {});
  client.SetSelectionOwner(window, atoms.CLIPBOARD_MANAGER, 0);
  let saved: Buffer | undefined;
  connection.onEvent((event) => {
    if (event.name === 'SelectionNotify') {
      void propertyOf(connection, window, atoms.A).then((content) => {
        saved = content?.data;
        answer?.();
      });
    }
    if (event.name !== 'SelectionRequest') return;
    const { requestor: asking, selection, target, property, time } = event;
    client.ConvertSelection(window, atoms.CLIPBOARD, atoms.UTF8_STRING, atoms.A, 0);
    answer = () => {
      client.ChangeProperty(0, asking, property, atoms.NULL, 32, []);
      const told = { name: 'SelectionNotify', seq: 0, time, requestor: asking, selection, target, property };
      client.SendEvent(asking, 0, 0, told);
    };
  });
  let answer: (() => void) | undefined;
  await connection.sync();
  return { saved: () => saved, close: () => connection.close() };
}
