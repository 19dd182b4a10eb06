import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClipboardRelay } from '../../../../src/redirection/clipboard/clipboard-relay.ts';
import type { ClipboardRules } from '../../../../src/redirection/clipboard/clipboard-rules.ts';
import type { GuestFormat } from '../../../../src/redirection/clipboard/formats.ts';
import type { GuestPort } from '../../../../src/redirection/clipboard/ports.ts';
import { XPaneError } from '../../../../src/shared/errors.ts';
import { silentLog } from '../../../../src/shared/log.ts';
import { FakeGuest, FakeHost } from './fakes.ts';

const signal = new AbortController().signal;
const all = { kinds: 'all', maxBytes: 1000, maxFilesBytes: 7000 } as const;
let host: FakeHost;
let guest: FakeGuest;
let rules: ClipboardRules;
let relay: ClipboardRelay;
let offerId = 0;
let now = 0;

const relayTo = (port: GuestPort) =>
  new ClipboardRelay({
    guest: port,
    host,
    rules: () => rules,
    log: silentLog,
    now: () => now,
  });
const pass = async (ms = 0) => {
  now += ms;
  await vi.advanceTimersByTimeAsync(ms);
};
const guestCopies = async (formats: GuestFormat[] = ['text']) => {
  relay.guestOffered({ offerId: ++offerId, formats });
  await pass();
};
const pasteOnHost = async () => String((await host.read('text/plain')) ?? '');
const pasteInGuest = async (format: GuestFormat = 'text') => {
  const given = await guest.give?.(format, signal, () => undefined);
  return typeof given === 'string' ? given : Buffer.from(given ?? []).toString();
};

beforeEach(() => {
  vi.useFakeTimers();
  [host, guest, now] = [new FakeHost(), new FakeGuest(), 100_000];
  rules = { toGuest: all, fromGuest: all };
  relay = relayTo(guest);
});
afterEach(() => {
  relay.close();
  vi.useRealTimers();
});

describe('to the guest', () => {
  it('is told by names when the focus comes, read only when somebody pastes', async () => {
    host.changed();
    await pass();
    expect(guest.offers).toEqual([]);
    relay.focus(true);
    await pass();
    expect(guest.offers).toEqual([['text']]);
    expect(host.reads).toBe(0);
    expect(await pasteInGuest()).toBe('host');
    host.copy({ 'text/plain': 'new', 'text/html': '<b>', 'image/bmp': '' });
    await pass();
    expect(guest.offers.at(-1)).toEqual(['text', 'html', 'image']);
    host.copy({});
    await pass();
    expect(guest.offers.at(-1)).toEqual([]);
  });

  it('is refused without the focus, and when it is no longer that', async () => {
    relay.focus(true);
    await pass();
    relay.focus(false);
    expect(await pasteInGuest()).toBe('refused');
    expect(host.reads).toBe(0);
    host.copy({ 'text/plain': 'secret' });
    await pass();
    expect(guest.offers).toHaveLength(1);
    relay.focus(true);
    expect(await pasteInGuest()).toBe('gone');
    await pass();
    expect(await pasteInGuest()).toBe('secret');
  });

  it('is refused when the focus or the right to it goes, or it is replaced, while it is read', async () => {
    relay.focus(true);
    await pass();
    host.onRead = () => relay.focus(false);
    expect(await pasteInGuest()).toBe('refused');
    relay.focus(true);
    host.onRead = () => {
      rules = { toGuest: { kinds: 'none', maxBytes: 1000, maxFilesBytes: 1000 }, fromGuest: all };
    };
    expect(await pasteInGuest()).toBe('refused');
    rules = { toGuest: all, fromGuest: all };
    host.onRead = () => host.copy({ 'text/plain': 'secret of another' });
    expect(await pasteInGuest()).toBe('gone');
    expect(host.reads).toBe(3);
  });

  it('crosses as the rules say', async () => {
    rules = { toGuest: { kinds: 'text', maxBytes: 5, maxFilesBytes: 5 }, fromGuest: all };
    host.content = { 'text/plain': 'x\ny\nz', 'image/png': '' };
    relay.focus(true);
    await pass();
    expect(guest.offers).toEqual([['text']]);
    expect(await pasteInGuest()).toBe('too-large');
    rules = { toGuest: { kinds: 'none', maxBytes: 5, maxFilesBytes: 5 }, fromGuest: all };
    expect(await pasteInGuest()).toBe('refused');
  });

  it('does not cross without rules', async () => {
    relay.close();
    const broken = () => {
      throw new XPaneError('policy.broken', 'x', 'y');
    };
    relay = new ClipboardRelay({ guest, host, rules: broken, log: silentLog });
    relay.focus(true);
    await pass();
    expect(guest.offers).toEqual([[]]);
    expect(await pasteInGuest()).toBe('refused');
  });

  it('is told anew after another connection', async () => {
    relay.focus(true);
    await pass();
    relay.guestLost();
    relay.guestReady();
    await pass();
    expect(guest.offers).toHaveLength(2);
  });
});

