import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClipboardRelay } from '../../../../src/redirection/clipboard/clipboard-relay.ts';
import type { ClipboardRules } from '../../../../src/redirection/clipboard/clipboard-rules.ts';
import { XPaneError } from '../../../../src/shared/errors.ts';
import { silentLog } from '../../../../src/shared/log.ts';
import { FakeFiles, FakeGuest, FakeHost } from './fakes.ts';

const signal = new AbortController().signal;
const all = { kinds: 'all', maxBytes: 1000, maxFilesBytes: 7000 } as const;
let host: FakeHost;
let guest: FakeGuest;
let files: FakeFiles;
let rules: ClipboardRules;
let relay: ClipboardRelay;

const pass = async () => {
  await vi.advanceTimersByTimeAsync(0);
};
const guestCopies = async (formats: ('files' | 'text')[]) => {
  relay.guestOffered({ offerId: 1, formats });
  await pass();
};
const pasteInGuest = async (format: 'files') => {
  const given = await guest.give?.(format, signal, () => undefined);
  return typeof given === 'string' ? given : Buffer.from(given ?? []).toString();
};

beforeEach(() => {
  vi.useFakeTimers();
  [host, guest, files] = [new FakeHost(), new FakeGuest(), new FakeFiles()];
  rules = { toGuest: all, fromGuest: all };
  const parts = { guest, host, rules: () => rules, files, log: silentLog };
  relay = new ClipboardRelay({ ...parts, now: () => 100_000 });
});
afterEach(() => {
  relay.close();
  vi.useRealTimers();
});

describe('files', () => {
  const tooLarge = () => new XPaneError('copied.too-large', 'x', 'y');
  beforeEach(async () => {
    host.content = { 'text/plain': '/a', 'text/uri-list': 'file:///a' };
    guest.content = { files: 'id 5 a' };
    relay.focus(true);
    await pass();
  });

  it('are put into the guest when they are pasted there, and only then', async () => {
    expect(guest.offers).toEqual([['text', 'files']]);
    expect(files.done).toEqual(['guest moved on']);
    expect(await pasteInGuest('files')).toBe('names in the guest');
    expect(files.done).toEqual(['guest moved on', 'into file:///a 7000']);
  });

  it('are offered by the rules, and to whoever takes them', async () => {
    rules = { toGuest: { ...all, kinds: 'text' }, fromGuest: all };
    expect(await pasteInGuest('files')).toBe('refused');
    host.changed();
    await pass();
    expect(guest.offers.at(-1)).toEqual(['text']);
    rules = { toGuest: all, fromGuest: all };
    guest.takesFiles = false;
    host.changed();
    await pass();
    expect(guest.offers.at(-1)).toEqual(['text']);
    expect(files.done.filter((done) => done !== 'guest moved on')).toEqual([]);
  });

  it('of this computer are nothing to a guest without the focus; what is on its way goes on', async () => {
    host.onRead = () => relay.focus(false);
    expect(await pasteInGuest('files')).toBe('refused');
    relay.focus(true);
    host.onRead = () => host.copy({ 'text/uri-list': 'file:///secret' });
    expect(await pasteInGuest('files')).toBe('gone');
    host.onRead = () => undefined;
    await pass();
    expect(files.done.filter((done) => done.startsWith('into'))).toEqual([]);
    files.during = () => relay.focus(false);
    expect(await pasteInGuest('files')).toBe('names in the guest');
  });

  it('that do not cross are a refusal, and the user is told', async () => {
    files.during = () => {
      throw tooLarge();
    };
    expect(await pasteInGuest('files')).toBe('too-large');
    expect(files.done.at(-1)).toBe('failed copied.too-large');
    await guestCopies(['files']);
    expect(await host.read('text/uri-list')).toBeUndefined();
    expect(files.done.at(-1)).toBe('failed copied.too-large');
    files.during = () => undefined;
    expect(String(await host.read('text/uri-list'))).toBe('file:///here');
  });

  it('of the guest whose names are too much are too many', async () => {
    await guestCopies(['files']);
    guest.read = async () => {
      throw new XPaneError('bridge.clipboard-too-large', 'x', 'y');
    };
    expect(await host.read('text/uri-list')).toBeUndefined();
    expect(files.done.at(-1)).toBe('failed copied.too-many');
  });

  it('of the guest are fetched once, when they are pasted, and stay when the guest goes', async () => {
    await guestCopies(['files', 'text']);
    expect(await host.types()).toEqual(['text/uri-list', 'text/plain']);
    await relay.keep();
    expect(files.done.filter((done) => done.startsWith('from'))).toEqual([]);
    await host.read('text/uri-list');
    expect(String(await host.read('text/uri-list'))).toBe('file:///here');
    expect(files.done.filter((done) => done.startsWith('from'))).toEqual(['from id 5 a 7000']);
    guest.gone = true;
    relay.guestLost();
    expect(String(await host.read('text/uri-list'))).toBe('file:///here');
    host.copy({ 'text/plain': 'other' });
    expect(files.done.at(-1)).toBe('host moved on');
  });

  it('that were never pasted go with their guest', async () => {
    await guestCopies(['files']);
    relay.guestLost();
    expect(host.source).toBeUndefined();
  });
});
