import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Point } from '../../src/shared/geometry.ts';
import { DragSource } from './fixtures/drag-source.ts';
import { type PresenterRig, type RecordedSurface, startPresenterRig } from './fixtures/presenter-rig.ts';
import { pixelAt, waitFor } from './fixtures/x-desktop.ts';

const content = { x: 120, y: 140, width: 300, height: 200 };

describe.each(['openbox', 'xfwm4'] as const)('windows under %s', (windowManager) => {
  let rig: PresenterRig;
  const opened: RecordedSurface[] = [];
  const show = async (spec: Parameters<PresenterRig['show']>[0], colour?: number) => {
    const made = await rig.show(spec, colour);
    opened.push(made);
    return made;
  };
  beforeAll(async () => {
    rig = await startPresenterRig({ windowManager });
  });
  afterEach(async () => {
    for (const made of opened.splice(0)) made.surface.close();
    await waitFor('all windows to be gone', async () => (await rig.desktop.windows()).length === 0);
  });
  afterAll(() => rig.stop());

  it('carry their name, class and process', async () => {
    const { id } = await show({ title: 'Grüße ✓ — 日本', applicationClass: 'xpane-notepad' });
    expect((await rig.desktop.describe(id)).title).toBe('Grüße ✓ — 日本');
    expect(await rig.desktop.property(id, 'WM_NAME')).toMatch(/^"Gr.+ \? \? \?\?"$/);
    expect(await rig.desktop.property(id, 'WM_CLASS')).toBe('"xpane-notepad", "xpane-notepad"');
    expect(await rig.desktop.property(id, '_NET_WM_PID')).toBe(String(process.pid));
    expect(await rig.desktop.property(id, '_NET_WM_WINDOW_TYPE')).toBe('_NET_WM_WINDOW_TYPE_NORMAL');
    expect(await rig.desktop.property(id, 'WM_PROTOCOLS')).toContain('WM_DELETE_WINDOW');
  });

  it('take files that are dropped on them, where they were dropped, and tell the source', async () => {
    const source = await DragSource.open(rig.desktop.display);
    onTestFinished(() => source.close());
    const dropped: { paths: readonly string[]; at: Point }[] = [];
    let accepts = true;
    const drops = {
      mayDrop: () => true,
      dropped: async (paths: readonly string[], at: Point) => {
        dropped.push({ paths, at });
        return accepts;
      },
    };
    const made = await rig.show({ title: 'Drops' }, 0x3366cc, drops);
    opened.push(made);
    const other = await show({ title: 'Takes none', content: { ...content, x: 500 } });
    expect([await source.versionOf(made.id), await source.versionOf(other.id)]).toEqual([5, undefined]);

    const { x, y } = (await rig.desktop.describe(made.id)).content;
    const at = { x: x + 33, y: y + 44 };
    const { XdndActionCopy: copy } = source.atoms;
    const types = ['text/plain', 'text/x-one', 'text/x-two', 'text/uri-list'] as const;
    source.enter(made.id, { types, list: '# two\r\nfile:///tmp/a%20b.txt\r\nfile://localhost/c\r\n' });
    expect(await source.moveTo(made.id, at)).toEqual([made.id, 3, 0, 0, copy]);
    expect(await source.drop(made.id, 0x9234_5678)).toEqual([made.id, 1, copy, 0, 0]);
    expect(dropped).toEqual([{ paths: ['/tmp/a b.txt', '/c'], at: { x: 33, y: 44 } }]);
    expect(source.times).toEqual([0x9234_5678]);

    // The source says three types itself; what is refused is said to be.
    accepts = false;
    source.enter(made.id, { types: ['text/uri-list'], list: 'http://localhost/' });
    expect(await source.moveTo(made.id, at)).toEqual([made.id, 3, 0, 0, copy]);
    expect(await source.drop(made.id, 1)).toEqual([made.id, 0, 0, 0, 0]);
    expect(dropped[1]?.paths).toEqual([]);
    source.enter(made.id, { types: ['text/plain'], list: '' });
    expect(await source.moveTo(made.id, at)).toEqual([made.id, 2, 0, 0, 0]);
    source.leave(made.id);
    expect(dropped).toHaveLength(2);
  });

  it('change title, class, icon and owner', async () => {
    const main = await show({ title: 'Main' });
    const other = await show({ title: 'Other', content: { ...content, x: 500 } });
    const icon = { width: 2, height: 1, bgra: Uint8Array.from([1, 2, 3, 255, 4, 5, 6, 128]) };
    other.surface.update({
      title: 'Renamed',
      applicationClass: 'xpane-x',
      icons: [icon],
      owner: main.surface,
    });
    const { desktop } = rig;
    await waitFor('the new title', async () => (await desktop.describe(other.id)).title === 'Renamed');
    expect((await desktop.describe(other.id)).wmClass).toEqual(['xpane-x', 'xpane-x']);
    expect(Number(/0x[0-9a-f]+/.exec(await desktop.property(other.id, 'WM_TRANSIENT_FOR'))?.[0])).toBe(
      main.id,
    );
    const words = await desktop.tool('xprop', '-id', String(other.id), '-notype', '32c', '_NET_WM_ICON');
    expect(words).toContain(`${2}, ${1}, ${0xff030201}, ${0x80060504}`);
    other.surface.update({ owner: undefined, icons: [] });
    await waitFor('no owner', async () => (await desktop.property(other.id, 'WM_TRANSIENT_FOR')) === '');
    expect(await desktop.property(other.id, '_NET_WM_ICON')).toBe('');
  });

  it('go where the window manager likes when nobody asked for a place', async () => {
    const corner = { x: 0, y: 0, width: 300, height: 200 };
    const { id, surface } = await show({ content: corner, freePosition: true });
    const chosen = await rig.desktop.contentOf(id);
    // Both window managers centre a lone window; neither leaves it in the corner.
    expect(chosen.x).toBeGreaterThan(100);
    expect(chosen.y).toBeGreaterThan(100);
    await waitFor(
      'the surface to know',
      () => surface.content.x === chosen.x && surface.content.y === chosen.y,
    );
  });

  it('are dialogs of their owner, above it', async () => {
    const main = await show({ title: 'Main' });
    const place = { x: 180, y: 190, width: 120, height: 80 };
    const dialog = await show(
      { title: 'Dialog', kind: 'dialog', owner: main.surface, content: place },
      0x00aa00,
    );
    expect(await rig.desktop.property(dialog.id, '_NET_WM_WINDOW_TYPE')).toBe('_NET_WM_WINDOW_TYPE_DIALOG');
    await rig.desktop.click({ x: content.x + 5, y: content.y + 5 });
    await main.waitFor('button');
    const shot = await rig.desktop.screenshot();
    expect(pixelAt(shot, { x: 200, y: 220 })).toBe(0x00aa00);
    const head = async (id: number) =>
      Number(/group leader: (0x[0-9a-f]+)/.exec(await rig.desktop.property(id, 'WM_HINTS'))?.[1]);
    expect(await head(dialog.id)).toBe(main.id);
  });

  it('stay out of the taskbar as utilities', async () => {
    const { id } = await show({ kind: 'utility', title: 'Tools' });
    expect(await rig.desktop.property(id, '_NET_WM_STATE')).toContain('_NET_WM_STATE_SKIP_TASKBAR');
    expect(await rig.desktop.property(id, '_NET_WM_WINDOW_TYPE')).toBe('_NET_WM_WINDOW_TYPE_UTILITY');
  });

  it('have their content just where it was asked for, with and without decoration', async () => {
    for (const decorated of [true, false]) {
      const made = await show({ title: `Decorated ${decorated}`, decorated });
      expect(await rig.desktop.contentOf(made.id)).toEqual(content);
      const [, , top = 0] = (await rig.desktop.property(made.id, '_NET_FRAME_EXTENTS'))
        .split(', ')
        .map(Number);
      if (decorated) expect(top).toBeGreaterThan(10);
      else expect(top).toBe(0);
      for (const wish of [
        { x: 33, y: 77, width: 410, height: 222 },
        { x: 301, y: 250, width: 411, height: 222 },
        { x: 302, y: 251, width: 180, height: 90 },
      ]) {
        made.surface.place(wish);
        await waitFor('the wish', async () => JSON.stringify(made.surface.content) === JSON.stringify(wish));
        expect(await rig.desktop.contentOf(made.id)).toEqual(wish);
      }
      // Events come in order: what is told of a move by somebody else comes after every answer to the wishes.
      await rig.desktop.tool('xdotool', 'windowmove', String(made.id), '600', '500');
      await made.waitFor('placed', (happening) => happening.content.x > 550);
      const places = made.all('placed').map((happening) => happening.content);
      expect(places.filter(({ x, width }) => x <= 550 || width !== 180)).toEqual([]);
      made.surface.close();
    }
  });

  it('change their decoration', async () => {
    const made = await show({ decorated: true });
    const top = async () =>
      Number((await rig.desktop.property(made.id, '_NET_FRAME_EXTENTS')).split(', ')[2]);
    made.surface.update({ decorated: false });
    await waitFor('no decoration', async () => (await top()) === 0);
    made.surface.update({ decorated: true });
    await waitFor('decoration', async () => (await top()) > 10);
  });

  it('tell every step of a drag by the title, and end where the user let go', async () => {
    const made = await show({});
    made.forget();
    await rig.desktop.drag({ x: 220, y: 132 }, { x: 320, y: 212 });
    await waitFor('the end of the drag', () => made.surface.content.x >= 210);
    const placed = made.all('placed').map((happening) => happening.content);
    expect(placed.length).toBeGreaterThan(5);
    expect(placed.every(({ width, height }) => width === 300 && height === 200)).toBe(true);
    await waitFor('the last word', async () => {
      const real = await rig.desktop.contentOf(made.id);
      return JSON.stringify(made.all('placed').at(-1)?.content) === JSON.stringify(real);
    });
  });

  it('tell a resize by the border, within their limits', async () => {
    const made = await show({ minSize: { width: 250, height: 150 }, maxSize: { width: 380, height: 260 } });
    const extents = (await rig.desktop.property(made.id, '_NET_FRAME_EXTENTS')).split(', ').map(Number);
    // The middle of the border: round themes have no frame at the very corner.
    const inset = Math.floor((extents[1] ?? 1) / 2);
    const corner = { x: content.x + 300 + inset, y: content.y + 200 + inset };
    await rig.desktop.drag(corner, { x: corner.x + 200, y: corner.y + 200 });
    await waitFor('the largest size', () => {
      return made.surface.content.width === 380 && made.surface.content.height === 260;
    });
    const now = { x: content.x + 380 + inset, y: content.y + 260 + inset };
    await rig.desktop.drag(now, { x: now.x - 300, y: now.y - 300 });
    await waitFor(
      'the smallest size',
      () => made.surface.content.width === 250 && made.surface.content.height === 150,
    );
    expect(made.surface.content).toEqual(await rig.desktop.contentOf(made.id));
    expect(made.all('placed').at(-1)?.content).toEqual(made.surface.content);
  });

  it('keep their size when they cannot be resized, except by their owner', async () => {
    const made = await show({ resizable: false });
    await rig.desktop.drag({ x: 420, y: 340 }, { x: 500, y: 420 });
    expect(await rig.desktop.contentOf(made.id)).toMatchObject({ width: 300, height: 200 });
    made.surface.place({ ...content, width: 260, height: 170 });
    await waitFor('the new size', () => made.surface.content.width === 260);
    expect(await rig.desktop.property(made.id, 'WM_NORMAL_HINTS')).toContain('minimum size: 260 by 170');
  });

  it('tell when the window manager gives them another place than asked', async () => {
    const made = await show({ minSize: { width: 200, height: 150 } });
    await rig.desktop.tool('xdotool', 'windowsize', String(made.id), '350', '240');
    await made.waitFor('placed', (happening) => happening.content.width === 350);
    await rig.desktop.tool('xdotool', 'windowmove', String(made.id), '40', '60');
    await waitFor('the move', () => made.surface.content.x !== content.x);
    await waitFor('the true place', async () => {
      return JSON.stringify(await rig.desktop.contentOf(made.id)) === JSON.stringify(made.surface.content);
    });
  });

  it('ask before they close', async () => {
    const made = await show({});
    await rig.desktop.key('alt+F4');
    await made.waitFor('close');
    expect(await rig.desktop.windows()).toHaveLength(1);
    made.surface.close();
    await waitFor('the window to be gone', async () => (await rig.desktop.windows()).length === 0);
  });

  it('minimise, maximise and restore from this side, without an echo', async () => {
    const made = await show({});
    const wmState = () => rig.desktop.property(made.id, 'WM_STATE');
    const netState = () => rig.desktop.property(made.id, '_NET_WM_STATE');
    made.surface.setState('maximised');
    await waitFor('maximised', async () => (await netState()).includes('MAXIMIZED_VERT'));
    await waitFor('the whole width', () => made.surface.content.width > 1000);
    // Size and place may come one after the other.
    await waitFor('the place', async () => {
      const shown = await rig.desktop.contentOf(made.id);
      return JSON.stringify(made.surface.content) === JSON.stringify(shown);
    });
    made.surface.setState('minimised');
    await waitFor('minimised', async () => (await wmState()).includes('Iconic'));
    made.surface.setState('normal');
    await waitFor('restored', async () => (await wmState()).includes('Normal'));
    await waitFor(
      'the old place',
      async () => JSON.stringify(made.surface.content) === JSON.stringify(content),
    );
    await waitFor(
      'the pixels',
      async () => pixelAt(await rig.desktop.screenshot(), { x: 200, y: 200 }) === 0x3366cc,
    );
    expect(made.all('state')).toEqual([]);
  });

  it('come up again when that is asked for before the window manager has minimised them', async () => {
    const made = await show({});
    for (let i = 0; i < 5; i++) {
      made.surface.setState('minimised');
      made.surface.setState(i % 2 === 0 ? 'maximised' : 'normal');
      const wide = i % 2 === 0;
      await waitFor('the state asked for last', async () => {
        const [wmState, netState] = await Promise.all([
          rig.desktop.property(made.id, 'WM_STATE'),
          rig.desktop.property(made.id, '_NET_WM_STATE'),
        ]);
        return wmState.includes('Normal') && netState.includes('MAXIMIZED_VERT') === wide;
      });
      await made.waitFor('focus', ({ focused }) => focused);
      expect(made.all('state')).toEqual([]);
      made.forget();
    }
  });

  it('tell what the user does to their state', async () => {
    const made = await show({});
    await rig.desktop.doubleClick({ x: 220, y: 132 });
    await made.waitFor('state', (happening) => happening.state === 'maximised');
    await rig.desktop.tool('xdotool', 'windowminimize', String(made.id));
    await made.waitFor('state', (happening) => happening.state === 'minimised');
    await rig.desktop.tool('xdotool', 'windowactivate', String(made.id));
    await waitFor('maximised again', () => made.last('state')?.state === 'maximised');
    made.surface.setState('normal');
    await waitFor('the old place', () => made.surface.content.width === 300);
    expect(made.all('state').map(({ state }) => state)).toEqual(['maximised', 'minimised', 'maximised']);
    // The frame may still be flying out of its icon.
    await waitFor('the true place', async () => {
      return JSON.stringify(await rig.desktop.contentOf(made.id)) === JSON.stringify(made.surface.content);
    });
    expect(made.surface.content).toEqual(content);
  });

  it('come up maximised or minimised', async () => {
    const large = rig.open({ title: 'Large', state: 'maximised' });
    opened.push(large);
    await waitFor('maximised', () => large.surface.content.width > 1000);
    const hidden = await show({ title: 'Hidden', state: 'minimised' });
    await waitFor('minimised', async () =>
      (await rig.desktop.property(hidden.id, 'WM_STATE')).includes('Iconic'),
    );
    expect([...large.all('state'), ...hidden.all('state')]).toEqual([]);
  });

  it('tell focus, and take it when activated, also out of an icon', async () => {
    const first = await show({ title: 'First' });
    await waitFor('focus', () => first.last('focus')?.focused === true);
    const second = await show({ title: 'Second', content: { ...content, x: 500 } });
    await rig.desktop.click({ x: 520, y: 200 });
    await waitFor('focus on the second', () => second.last('focus')?.focused === true);
    await waitFor('no focus on the first', () => first.last('focus')?.focused === false);
    first.surface.activate();
    await waitFor('focus on the first', () => first.last('focus')?.focused === true);
    await rig.desktop.tool('xdotool', 'windowminimize', String(first.id));
    await waitFor('minimised', () => first.last('state')?.state === 'minimised');
    first.surface.activate();
    await waitFor('focus out of the icon', () => first.last('focus')?.focused === true);
    const order = first.all('focus').map(({ focused }) => focused);
    expect(order.every((focused, i) => focused === (i % 2 === 0))).toBe(true);
  });

  it('know the screen and what panels leave of it', async () => {
    expect(rig.presenter.screen).toEqual({
      size: { width: 1024, height: 768 },
      workArea: { x: 0, y: 0, width: 1024, height: 768 },
      monitors: [{ x: 0, y: 0, width: 1024, height: 768 }],
    });
    const panel = rig.desktop.start('tint2', []);
    await waitFor('a smaller work area', () => rig.presenter.screen.workArea.height < 768, 20_000);
    expect(rig.screens.at(-1)).toEqual(rig.presenter.screen);
    panel.kill();
    await waitFor('the whole work area', () => rig.presenter.screen.workArea.height === 768);
  });
});
