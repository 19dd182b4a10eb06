import { describe, expect, it } from 'vitest';
import type { KeyEvent } from '../../../src/presenter/presenter.ts';
import { KeyRouter } from '../../../src/seamless/key-router.ts';

const noModifiers = {
  shift: false,
  ctrl: false,
  alt: false,
  altGr: false,
  super: false,
  capsLock: false,
  numLock: false,
};

interface KeyOptions {
  readonly text?: string;
  readonly extended?: boolean;
  readonly modifiers?: Partial<KeyEvent['modifiers']>;
}

function key(scancode: number, down: boolean, options: KeyOptions = {}): KeyEvent {
  return {
    scancode,
    extended: options.extended ?? false,
    down,
    text: options.text,
    modifiers: { ...noModifiers, ...options.modifiers },
  };
}

const sent = (scancode: number, down: boolean, extended = false) => ({
  type: 'key',
  scancode,
  extended,
  down,
});

describe('a key of the host', () => {
  it('goes as the key where host and guest type the same', () => {
    const router = new KeyRouter();
    expect(router.route(key(0x1e, true, { text: 'a' }))).toEqual([sent(0x1e, true)]);
    expect(router.route(key(0x1e, false, { text: 'a' }))).toEqual([sent(0x1e, false)]);
  });

  it('goes as the key with Shift too', () => {
    const router = new KeyRouter();
    const shifted = { text: 'A', modifiers: { shift: true } };
    expect(router.route(key(0x2a, true))).toEqual([sent(0x2a, true)]);
    expect(router.route(key(0x1e, true, shifted))).toEqual([sent(0x1e, true)]);
  });

  it('goes as text where the layouts differ, and its release as nothing', () => {
    const router = new KeyRouter();
    expect(router.route(key(0x15, true, { text: 'z' }))).toEqual([{ type: 'text', text: 'z' }]);
    expect(router.route(key(0x15, false, { text: 'z' }))).toEqual([]);
    expect(router.route(key(0x27, true, { text: 'ö' }))).toEqual([{ type: 'text', text: 'ö' }]);
  });

  it('goes as text while Caps Lock is on, which the guest never sees', () => {
    const router = new KeyRouter();
    expect(router.route(key(0x3a, true, { modifiers: { capsLock: true } }))).toEqual([]);
    expect(router.route(key(0x1e, true, { text: 'A', modifiers: { capsLock: true } }))).toEqual([
      { type: 'text', text: 'A' },
    ]);
  });

  it('is the key that carries the letter while Ctrl is held', () => {
    const router = new KeyRouter();
    const german = { text: 'z', modifiers: { ctrl: true } };
    expect(router.route(key(0x15, true, german))).toEqual([sent(0x2c, true)]);
    // Ctrl may be up first: the release must still be the key that was pressed.
    expect(router.route(key(0x15, false, { text: 'z' }))).toEqual([sent(0x2c, false)]);
  });

  it('repeats', () => {
    const router = new KeyRouter();
    router.route(key(0x4d, true, { extended: true }));
    expect(router.route(key(0x4d, true, { extended: true }))).toEqual([sent(0x4d, true, true)]);
  });

  it('is nothing when only its release is seen', () => {
    expect(new KeyRouter().route(key(0x1c, false))).toEqual([]);
  });
});

describe('the right Alt key', () => {
  it('stays on the host as AltGr, whose text goes as Unicode', () => {
    const router = new KeyRouter();
    expect(router.route(key(0x38, true, { extended: true }))).toEqual([]);
    expect(router.route(key(0x10, true, { text: '@', modifiers: { altGr: true } }))).toEqual([
      { type: 'text', text: '@' },
    ]);
    expect(router.route(key(0x10, false, { text: '@', modifiers: { altGr: true } }))).toEqual([]);
    expect(router.route(key(0x38, false, { extended: true, modifiers: { altGr: true } }))).toEqual([]);
  });

  it('is Alt with the next key where it is no AltGr', () => {
    const router = new KeyRouter();
    router.route(key(0x38, true, { extended: true }));
    expect(router.route(key(0x21, true, { text: 'f', modifiers: { alt: true } }))).toEqual([
      sent(0x38, true, true),
      sent(0x21, true),
    ]);
    expect(router.route(key(0x38, false, { extended: true, modifiers: { alt: true } }))).toEqual([
      sent(0x38, false, true),
    ]);
  });

  it('is a tap when pressed alone', () => {
    const router = new KeyRouter();
    router.route(key(0x38, true, { extended: true }));
    expect(router.route(key(0x38, false, { extended: true, modifiers: { alt: true } }))).toEqual([
      sent(0x38, true, true),
      sent(0x38, false, true),
    ]);
  });
});

it('forgets held keys on reset', () => {
  const router = new KeyRouter();
  router.route(key(0x1d, true));
  router.reset();
  expect(router.route(key(0x1d, false))).toEqual([]);
});
