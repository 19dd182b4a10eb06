import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createPresenter } from '../../src/presenter/x11/create-presenter.ts';
import { silentLog } from '../../src/shared/log.ts';
import { lastingDisplay } from './fixtures/lasting-display.ts';
import { type PresenterRig, startPresenterRig } from './fixtures/presenter-rig.ts';
import { startXDesktop, waitFor } from './fixtures/x-desktop.ts';

const events = { onScreenChanged: () => undefined, onLost: () => undefined };
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
const rigged = async (options: Parameters<typeof startPresenterRig>[0]): Promise<PresenterRig> => {
  const rig = await startPresenterRig(options);
  ends.push(() => rig.stop());
  return rig;
};

describe('a display that is not there', () => {
  it.each([
    ['no such server', ':4711'],
    ['not a display', 'nonsense'],
    ['a host that refuses', 'tcp/127.0.0.1:4711'],
  ])('%s', async (_name, display) => {
    await expect(createPresenter({ display, log: silentLog, events })).rejects.toMatchObject({
      code: 'presenter.no-display',
      hint: expect.stringContaining('DISPLAY'),
    });
  });

  it.for(['at the socket of the display', 'on the loopback, where no socket is'])(
    'another user who listens %s',
    async (where, context) => {
      const display = lastingDisplay();
      const path = `/tmp/.X11-unix/X${display.slice(1)}`;
      let guests = 0;
      const server = createServer(() => guests++);
      ends.push(() => server.close());
      const socket = where.startsWith('at');
      context.skip(socket && process.getuid?.() !== 0, 'only root can make a file another one’s');
      await new Promise<void>((done) => {
        if (socket) server.listen(path, done);
        else server.listen(6_000 + Number(display.slice(1)), '127.0.0.1', done);
      });
      if (socket) chownSync(path, 65_534, 65_534);
      await expect(createPresenter({ display, log: silentLog, events })).rejects.toMatchObject({
        code: 'presenter.no-display',
        message: expect.stringMatching(socket ? /another user/ : /no X server listens/),
      });
      expect(guests).toBe(0);
    },
  );

  it('no DISPLAY at all', async () => {
    const before = process.env.DISPLAY;
    ends.push(() => {
      if (before !== undefined) process.env.DISPLAY = before;
    });
    delete process.env.DISPLAY;
    await expect(createPresenter({ log: silentLog, events })).rejects.toMatchObject({
      code: 'presenter.no-display',
    });
  });

  it('one that asks for a cookie: refused without, welcome with it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'xpane-cookie-'));
    ends.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'Xauthority');
    const before = process.env.XAUTHORITY;
    ends.push(() => {
      if (before === undefined) delete process.env.XAUTHORITY;
      else process.env.XAUTHORITY = before;
    });
    // The display's number is not known before: the cookie is for every number a server may take.
    const cookie = '0123456789abcdef0123456789abcdef';
    for (let display = 0; display < 40; display++) {
      execFileSync('xauth', ['-q', '-f', file, 'add', `:${display}`, '.', cookie], { stdio: 'ignore' });
    }
    process.env.XAUTHORITY = file;
    const desktop = await startXDesktop({ windowManager: 'none', serverArguments: ['-auth', file] });
    ends.push(() => desktop.stop());
    const presenter = await createPresenter({ display: desktop.display, log: silentLog, events });
    await presenter.close();
    process.env.XAUTHORITY = '/dev/null';
    await expect(createPresenter({ display: desktop.display, log: silentLog, events })).rejects.toMatchObject(
      {
        code: 'presenter.no-display',
        message: expect.stringMatching(/authori[sz]ation/i),
      },
    );
  });
});

describe('a display that goes away', () => {
  it('ends every surface and is told once; another one can be opened then', async () => {
    const rig = await rigged({});
    const made = await rig.show({});
    const menu = await rig.show({ kind: 'menu', title: 'Menu', owner: made.surface });
    const painting = Array.from({ length: 20 }, (_, i) =>
      made.surface.paint({ width: 900, height: 700 }, [
        { kind: 'fill', rect: { x: 0, y: 0, width: 900, height: 700 }, bgrx: i },
      ]),
    );
    rig.desktop.server.kill('SIGKILL');
    await waitFor('the loss to be told', () => rig.lost.length > 0);
    await Promise.all(painting);
    expect(rig.lost[0]).toMatchObject({ code: 'presenter.lost', hint: expect.any(String) });
    made.surface.place({ x: 1, y: 2, width: 30, height: 40 });
    made.surface.update({ title: 'Nobody sees it' });
    made.surface.setState('maximised');
    made.surface.activate();
    await made.surface.paint({ width: 10, height: 10 }, []);
    menu.surface.close();
    expect(() => rig.open({})).toThrow(expect.objectContaining({ code: 'presenter.lost' }));
    await rig.presenter.close();
    expect(rig.lost).toHaveLength(1);

    // Names have other numbers on another server: one with a window manager of another kind.
    const next = await rigged({ windowManager: 'xfwm4' });
    const again = await next.show({ title: 'Äpfel', applicationClass: 'xpane-again' });
    expect(await next.desktop.describe(again.id)).toMatchObject({
      title: 'Äpfel',
      wmClass: ['xpane-again', 'xpane-again'],
    });
  });

  it('is no loss if it was closed', async () => {
    const rig = await rigged({});
    await rig.show({});
    await rig.presenter.close();
    await rig.presenter.close();
    expect(await rig.desktop.windows()).toEqual([]);
    expect(rig.lost).toEqual([]);
  });
});

describe('a poor server', () => {
  it('without shared memory gets its pixels by the socket', async () => {
    const rig = await rigged({ serverArguments: ['-extension', 'MIT-SHM'] });
    expect(rig.presenter.pixelPath).toBe('socket');
    await rig.show({});
  });

  it('far away too', async () => {
    const desktop = await startXDesktop({
      windowManager: 'none',
      serverArguments: ['-listen', 'tcp', '-ac'],
    });
    ends.push(() => desktop.stop());
    const display = `tcp/127.0.0.1${desktop.display}`;
    const presenter = await createPresenter({ display, log: silentLog, events });
    expect(presenter.pixelPath).toBe('socket');
    await presenter.close();
  });

  it('without a window manager shows windows where they are wanted', async () => {
    const rig = await rigged({ windowManager: 'none' });
    const made = await rig.show({});
    made.surface.place({ x: 5, y: 6, width: 70, height: 80 });
    await waitFor('the new place', () => made.surface.content.x === 5);
    expect(await rig.desktop.contentOf(made.id)).toEqual({ x: 5, y: 6, width: 70, height: 80 });
    expect(made.all('placed')).toEqual([]);
  });

  it('whose window manager is replaced keeps windows and their places', async () => {
    const rig = await rigged({});
    const made = await rig.show({});
    await rig.desktop.startWindowManager('openbox');
    await waitFor('the window to be managed again', async () => (await rig.desktop.windows()).length === 1);
    made.surface.place({ x: 210, y: 220, width: 230, height: 240 });
    await waitFor('the new place', () => made.surface.content.x === 210);
    expect(await rig.desktop.contentOf(made.id)).toEqual({ x: 210, y: 220, width: 230, height: 240 });
  });
});
