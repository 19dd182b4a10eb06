import { describe, expect, it } from 'vitest';
import { openComposer } from '../../src/presenter/x11/keyboard/compose.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { PresenterRig, RecordedSurface } from './fixtures/presenter-rig.ts';
import { content, keysOf as keys, usePresenterRig } from './fixtures/presenter-suite.ts';
import { waitFor } from './fixtures/x-desktop.ts';

let rig: PresenterRig;
const { show, focused } = usePresenterRig((started) => {
  rig = started;
});

describe('what the host keeps to itself', () => {
  const kept = (made: RecordedSurface) =>
    keys(made)
      .filter(({ down }) => down)
      .map((key) => (key.kept ? '-' : key.composed ? `<${key.text}>` : (key.text ?? '?')))
      .join('');

  it('is a dead key, until what it makes is known, and AltGr', async () => {
    const made = await focused();
    await rig.desktop.tool('setxkbmap', 'de');
    // Dead acute, Shift and E; AltGr and Q; an acute and the space bar; E alone.
    await rig.desktop.keyEvents(21, -21, 50, 26, -26, -50, 108, 24, -24, -108, 21, -21, 65, -65, 26, -26);
    await waitFor('all keys', () => keys(made).length >= 16);
    expect(kept(made)).toBe("-?<É>-@-<'>e");
    await rig.desktop.tool('setxkbmap', 'us');
  });

  it('ends with the focus: the next letter is itself', async () => {
    const made = await focused();
    await rig.desktop.tool('setxkbmap', 'de');
    await rig.desktop.keyEvents(21, -21);
    await waitFor('the dead key', () => keys(made).length >= 2);
    const other = await show({ title: 'Other', content: { ...content, x: 500 } });
    await rig.desktop.tool(
      'xdotool',
      'windowactivate',
      '--sync',
      String((await rig.desktop.windows()).at(-1)?.id),
    );
    await other.waitFor('focus', ({ focused }) => focused);
    await rig.desktop.keyEvents(26, -26);
    await other.waitFor('key');
    expect(kept(other)).toBe('e');
    await rig.desktop.tool('setxkbmap', 'us');
  });

  it('goes by the user’s own Compose rules in less than a tenth of a millisecond', () => {
    const composer = openComposer(silentLog);
    const keysym = { a: 0x61, multi: 0xff20, o: 0x6f, c: 0x63, deadAcute: 0xfe51, x: 0x78, shift: 0xffe1 };
    const feed = (...codes: number[]) => codes.map((code) => composer.feed(code));
    expect(feed(keysym.multi, keysym.o, keysym.shift, keysym.c)).toEqual([
      'kept',
      'kept',
      'none',
      { text: '©' },
    ]);
    expect(feed(keysym.deadAcute, keysym.x, keysym.a)).toEqual(['kept', 'kept', 'none']);
    const from = performance.now();
    for (let i = 0; i < 20_000; i++) composer.feed(keysym.a);
    expect((performance.now() - from) / 20_000).toBeLessThan(0.1);
  });

  it('works in a locale that has no Compose file of its own, or a broken one', () => {
    for (const locale of ['C', 'xx_XX.UTF-8', 'de_DE.ISO8859-1', '']) {
      const composer = openComposer(silentLog, { LC_ALL: locale });
      expect([composer.feed(0xfe51), composer.feed(0x65)], locale).toEqual(['kept', { text: 'é' }]);
    }
  });
});

describe('a locked pointer', () => {
  const lock = () => rig.desktop.key('ctrl+alt+shift+p');
  const way = (made: RecordedSurface) =>
    made
      .all('relative')
      .reduce((sum, { dx, dy }) => ({ dx: sum.dx + dx, dy: sum.dy + dy }), { dx: 0, dy: 0 });
  const pointer = async () => {
    const text = await rig.desktop.tool('xdotool', 'getmouselocation');
    return (/x:(\d+) y:(\d+)/.exec(text) ?? []).slice(1).map(Number);
  };
  const locked = async () => {
    const made = await focused();
    await lock();
    await made.waitFor('relative');
    made.forget();
    return made;
  };

  it('goes any distance inside its window, and is free by the same keys', async () => {
    const made = await locked();
    const steps = Array.from({ length: 60 }, () => [
      'mousemove_relative',
      '--',
      '-9',
      '7',
      'sleep',
      '0.004',
    ]).flat();
    await rig.desktop.tool('xdotool', ...steps);
    // The server may make more of quick steps; never less.
    await waitFor('the whole way', () => way(made).dx <= -540 && way(made).dy >= 420);
    const [x = 0, y = 0] = await pointer();
    expect(x >= content.x && x < content.x + content.width && y >= content.y).toBe(true);
    await rig.desktop.tool('xdotool', 'click', '3');
    await made.waitFor('button', ({ button, down }) => button === 'right' && !down);
    expect(made.all('move')).toEqual([]);
    await lock();
    await rig.desktop.moveTo({ x: 900, y: 60 });
    await waitFor('a free pointer', async () => (await pointer())[0] === 900);
    // The keys of the request itself: Ctrl, Alt and Shift, never P.
    expect(keys(made).some(({ scancode, down }) => scancode === 0x19 && down)).toBe(false);
  });

  it('is free when the focus leaves, and when its window closes', async () => {
    await locked();
    const other = await show({ title: 'Other', content: { ...content, x: 500 } });
    await rig.desktop.tool(
      'xdotool',
      'windowactivate',
      '--sync',
      String((await rig.desktop.windows()).at(-1)?.id),
    );
    await other.waitFor('focus', ({ focused }) => focused);
    await rig.desktop.moveTo({ x: 900, y: 60 });
    await waitFor('a free pointer', async () => (await pointer())[0] === 900);
    await lock();
    await other.waitFor('relative');
    other.surface.close();
    await rig.desktop.moveTo({ x: 30, y: 60 });
    await waitFor('a free pointer', async () => (await pointer())[0] === 30);
  });
});
