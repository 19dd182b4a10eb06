import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ChangeSignal } from '../../src/service/change-signal.ts';
import { Display } from '../../src/service/display.ts';
import { WorkspaceScreen } from '../../src/service/workspace-screen.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { silentLog } from '../../src/shared/log.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { lastingDisplay } from './fixtures/lasting-display.ts';
import { plainWorkspace } from './fixtures/plain-workspace.ts';
import { ordinary, RecordedSurface } from './fixtures/presenter-rig.ts';
import { ScreenGuest, wrongPixels } from './fixtures/screen-guest.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const title = /^\[XP\] Desktop of Accounting/;
const workspace: Workspace = { ...plainWorkspace, name: 'Accounting', trustEdge: '#ff00aa', trustEdgePx: 4 };

let guest: ScreenGuest;
let desktop: XDesktop;
let display: Display;

beforeAll(async () => {
  [desktop, guest] = await Promise.all([startXDesktop({ display: lastingDisplay() }), ScreenGuest.start()]);
});
afterEach(() => display.close());
afterAll(async () => {
  await guest.stop();
  await desktop.stop();
});

/** A session whose guest has a screen now, or later. */
class ScriptedSession {
  readonly changes = new ChangeSignal();
  screenSocket: string | undefined;
  starts = 0;
  readonly #start = Promise.withResolvers<never>();

  ensureReady(): Promise<never> {
    this.starts++;
    return this.#start.promise;
  }

  appear(): void {
    this.screenSocket = guest.socket;
    this.changes.emit();
  }

  fail(error: XPaneError): void {
    this.#start.reject(error);
  }
}

function made(changes: Partial<Workspace> = {}) {
  display = new Display({ log: silentLog, onScreenChanged: () => undefined });
  const session = new ScriptedSession();
  const screen = new WorkspaceScreen({
    ...{ workspace: { ...workspace, ...changes }, session, display, log: silentLog },
    ensureReady: () => session.ensureReady(),
  });
  const open = () => screen.open({ display: desktop.display }, AbortSignal.timeout(20_000));
  return { session, screen, open };
}

async function views() {
  return (await desktop.windows()).filter((window) => title.test(window.title));
}

async function shown() {
  return await waitFor('the bars in a window', async () => {
    const [view] = await views();
    if (!view) return undefined;
    const content = await desktop.contentOf(view.id);
    const inner = {
      x: content.x + 4,
      y: content.y + 4,
      width: content.width - 8,
      height: content.height - 8,
    };
    return wrongPixels(await desktop.screenshot(inner)) === 0 ? view : undefined;
  });
}

async function active(): Promise<number> {
  return Number(/0x[0-9a-f]+/.exec(await desktop.property('root', '_NET_ACTIVE_WINDOW'))?.[0]);
}

it('one view of a workspace: the second request raises it, out of its icon too', async () => {
  const { session, screen, open } = made();
  session.appear();
  await Promise.all([open(), open()]);
  const { id } = await shown();
  expect(await views()).toHaveLength(1);
  await waitFor('its focus', async () => (await active()) === id);
  expect(screen.state).toEqual({ shown: true });
  for (const away of ['cover', 'icon']) {
    const cover = new RecordedSurface(
      (events) => display.presenter?.open({ ...ordinary, title: 'Cover' }, events) ?? expect.fail(),
      () => undefined,
    );
    const { id: over } = await desktop.waitForWindow((window) => !title.test(window.title));
    if (away === 'icon') await desktop.tool('xdotool', 'windowminimize', String(id));
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(over));
    await open();
    await waitFor(`the focus again (${away})`, async () => (await active()) === id);
    expect(await desktop.property(id, 'WM_STATE')).toContain('Normal');
    cover.surface.close();
    await waitFor('one window', async () => (await desktop.windows()).length === 1);
  }
  expect(await views()).toHaveLength(1);
});

it('it comes as soon as the machine is there, whether the guest ever gets ready or not', async () => {
  const { session, open } = made();
  const opening = open();
  await waitFor('the start', () => session.starts > 0);
  expect(await views()).toEqual([]);
  session.appear();
  await opening;
  await shown();
});

it('it goes with the workspace', async () => {
  const { session, screen, open } = made();
  session.appear();
  await open();
  await shown();
  screen.close();
  await waitFor('no window', async () => (await views()).length === 0);
});

it('a guest that cannot be started is said so, and nothing is shown', async () => {
  const { session, screen, open } = made();
  const opening = open();
  await waitFor('the start', () => session.starts > 0);
  session.fail(new XPaneError('vm.broken', 'It does not start.', 'Repair it.'));
  await expect(opening).rejects.toMatchObject({ code: 'vm.broken' });
  expect(screen.state).toEqual({ shown: false });
});

it('where guests have no screen a sentence says so, and no display is opened', async () => {
  const { session, screen, open } = made({ backend: 'sandbox' });
  await expect(open()).rejects.toMatchObject({
    code: 'desktop.no-screen',
    message: expect.stringContaining('“Accounting” has no screen'),
  });
  expect([screen.state, session.starts, display.presenter]).toEqual([undefined, 0, undefined]);
});

it('the view is on the display again when that is back', async () => {
  const { session, screen, open } = made();
  session.appear();
  await open();
  await shown();
  const name = desktop.display;
  await desktop.stop();
  await waitFor('the loss', () => screen.state?.shown === false);
  desktop = await startXDesktop({ display: name });
  await shown();
  expect(screen.state).toEqual({ shown: true });
});

it('the end of the guest is told, until the view is opened again', async () => {
  const { session, screen, open } = made();
  session.appear();
  await open();
  await shown();
  let told = 0;
  screen.changes.listen(() => told++);
  guest.kill();
  await waitFor('the view to go', () => screen.state?.shown === false);
  expect(told).toBe(1);
  expect(screen.state).toMatchObject({ shown: false, ended: { code: 'desktop.screen-gone' } });
  expect(await views()).toEqual([]);
  await guest.stop();
  guest = await ScreenGuest.start();
  session.appear();
  await open();
  expect(screen.state).toEqual({ shown: true });
});