describe('from the guest', () => {
  it('takes the clipboard while the user works there, and is not offered back', async () => {
    relay.focus(true);
    await pass();
    await guestCopies();
    expect(host.taken).toHaveLength(1);
    expect(guest.reads).toBe(0);
    expect(await pasteOnHost()).toBe('guest');
    expect(await pasteOnHost()).toBe('guest');
    expect(guest.reads).toBe(1);
    expect(guest.offers).toHaveLength(1);
  });

  it('does not take it without the focus, but for a moment after', async () => {
    await guestCopies();
    relay.focus(true);
    relay.focus(false);
    await pass(2_001);
    await guestCopies();
    expect(host.taken).toHaveLength(0);
    relay.focus(true);
    relay.focus(false);
    await pass(500);
    await guestCopies();
    expect(host.taken).toHaveLength(1);
    await pass(60_000);
    // It owns the clipboard, and could say anything there anyway.
    await guestCopies();
    expect(host.taken).toHaveLength(2);
    host.copy({ 'text/plain': 'of the host' });
    await pass(60_000);
    await guestCopies();
    expect(await pasteOnHost()).toBe('of the host');
  });

  it('crosses as the rules say, and what may not cross gives up what was there', async () => {
    relay.focus(true);
    await pass();
    await guestCopies(['text', 'image']);
    expect(await host.types()).toEqual(['text/plain', 'image/png', 'image/bmp']);
    rules = { toGuest: all, fromGuest: { kinds: 'text', maxBytes: 10, maxFilesBytes: 10 } };
    expect(await host.types()).toEqual(['text/plain']);
    await pass(200);
    await guestCopies(['image']);
    expect(host.source).toBeUndefined();
  });

  it('a flood comes a few times a second, the last of it for sure', async () => {
    relay.focus(true);
    for (let i = 0; i < 1000; i++) {
      relay.guestOffered({ offerId: ++offerId, formats: i === 999 ? ['rtf'] : ['text'] });
      await pass(1);
    }
    await pass(200);
    expect(host.taken.length).toBeLessThan(15);
    expect(host.source?.types).toEqual(['text/rtf']);
  });

  it('what was pasted once stays when the guest goes, the rest is given up', async () => {
    relay.focus(true);
    await pass();
    await guestCopies(['text', 'html']);
    await pasteOnHost();
    guest.gone = true;
    relay.guestLost();
    expect(await host.types()).toEqual(['text/plain']);
    expect(await pasteOnHost()).toBe('guest');
    guest.gone = false;
    await pass(200);
    await guestCopies();
    relay.guestLost();
    expect(host.source).toBeUndefined();
  });

  it('nothing stays on the clipboard of a guest that is lost while it is taken', async () => {
    relay.focus(true);
    await pass();
    host.onTake = () => relay.guestLost();
    await guestCopies();
    expect(host.taken).toHaveLength(1);
    expect(host.source).toBeUndefined();
    host.onTake = () => undefined;
    await pass(200);
    await guestCopies();
    expect(host.source).toBe(host.taken[1]);
    host.onTake = () => relay.guestLost();
    host.refuses = true;
    await pass(200);
    await guestCopies();
    // Another connection is not asked by the numbers of this one.
    relay.guestReady();
    expect(await pasteOnHost()).toBe('');
    expect(guest.reads).toBe(0);
    expect(host.source).toBeUndefined();
  });

  it('a guest that owns the clipboard takes it without the focus every few seconds', async () => {
    relay.focus(true);
    await pass();
    await guestCopies();
    relay.focus(false);
    await pass(500);
    await guestCopies();
    await pass(200);
    await guestCopies();
    // Who copies and turns away at once does not wait.
    expect(host.taken).toHaveLength(3);
    await pass(2_000);
    for (let i = 0; i < 100; i++) {
      relay.guestOffered({ offerId: ++offerId, formats: i === 99 ? ['rtf'] : ['text'] });
      await pass(100);
    }
    await pass(3_000);
    expect(host.taken.length).toBeLessThan(9);
    expect(host.source?.types).toEqual(['text/rtf']);
    relay.guestOffered({ offerId: ++offerId, formats: ['text'] });
    host.copy({ 'text/plain': 'of the host' });
    await pass(10_000);
    expect(await pasteOnHost()).toBe('of the host');
  });

  it('what waits is taken at once when the user comes back', async () => {
    relay.focus(true);
    await pass();
    await guestCopies();
    relay.focus(false);
    await pass(2_500);
    await guestCopies(['rtf']);
    expect(host.source?.types).toEqual(['text/plain']);
    relay.focus(true);
    await pass();
    expect(host.source?.types).toEqual(['text/rtf']);
  });

  it('is made once of what the guest has, however often it is asked for', async () => {
    relay.focus(true);
    await pass();
    await guestCopies();
    expect(await host.read('text/plain')).toBe(await host.read('text/plain'));
  });

  it('what may be pasted later is fetched before an orderly end', async () => {
    relay.focus(true);
    await pass();
    await guestCopies(['text']);
    await relay.keep();
    guest.gone = true;
    relay.close();
    expect(await pasteOnHost()).toBe('guest');
  });

  it('a guest that does not answer gives nothing and is asked again', async () => {
    relay.focus(true);
    await pass();
    await guestCopies();
    guest.gone = true;
    expect(await pasteOnHost()).toBe('');
    guest.gone = false;
    expect(await pasteOnHost()).toBe('guest');
  });

  it('reaches another guest by its rules, when that has the focus', async () => {
    const other = new FakeGuest();
    const second = relayTo(other);
    relay.focus(true);
    await pass();
    await guestCopies();
    expect(other.offers).toEqual([]);
    relay.focus(false);
    second.focus(true);
    await pass();
    expect(other.offers).toEqual([['text']]);
    expect(Buffer.from((await other.give?.('text', signal, () => undefined)) as Uint8Array).toString()).toBe(
      'guest',
    );
    second.close();
  });
});
