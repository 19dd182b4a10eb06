import { describe, expect, it } from 'vitest';
import type { PresenterRig, RecordedSurface } from './fixtures/presenter-rig.ts';
import { keysOf as keys, usePresenterRig } from './fixtures/presenter-suite.ts';
import { waitFor } from './fixtures/x-desktop.ts';

let rig: PresenterRig;
const { show, focused } = usePresenterRig((started) => {
  rig = started;
});

const typed = (made: RecordedSurface) =>
  keys(made)
    .map(({ text }) => text ?? '')
    .join('');

describe('keys', () => {
  it('come by their place, with text and modifiers', async () => {
    const made = await focused();
    const shifted = ['keydown', 'shift', 'key', 'a', 'keyup', 'shift'];
    const copy = ['keydown', 'ctrl', 'key', 'c', 'keyup', 'ctrl'];
    await rig.desktop.tool('xdotool', 'key', 'a', ...shifted, 'key', 'Left', 'KP_Enter', ...copy);
    await waitFor('the last release', () => keys(made).filter(({ down }) => !down).length >= 7);
    const seen = keys(made).map(({ scancode, extended, down, text }) =>
      `${extended ? 'E0 ' : ''}${scancode.toString(16)} ${down ? 'down' : 'up'} ${text ?? ''}`.trim(),
    );
    expect(seen).toEqual([
      ...['1e down a', '1e up', '2a down', '1e down A', '1e up', '2a up'],
      ...['E0 4b down', 'E0 4b up', 'E0 1c down', 'E0 1c up'],
      ...['1d down', '2e down c', '2e up', '1d up'],
    ]);
    const c = keys(made).find(({ scancode, down }) => scancode === 0x2e && down);
    expect(c?.modifiers).toMatchObject({ ctrl: true, shift: false, alt: false });
  });

  it('repeat as presses alone', async () => {
    const made = await focused();
    await rig.desktop.keyHold('x', true);
    await waitFor('repeats', () => keys(made).length >= 4, 5_000);
    await rig.desktop.keyHold('x', false);
    await waitFor('the release', () => keys(made).at(-1)?.down === false);
    const downs = keys(made).map(({ down }) => down);
    expect(downs.slice(0, -1).every(Boolean)).toBe(true);
  });

  it('follow another layout with AltGr and dead keys as soon as it is chosen', async () => {
    const made = await focused();
    await rig.desktop.tool('setxkbmap', 'de');
    // Keycodes, for xdotool's names would move the keys about: Y, AltGr+Q, ö, dead acute.
    await waitFor('the German layout', async () => {
      made.forget();
      await rig.desktop.tool('xdotool', 'key', '29');
      await waitFor('a key', () => keys(made).length >= 2);
      return typed(made) === 'z';
    });
    made.forget();
    await rig.desktop.tool(
      'xdotool',
      'keydown',
      '108',
      'key',
      '24',
      'keyup',
      '108',
      'key',
      '47',
      'key',
      '21',
    );
    await waitFor('all keys', () => keys(made).length >= 8);
    expect(typed(made)).toBe('@ö');
    const at = keys(made).find(({ text }) => text === '@');
    expect(at).toMatchObject({ scancode: 0x10, modifiers: { altGr: true, alt: false } });
    expect(keys(made).filter(({ scancode }) => scancode === 0x0d)).toHaveLength(2);
    await rig.desktop.tool('setxkbmap', 'us');
  });

  it('follow the second of two layouts, and Caps Lock', async () => {
    const made = await focused();
    await rig.desktop.tool('setxkbmap', 'us,ru');
    const pressA = async () => {
      made.forget();
      await rig.desktop.pressKeycodes(38);
      await waitFor('a key', () => keys(made).length >= 2);
      return typed(made);
    };
    await waitFor('the first layout', async () => (await pressA()) === 'a');
    await rig.desktop.lockLayout(1);
    await waitFor('the second layout', async () => (await pressA()) === 'ф');
    await rig.desktop.key('Caps_Lock');
    await waitFor('capitals', async () => (await pressA()) === 'Ф');
    expect(keys(made)[0]?.modifiers.capsLock).toBe(true);
    await rig.desktop.key('Caps_Lock');
    await rig.desktop.lockLayout(0);
    await rig.desktop.tool('setxkbmap', 'us');
    await waitFor('the first layout again', async () => (await pressA()) === 'a');
  });

  it('are let go when a shortcut of the window manager swallowed their release', async () => {
    const made = await focused();
    await rig.desktop.tool('xdotool', 'keydown', 'alt', 'key', 'Tab', 'keyup', 'alt');
    await waitFor('Alt to be up', () => keys(made).some(({ scancode, down }) => scancode === 0x38 && !down));
    expect(
      keys(made)
        .filter(({ scancode }) => scancode === 0x38)
        .map(({ down }) => down),
    ).toEqual([true, false]);
    expect(made.all('focus')).toEqual([]);
  });
});

