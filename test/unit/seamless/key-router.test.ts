import { describe, expect, it } from 'vitest';
import type { KeyEvent } from '../../../src/presenter/presenter.ts';
import { KeyRouter, type RoutedKey } from '../../../src/seamless/key-router.ts';

const noModifiers = {
  shift: false,
  ctrl: false,
  alt: false,
  altGr: false,
  super: false,
  capsLock: false,
  numLock: false,
  scrollLock: false,
};

interface KeyOptions {
  readonly text?: string;
  readonly extended?: boolean;
  readonly seen?: boolean;
  readonly kept?: boolean;
  readonly composed?: boolean;
  readonly modifiers?: Partial<KeyEvent['modifiers']>;
}

function key(scancode: number, down: boolean, options: KeyOptions = {}): KeyEvent {
  return {
    scancode,
    extended: options.extended ?? false,
    down,
    seen: options.seen ?? true,
    kept: options.kept ?? false,
    composed: options.composed ?? false,
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

const locks = (caps: boolean, num = false, scroll = false) => ({ type: 'lock-state', caps, num, scroll });
/** Without the first word about locks, which every router begins with. */
const routed = (router: KeyRouter, event: KeyEvent): RoutedKey[] =>
  router.route(event).filter(({ type }) => type !== 'lock-state');

describe('a key of the host', () => {
  it('goes as the key where host and guest type the same', () => {
    const router = new KeyRouter();
    expect(routed(router, key(0x1e, true, { text: 'a' }))).toEqual([sent(0x1e, true)]);
    expect(routed(router, key(0x1e, false, { text: 'a' }))).toEqual([sent(0x1e, false)]);
  });

  it('goes as the key with Shift too', () => {
    const router = new KeyRouter();
    const shifted = { text: 'A', modifiers: { shift: true } };
    expect(routed(router, key(0x2a, true))).toEqual([sent(0x2a, true)]);
    expect(routed(router, key(0x1e, true, shifted))).toEqual([sent(0x1e, true)]);
  });

  it('goes as text where the layouts differ, and its release as nothing', () => {
    const router = new KeyRouter();
    expect(routed(router, key(0x15, true, { text: 'z' }))).toEqual([{ type: 'text', text: 'z' }]);
    expect(routed(router, key(0x15, false, { text: 'z' }))).toEqual([]);
    expect(routed(router, key(0x27, true, { text: 'ö' }))).toEqual([{ type: 'text', text: 'ö' }]);
  });

  it('is the key that carries the letter while Ctrl is held', () => {
    const router = new KeyRouter();
    const german = { text: 'z', modifiers: { ctrl: true } };
    expect(routed(router, key(0x15, true, german))).toEqual([sent(0x2c, true)]);
    // Ctrl may be up first: the release must still be the key that was pressed.
    expect(routed(router, key(0x15, false, { text: 'z' }))).toEqual([sent(0x2c, false)]);
  });

  it('repeats', () => {
    const router = new KeyRouter();
    routed(router, key(0x4d, true, { extended: true }));
    expect(routed(router, key(0x4d, true, { extended: true }))).toEqual([sent(0x4d, true, true)]);
  });

  it('is nothing when only its release is seen', () => {
    expect(new KeyRouter().route(key(0x1c, false))).toEqual([]);
  });
});

describe('locks', () => {
  const caps = { capsLock: true };

  it('are told before the first key and whenever they changed, and their keys stay on the host', () => {
    const router = new KeyRouter();
    expect(router.route(key(0x1e, true, { text: 'a' }))).toEqual([locks(false), sent(0x1e, true)]);
    expect(router.route(key(0x1e, false))).toEqual([sent(0x1e, false)]);
    expect(router.route(key(0x3a, true))).toEqual([]);
    expect(router.route(key(0x3a, false, { modifiers: caps }))).toEqual([]);
    const capital = key(0x1e, true, { text: 'A', modifiers: caps });
    expect(router.route(capital)).toEqual([locks(true), sent(0x1e, true)]);
    expect(router.route(capital)).toEqual([sent(0x1e, true)]);
    router.reset();
    expect(router.route(capital)).toEqual([locks(true), sent(0x1e, true)]);
  });

  it('make capitals of letters alone, once', () => {
    const router = new KeyRouter();
    const shifted = { capsLock: true, shift: true };
    expect(routed(router, key(0x1e, true, { text: 'a', modifiers: shifted }))).toEqual([sent(0x1e, true)]);
    expect(routed(router, key(0x02, true, { text: '1', modifiers: caps }))).toEqual([sent(0x02, true)]);
    expect(routed(router, key(0x27, true, { text: 'Ö', modifiers: caps }))).toEqual([
      { type: 'text', text: 'Ö' },
    ]);
  });

  it('let the numeric pad be itself', () => {
    const router = new KeyRouter();
    const num = { numLock: true };
    expect(router.route(key(0x47, true, { text: '7', modifiers: num }))).toEqual([
      locks(false, true),
      sent(0x47, true),
    ]);
    expect(routed(router, key(0x47, true))).toEqual([sent(0x47, true)]);
    // A German pad has a comma; Shift without Num Lock makes digits on X and moves on Windows.
    expect(routed(router, key(0x53, true, { text: ',', modifiers: num }))).toEqual([
      { type: 'text', text: ',' },
    ]);
    expect(routed(router, key(0x48, true, { text: '8', modifiers: { shift: true } }))).toEqual([
      { type: 'text', text: '8' },
    ]);
    expect(routed(router, key(0x35, true, { text: '/', extended: true }))).toEqual([sent(0x35, true, true)]);
  });

  it('leave Alt and the numeric pad to Windows’ character codes', () => {
    const router = new KeyRouter();
    const event = key(0x52, true, { text: '0', modifiers: { alt: true, numLock: true } });
    expect(routed(router, event)).toEqual([sent(0x52, true)]);
  });
});

describe('what the host keeps', () => {
  it('goes nowhere, its effect as text, though the guest’s layout had the same key', () => {
    const router = new KeyRouter();
    expect(routed(router, key(0x38, true, { extended: true, kept: true }))).toEqual([]);
    expect(routed(router, key(0x28, true, { kept: true }))).toEqual([]);
    expect(routed(router, key(0x28, false, { kept: true }))).toEqual([]);
    expect(routed(router, key(0x28, true, { text: "'", composed: true }))).toEqual([
      { type: 'text', text: "'" },
    ]);
    expect(routed(router, key(0x28, false))).toEqual([]);
    expect(routed(router, key(0x38, false, { extended: true, kept: true }))).toEqual([]);
  });

  it('is cut to messages of the protocol’s size, never within a character', () => {
    const text = `x${'😀'.repeat(40)}`;
    const messages = routed(new KeyRouter(), key(0, true, { text, composed: true }));
    const parts = messages.map((message) => (message.type === 'text' ? message.text : ''));
    expect(parts.map(({ length }) => length)).toEqual([63, 18]);
    expect(parts.join('')).toBe(text);
  });
});

describe('shortcuts', () => {
  it.each([
    ['Ctrl+Shift+letter by the letter', 0x15, 'Z', { ctrl: true, shift: true }, 0x2c],
    ['Ctrl+Shift+sign by the place', 0x08, '/', { ctrl: true, shift: true }, 0x08],
    ['Ctrl with a letter of another script by the place', 0x2e, 'с', { ctrl: true }, 0x2e],
    ['Alt+letter by the letter', 0x15, 'z', { alt: true }, 0x2c],
    ['Alt+Space', 0x39, ' ', { alt: true }, 0x39],
  ])('%s', (_name, scancode, text, modifiers, expected) => {
    expect(routed(new KeyRouter(), key(scancode, true, { text, modifiers }))).toEqual([sent(expected, true)]);
  });
});

describe('the Windows key', () => {
  const windows = (down: boolean) => key(0x5b, down, { extended: true });

  it('does nothing alone', () => {
    const router = new KeyRouter();
    expect(routed(router, windows(true))).toEqual([]);
    expect(routed(router, windows(false))).toEqual([]);
  });

  it('goes before a key that is pressed with it', () => {
    const router = new KeyRouter();
    routed(router, windows(true));
    const withR = key(0x13, true, { text: 'r', modifiers: { super: true } });
    expect(routed(router, withR)).toEqual([sent(0x5b, true, true), sent(0x13, true)]);
    expect(routed(router, windows(true))).toEqual([]);
    expect(routed(router, withR)).toEqual([sent(0x13, true)]);
    expect(routed(router, windows(false))).toEqual([sent(0x5b, false, true)]);
  });
});

describe('what was not seen', () => {
  it('Ctrl that was held when the focus came is pressed; Alt only with another key', () => {
    const router = new KeyRouter();
    expect(router.route(key(0x1d, true, { seen: false }))).toEqual([sent(0x1d, true)]);
    expect(router.route(key(0x38, true, { seen: false }))).toEqual([]);
    const modifiers = { ctrl: true, alt: true };
    expect(routed(router, key(0x1e, true, { text: 'a', modifiers }))).toEqual([
      sent(0x38, true),
      sent(0x1e, true),
    ]);
    expect(router.route(key(0x38, false))).toEqual([sent(0x38, false)]);
  });

  it('a release is no tap', () => {
    const router = new KeyRouter();
    router.route(key(0x38, true));
    const cancel = { type: 'key-cancel', scancode: 0x38, extended: false };
    expect(router.route(key(0x38, false, { seen: false }))).toEqual([cancel]);
  });
});

it('forgets held keys on reset', () => {
  const router = new KeyRouter();
  router.route(key(0x1d, true));
  router.reset();
  expect(router.route(key(0x1d, false))).toEqual([]);
});
