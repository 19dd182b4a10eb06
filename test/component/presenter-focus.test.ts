import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FocusWish, SurfaceSpec } from '../../src/presenter/presenter.ts';
import { type PresenterRig, type RecordedSurface, startPresenterRig } from './fixtures/presenter-rig.ts';
import { waitFor } from './fixtures/x-desktop.ts';

const place = { x: 500, y: 140, width: 300, height: 200 };

describe.each(['openbox', 'xfwm4'] as const)('focus of windows that come up, under %s', (windowManager) => {
  let rig: PresenterRig;
  let hostId = 0;
  const opened: RecordedSurface[] = [];

  const open = async (title: string, wish: FocusWish, spec: Partial<SurfaceSpec> = {}) => {
    const made = rig.open({ title, content: place, ...spec });
    made.focusWish = wish;
    opened.push(made);
    await made.surface.paint(place, [{ kind: 'fill', rect: { ...place, x: 0, y: 0 }, bgrx: 0x3366cc }]);
    const { id } = await rig.desktop.waitForWindow((window) => window.title === title);
    return Object.assign(made, { id });
  };
  const active = async () => Number(await rig.desktop.tool('xdotool', 'getactivewindow').catch(() => '0'));
  const netState = (id: number) => rig.desktop.property(id, '_NET_WM_STATE');
  /** The window manager has done all that it was told of this window before. */
  const passed = async (made: RecordedSurface & { id: number }) => {
    made.surface.setState('maximised');
    await waitFor('maximised', async () => (await netState(made.id)).includes('MAXIMIZED_VERT'));
    made.surface.setState('normal');
    await waitFor('normal', async () => !(await netState(made.id)).includes('MAXIMIZED_VERT'));
  };
  const typeInHost = async () => {
    await rig.desktop.tool('xdotool', 'windowactivate', '--sync', String(hostId));
    await waitFor('the focus of the host’s program', async () => (await active()) === hostId);
    await rig.desktop.type('abc');
  };

  beforeAll(async () => {
    rig = await startPresenterRig({ windowManager });
    rig.desktop.start('xmessage', ['-geometry', '+20+500', 'a window of the host']);
    hostId = (await rig.desktop.waitForWindow(({ wmClass }) => wmClass[1] === 'Xmessage')).id;
  });
  afterEach(async () => {
    for (const made of opened.splice(0)) made.surface.close();
    await waitFor('all windows to be gone', async () => (await rig.desktop.windows()).length === 1);
  });
  afterAll(() => rig.stop());

  it('is not taken from the user by one that may not, however often it tries', async () => {
    await typeInHost();
    for (let i = 0; i < 6; i++) {
      const made = await open(`Thief ${i}`, 'never');
      expect(await rig.desktop.property(made.id, '_NET_WM_USER_TIME')).toBe('0');
      await passed(made);
      expect(await active()).toBe(hostId);
      expect(made.all('focus')).toEqual([]);
    }
  });

  it('is the user’s to give to it all the same', async () => {
    await typeInHost();
    const made = await open('Patient', 'never');
    await waitFor('the focus', async () => {
      await rig.desktop.click({ x: place.x + 20, y: place.y + 150 });
      return made.last('focus')?.focused === true;
    });
    await rig.desktop.key('a');
    await made.waitFor('key');
  });

  it('is not taken by one that comes back from minimised and may not', async () => {
    const made = await open('Jack', 'last-input');
    await made.waitFor('focus', ({ focused }) => focused);
    for (let i = 0; i < 3; i++) {
      made.surface.setState('minimised');
      await waitFor('minimised', async () =>
        (await rig.desktop.property(made.id, 'WM_STATE')).includes('Iconic'),
      );
      await typeInHost();
      made.forget();
      made.focusWish = 'never';
      made.surface.setState('normal');
      await waitFor('restored', async () =>
        (await rig.desktop.property(made.id, 'WM_STATE')).includes('Normal'),
      );
      await passed(made);
      expect(await active()).toBe(hostId);
      expect(made.all('focus')).toEqual([]);
    }
    made.surface.setState('minimised');
    await waitFor('minimised', async () =>
      (await rig.desktop.property(made.id, 'WM_STATE')).includes('Iconic'),
    );
    made.focusWish = 'last-input';
    made.surface.setState('normal');
    await made.waitFor('focus', ({ focused }) => focused);
  });

  it('goes to one that answers what the user did elsewhere, with the time of that', async () => {
    await typeInHost();
    const act = rig.presenter.userAct();
    // A round trip of the server, after which it has said its time.
    const first = await open('First', 'never');
    const made = await open('Launched', act);
    await made.waitFor('focus', ({ focused }) => focused);
    const time = Number(await rig.desktop.property(made.id, '_NET_WM_USER_TIME'));
    expect(time).toBeGreaterThan(0);
    await rig.desktop.key('a');
    await made.waitFor('key');
    await waitFor('the time of the key', async () => {
      return Number(await rig.desktop.property(made.id, '_NET_WM_USER_TIME')) > time;
    });
    expect(first.all('focus')).toEqual([]);
  });

  it('can be asked for by a mark, which ends when it is given', async () => {
    await typeInHost();
    const made = await open('Caller', 'never');
    made.surface.demandAttention();
    await waitFor('the mark', async () => (await netState(made.id)).includes('DEMANDS_ATTENTION'));
    expect(await active()).toBe(hostId);
    await rig.desktop.tool('xdotool', 'windowactivate', '--sync', String(made.id));
    await waitFor('no mark', async () => !(await netState(made.id)).includes('DEMANDS_ATTENTION'));
  });

  it('can be asked for before the window is there', async () => {
    await typeInHost();
    const made = rig.open({ title: 'Early', content: place });
    made.focusWish = 'never';
    opened.push(made);
    made.surface.demandAttention();
    const { id } = await rig.desktop.waitForWindow(({ title }) => title === 'Early');
    await waitFor('the mark', async () => (await netState(id)).includes('DEMANDS_ATTENTION'));
  });
});