describe('pointer', () => {
  it('has five buttons and a wheel for both ways', async () => {
    const made = await show({});
    for (const button of [1, 2, 3, 8, 9, 4, 5, 6, 7]) await rig.desktop.click({ x: 150, y: 190 }, button);
    await waitFor('everything', () => made.all('wheel').length === 4 && made.all('button').length === 10);
    const at = { x: 30, y: 50 };
    expect(made.all('button')).toEqual(
      (['left', 'middle', 'right', 'back', 'forward'] as const).flatMap((button) => [
        { what: 'button', button, down: true, at },
        { what: 'button', button, down: false, at },
      ]),
    );
    expect(made.all('wheel').map(({ vertical, horizontal }) => [vertical, horizontal])).toEqual([
      [120, 0],
      [-120, 0],
      [0, -120],
      [0, 120],
    ]);
  });

  it('is followed outside while a button is down', async () => {
    const made = await show({});
    await rig.desktop.drag({ x: 150, y: 190 }, { x: 20, y: 700 });
    await waitFor('the release', () => made.all('button').length === 2);
    expect(made.last('button')).toEqual({
      what: 'button',
      button: 'left',
      down: false,
      at: { x: -100, y: 560 },
    });
    expect(made.last('move')?.at).toEqual({ x: -100, y: 560 });
  });

  it('never tells a button before the move that led there', async () => {
    const made = await show({});
    const clicks: string[] = [];
    for (let i = 0; i < 15; i++)
      clicks.push('mousemove', String(130 + i * 12), String(150 + i * 3), 'click', '1');
    await rig.desktop.tool('xdotool', ...clicks);
    await waitFor('all clicks', () => made.all('button').length === 30);
    let at = { x: -1, y: -1 };
    for (const happening of made.happenings) {
      if (happening.what === 'move') at = happening.at;
      else if (happening.what === 'button') expect(happening.at).toEqual(at);
    }
    expect(made.last('button')?.at).toEqual({ x: 178, y: 52 });
  });

  it('is not lost under a tooltip, which takes no focus', async () => {
    const made = await focused();
    const tip = await show(
      {
        kind: 'tooltip',
        title: 'Tip',
        owner: made.surface,
        content: { x: 200, y: 200, width: 80, height: 20 },
      },
      0xffffe1,
    );
    await rig.desktop.key('a');
    await made.waitFor('key');
    expect(made.all('focus')).toEqual([]);
    expect(tip.all('focus')).toEqual([]);
    expect(await rig.desktop.windows()).toHaveLength(1);
    await rig.desktop.click({ x: 20, y: 20 });
    expect(tip.all('elsewhere')).toEqual([]);
  });
});

