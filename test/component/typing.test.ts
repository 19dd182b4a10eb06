import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTypingRig, type TypingRig, type Witness } from './fixtures/typing-rig.ts';

/** Text by every layout of the host, letter for letter in a real Win32 edit control. */

let rig: TypingRig;
let witness: Witness;

/** X keycodes of keys of the PC keyboard, by what they are on the US layout. */
const code = new Map<string, number>([
  ...([...'1234567890-='].map((name, i) => [name, 10 + i]) as [string, number][]),
  ...([...'qwertyuiop[]'].map((name, i) => [name, 24 + i]) as [string, number][]),
  ...([..."asdfghjkl;'`"].map((name, i) => [name, 38 + i]) as [string, number][]),
  ...([...'\\zxcvbnm,./'].map((name, i) => [name, 51 + i]) as [string, number][]),
  ['space', 65],
  ['102nd', 94],
]);
const modifier = new Map([
  ['shift', 50],
  ['altgr', 108],
]);

let expected = '';

/** Presses keys by their place; the modifier before a `+` is held meanwhile. */
async function press(...names: string[]): Promise<void> {
  const words = names.flatMap((name) => {
    const [, held = '', key = ''] = /^(?:([a-z]+)\+)?(.+)$/.exec(name) ?? [];
    const down = modifier.get(held);
    const tap = ['key', String(code.get(key) ?? expect.fail(`no key ${key}`))];
    return down === undefined ? tap : ['keydown', String(down), ...tap, 'keyup', String(down)];
  });
  await rig.desktop.tool('xdotool', ...words);
}

async function types(text: string): Promise<void> {
  expected += text;
  await witness.untilText(expected);
}

beforeAll(async () => {
  rig = await startTypingRig();
  witness = await rig.open('typing');
}, 300_000);
afterAll(() => rig?.stop());
beforeEach(async () => {
  expected = await witness.text();
  await rig.desktop.tool('setxkbmap', '-layout', 'us', '-variant', '', '-option', '');
});

it('US', async () => {
  await press('a', 'shift+a', '1', 'shift+1', 'space', ';', 'shift+;', 'shift+2', '\\');
  await types('aA1! ;:@\\');
});

it('German: swapped letters, umlauts, AltGr, dead keys', async () => {
  await rig.desktop.tool('setxkbmap', 'de');
  await press('y', 'z', ';', 'shift+[', '-', 'altgr+q', 'altgr+e', 'altgr+7', 'shift+7', '102nd');
  await types('zyöÜß@€{/<');
  // Dead acute, dead circumflex, and a dead key for itself by the space bar.
  await press('=', 'e', '`', 'a', 'shift+=', 'shift+a', '=', 'space');
  await types("éâÀ'");
});

it('French: digits with Shift, letters elsewhere, dead circumflex', async () => {
  await rig.desktop.tool('setxkbmap', 'fr');
  await press('q', 'a', 'shift+1', '2', '[', 'o', 'shift+[', 'e', ';', 'altgr+0');
  await types('aq1éôëm@');
});

it('Spanish, with its dead keys', async () => {
  await rig.desktop.tool('setxkbmap', 'es');
  await press(';', "'", 'a', "shift+'", 'shift+o', 'shift+;', '[', 'e', 'shift+=');
  await types('ñáÖÑè¿');
});

it('US international: quotes are dead', async () => {
  await rig.desktop.tool('setxkbmap', 'us', '-variant', 'intl');
  await press("'", 'e', "shift+'", 'o', '`', 'a', "'", 'c', "'", 'space', "'", "'");
  await types("éöàć'´");
});

it('Russian, Dvorak, Japanese', async () => {
  await rig.desktop.tool('setxkbmap', 'ru');
  await press('a', 'shift+q', 'z', '.', '/', 'shift+3');
  await types('фЙяю.№');
  await rig.desktop.tool('setxkbmap', 'us', '-variant', 'dvorak');
  await press('q', 's', 'e', 'n', 'shift+q', ';');
  await types('\'o.b"s');
  await rig.desktop.tool('setxkbmap', 'jp');
  await press('a', 'shift+2', '[', "'", 'shift+7');
  await types('a"@:\'');
});

it('Compose sequences', async () => {
  await rig.desktop.tool('setxkbmap', '-layout', 'us', '-option', 'compose:menu');
  const compose = async (...keys: string[]) => {
    await rig.desktop.tool('xdotool', 'key', '135');
    await press(...keys);
  };
  await compose('o', 'c');
  await compose('shift+a', 'shift+e');
  await compose('=', 'e');
  await compose('-', '-', '-');
  await types('©Æ€—');
  // A sequence that leads nowhere vanishes whole; what follows is typed.
  await compose('q');
  await press('a');
  await types('a');
});

it('switches layouts while running, by shortcut, between two keys', async () => {
  await rig.desktop.tool('setxkbmap', '-layout', 'us,ru,de', '-option', 'grp:alt_shift_toggle');
  const toggle = [64, 50, -50, -64];
  await rig.desktop.keyEvents(38, -38, ...toggle, 38, -38, ...toggle, 29, -29, ...toggle, 29, -29);
  await types('aфzy');
});

it('a new layout counts from the first key after it', async () => {
  for (const [layout, letter] of [
    ['de', 'z'],
    ['us', 'y'],
    ['ru', 'н'],
    ['us', 'y'],
  ] as const) {
    await rig.desktop.tool('sh', '-c', `setxkbmap ${layout}; xdotool key 29`);
    await types(letter);
  }
});

it('text of no key: what an on-screen keyboard or a macro puts in', async () => {
  await rig.desktop.tool('xdotool', 'type', '--delay', '60', '→Ω');
  await types('→Ω');
});

it('capitals by Caps Lock, which the guest follows, once', async () => {
  const press38 = ['key', '38', 'keydown', '50', 'key', '38', 'keyup', '50', 'key', '10'];
  await rig.desktop.tool('xdotool', 'key', '66', ...press38, 'key', '66', ...press38);
  await types('Aa1aA1');
  await rig.desktop.tool('setxkbmap', 'de');
  await rig.desktop.tool('xdotool', 'key', '66', 'key', '47', 'key', '29', 'key', '66', 'key', '47');
  await types('ÖZö');
});

it('the numeric pad by Num Lock: digits, and keys that move', async () => {
  // Num Lock on, 7 4 comma, off, Left, on again with Shift: Home, then a letter there.
  await rig.desktop.tool('xdotool', 'key', '77', 'key', '79', 'key', '83', 'key', '91', 'key', '77');
  await types('74.');
  await rig.desktop.tool('xdotool', 'key', '83', 'key', '38');
  expected = `${expected.slice(0, -1)}a.`;
  await witness.untilText(expected);
  await rig.desktop.tool('xdotool', 'key', '115', 'key', '38');
  expected = `${expected}a`;
  await witness.untilText(expected);
});

it('repeats what is held', async () => {
  await rig.desktop.key('y');
  await types('y');
  await witness.until('its release', (lines) => lines.at(-1)?.startsWith('release 59') ?? false);
  await witness.forget();
  await rig.desktop.keyHold('x', true);
  await witness.until(
    'repeats',
    (lines) => lines.filter((line) => line.startsWith('press 58 repeat')).length > 3,
  );
  await rig.desktop.keyHold('x', false);
  await witness.until('the release', (lines) => lines.some((line) => line.startsWith('release 58')));
  const keys = await witness.keys();
  expect(keys[0]).toBe('press 58');
  expect(keys.slice(1, -1).every((line) => line === 'press 58 repeat')).toBe(true);
});
