import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ServerMoment } from '../../src/presenter/x11/server-clock.ts';
import { SeamlessRig } from './fixtures/seamless-rig.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

/** The guest wants the keyboard while the user types in a program of the host. */
describe.each(['openbox', 'xfwm4'] as const)('the host’s focus, under %s', (windowManager) => {
  let desktop: XDesktop;
  let rig: SeamlessRig;
  let host: { readonly id: number; close(): void };

  const attention = async (id: number) =>
    (await desktop.property(id, '_NET_WM_STATE')).includes('DEMANDS_ATTENTION');

  beforeAll(async () => {
    desktop = await startXDesktop({ windowManager });
  });
  beforeEach(async () => {
    rig = await SeamlessRig.start(desktop);
    host = await rig.typeElsewhere();
  });
  afterEach(async () => {
    host.close();
    await rig.stop();
    await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
  });
  afterAll(() => desktop.stop());

  it('stays when the guest opens a window, which asks for attention if it is active there', async () => {
    const quiet = await rig.open(1, 'Quiet');
    const loud = await rig.open(2, 'Loud');
    rig.agent.arrange({ activeId: 2 });
    await waitFor('the mark', () => attention(loud.id));
    expect(await attention(quiet.id)).toBe(false);
    expect(await rig.active()).toBe(host.id);
    await rig.focus(loud, 2);
    await waitFor('no mark', async () => !(await attention(loud.id)));
  });

  it('stays when the guest restores a window', async () => {
    const window = await rig.open(1, 'Jack');
    rig.agent.changeWindow(1, { state: 'minimised' });
    const state = () => desktop.property(window.id, 'WM_STATE');
    await waitFor('the icon', async () => (await state()).includes('Iconic'));
    rig.agent.changeWindow(1, { state: 'normal' });
    rig.agent.arrange({ activeId: 1 });
    await waitFor('the window', async () => (await state()).includes('Normal'));
    await waitFor('the mark', () => attention(window.id));
    expect(await rig.active()).toBe(host.id);
  });

  it('goes to the one window that a launch leads to, not to the next', async () => {
    rig.seamless.expectWindow(rig.presenter.userAct(), 10_000);
    const launched = await rig.open(1, 'Launched');
    await waitFor('the focus', async () => (await rig.active()) === launched.id);
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(host.id));
    await waitFor('the focus to leave', () => rig.sent('deactivate').length > 0);
    await rig.open(2, 'Follower');
    await rig.passed(2);
    expect(await rig.active()).toBe(host.id);
  });

  const elsewhere = {
    types: () => desktop.type('and on'),
    clicks: () => desktop.click({ x: 60, y: 600 }),
  };
  it.each(['types', 'clicks'] as const)(
    'stays when the user %s elsewhere after a launch; the window asks for attention then',
    async (how) => {
      const launch = rig.presenter.userAct();
      rig.seamless.expectWindow(launch, 10_000);
      // Or the server may take both for one moment, or in the wrong order.
      await waitFor('the time of the launch', () => launch instanceof ServerMoment && launch.time !== 0);
      await elsewhere[how]();
      await waitFor('the focus', async () => (await rig.active()) === host.id);
      const late = await rig.open(1, 'Launched');
      await waitFor('the mark', () => attention(late.id));
      await rig.passed(1);
      expect(await rig.active()).toBe(host.id);
      // What is launched next is waited for again.
      rig.seamless.expectWindow(rig.presenter.userAct(), 10_000);
      const next = await rig.open(2, 'Next');
      await waitFor('the focus', async () => (await rig.active()) === next.id);
    },
  );

  it('goes to what was launched though the user scrolls and moves the pointer meanwhile', async () => {
    rig.seamless.expectWindow(rig.presenter.userAct(), 10_000);
    await desktop.click({ x: 60, y: 600 }, 5);
    await desktop.moveTo({ x: 70, y: 610 });
    const launched = await rig.open(1, 'Launched');
    await waitFor('the focus', async () => (await rig.active()) === launched.id);
  });

  it('goes on to what is launched while a window of the guest has it, and to what that opens', async () => {
    const launch = () => rig.seamless.expectWindow(rig.presenter.userAct(), 10_000);
    // What openbox goes by: a window that is older than the user's last act by a second comes up behind.
    const userTime = async ({ id }: { id: number }) =>
      Number(await desktop.property(id, '_NET_WM_USER_TIME'));
    launch();
    const first = await rig.open(1, 'First');
    await waitFor('the focus', async () => (await rig.active()) === first.id);
    launch();
    // The server has told its time by then, as it has whenever a program of the guest is up.
    await rig.passed(1);
    const second = await rig.open(2, 'Second', { surface: { x: 300, y: 300, width: 320, height: 200 } });
    await waitFor('the focus of the second', async () => (await rig.active()) === second.id);
    // As an application's welcome: nobody has pressed anything since.
    const welcome = await rig.open(3, 'Welcome', { kind: 'dialog', ownerId: 0 });
    await waitFor('the focus of the dialog', async () => (await rig.active()) === welcome.id);
    expect(await userTime(second)).toBeGreaterThan(await userTime(first));
    expect(await userTime(welcome)).toBe(await userTime(second));
  });

  it('stays when what was expected comes too late, or was withdrawn', async () => {
    rig.seamless.expectWindow(rig.presenter.userAct(), 0);
    rig.seamless.expectWindow(rig.presenter.userAct(), 10_000)();
    await rig.open(1, 'Late');
    await rig.passed(1);
    expect(await rig.active()).toBe(host.id);
  });

  it('goes to a dialog of the window that has it', async () => {
    const main = await rig.open(1, 'Main');
    await rig.focus(main, 1);
    const dialog = await rig.open(2, 'Dialog', { kind: 'dialog', ownerId: 1 });
    await waitFor('the focus', async () => (await rig.active()) === dialog.id);
  });
});