describe('menus', () => {
  const menuPlace = { x: 200, y: 160, width: 100, height: 150 };
  const submenuPlace = { x: 300, y: 180, width: 100, height: 100 };

  it('end by a press beside every surface, topmost first, which goes nowhere else', async () => {
    const made = await focused();
    const other = await show(
      { title: 'Other', content: { x: 600, y: 140, width: 200, height: 150 } },
      0x888800,
    );
    const menu = await show(
      { kind: 'menu', title: 'Menu', owner: made.surface, content: menuPlace },
      0xeeeeee,
    );
    const submenu = await show(
      { kind: 'menu', title: 'Submenu', owner: menu.surface, content: submenuPlace },
      0xdddddd,
    );
    for (const surface of [made, other, menu, submenu]) surface.forget();
    rig.journal.length = 0;
    await rig.desktop.click({ x: 40, y: 720 });
    await menu.waitFor('elsewhere');
    expect(
      rig.journal.filter(({ happening }) => happening.what === 'elsewhere').map(({ surface }) => surface),
    ).toEqual(['Submenu', 'Menu']);
    submenu.surface.close();
    menu.surface.close();
    await rig.desktop.click({ x: 650, y: 200 });
    await other.waitFor('button');
    expect([...made.all('button'), ...menu.all('button'), ...submenu.all('button')]).toEqual([]);
    expect(other.all('button').map(({ down }) => down)).toEqual([true, false]);
  });

  it('end by a press on another program or on a title bar', async () => {
    const made = await focused();
    const menu = await show(
      { kind: 'menu', title: 'Menu', owner: made.surface, content: menuPlace },
      0xeeeeee,
    );
    await rig.desktop.click({ x: 160, y: 132 });
    await menu.waitFor('elsewhere');
    expect(made.all('button')).toEqual([]);
  });

  it('get the pointer over them, their owner over it, and the owner the keys', async () => {
    const made = await focused();
    const menu = await show(
      { kind: 'menu', title: 'Menu', owner: made.surface, content: menuPlace },
      0xeeeeee,
    );
    await rig.desktop.click({ x: 210, y: 175 });
    await menu.waitFor('button', ({ down }) => !down);
    expect(menu.last('button')?.at).toEqual({ x: 10, y: 15 });
    await rig.desktop.click({ x: 130, y: 150 });
    await made.waitFor('button', ({ down }) => !down);
    expect(made.last('button')?.at).toEqual({ x: 10, y: 10 });
    await rig.desktop.key('Down');
    await made.waitFor('key');
    expect(menu.all('elsewhere')).toEqual([]);
    expect(made.all('focus')).toEqual([]);
    expect(await rig.desktop.windows()).toHaveLength(1);
  });

  it('open under a held button and get its release', async () => {
    const made = await focused();
    await rig.desktop.moveTo({ x: 210, y: 150 });
    await rig.desktop.button(1, true);
    await made.waitFor('button');
    const menu = await show(
      { kind: 'menu', title: 'Menu', owner: made.surface, content: menuPlace },
      0xeeeeee,
    );
    await rig.desktop.moveTo({ x: 220, y: 200 });
    await menu.waitFor('move');
    await rig.desktop.button(1, false);
    await menu.waitFor('button');
    expect(menu.last('button')).toMatchObject({ down: false, at: { x: 20, y: 40 } });
    expect(made.all('button')).toHaveLength(1);
    await rig.desktop.moveTo({ x: 60, y: 700 });
    await menu.waitFor('move', ({ at }) => at.x === -140 && at.y === 540);
  });

  it('give the pointer back with the last of them', async () => {
    const made = await focused();
    const menu = await show(
      { kind: 'menu', title: 'Menu', owner: made.surface, content: menuPlace },
      0xeeeeee,
    );
    const submenu = await show(
      { kind: 'menu', title: 'Submenu', owner: menu.surface, content: submenuPlace },
      0xdddddd,
    );
    submenu.surface.close();
    await rig.desktop.click({ x: 40, y: 720 });
    await menu.waitFor('elsewhere');
    menu.surface.close();
    // Right on the root window opens the window manager's own menu, if nobody else holds the pointer.
    const root = { x: 700, y: 500, width: 40, height: 40 };
    const before = (await rig.desktop.screenshot(root)).bgrx;
    await rig.desktop.click({ x: 700, y: 500 }, 3);
    await waitFor(
      'the menu of openbox',
      async () => !(await rig.desktop.screenshot(root)).bgrx.equals(before),
    );
    await rig.desktop.key('Escape');
    await waitFor('it to be gone', async () => (await rig.desktop.screenshot(root)).bgrx.equals(before));
  });

  it('wait for a pointer that another program holds', async () => {
    const made = await focused();
    await rig.desktop.moveTo({ x: 700, y: 500 });
    await rig.desktop.tool('xdotool', 'click', '3');
    const menu = await show(
      { kind: 'menu', title: 'Menu', owner: made.surface, content: menuPlace },
      0xeeeeee,
    );
    await rig.desktop.key('Escape');
    await waitFor('a click beside it to be seen', async () => {
      await rig.desktop.click({ x: 40, y: 720 });
      return menu.all('elsewhere').length > 0;
    });
  });
});
