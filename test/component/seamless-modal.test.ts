import { describe, expect, it, onTestFinished } from 'vitest';
import { DragSource } from './fixtures/drag-source.ts';
import { blue, type SeamlessRig } from './fixtures/seamless-rig.ts';
import { useSeamlessRig } from './fixtures/seamless-suite.ts';
import { waitFor, type XDesktop } from './fixtures/x-desktop.ts';

const ownerPlace = { x: 100, y: 120, width: 400, height: 300 };
const dialogPlace = { x: 160, y: 180, width: 200, height: 120 };

describe.each(['openbox', 'xfwm4'] as const)('windows that belong together, under %s', (windowManager) => {
  let desktop: XDesktop;
  let rig: SeamlessRig;
  const states = (id: number) => desktop.property(id, '_NET_WM_STATE');

  useSeamlessRig({ windowManager }, (...made) => {
    [desktop, rig] = made;
  });

  /** A main window with a modal dialog, as the agent tells of them: the dialog comes, then the owner is disabled. */
  async function openBlocked() {
    const owner = await rig.open(1, 'Owner', { surface: ownerPlace });
    await rig.focus(owner, 1);
    const dialog = await rig.open(2, 'Dialog', { surface: dialogPlace, kind: 'dialog', ownerId: 1 });
    rig.agent.changeWindow(1, { enabled: false });
    rig.agent.arrange({ activeId: 2, zOrder: [2, 1] });
    await waitFor('the dialog’s mark', async () => (await states(dialog.id)).includes('_NET_WM_STATE_MODAL'));
    await waitFor('the focus', async () => (await rig.active()) === dialog.id);
    return { owner, dialog };
  }

  /** A press on the title bar, if the window has the place for it, or else on the content. */
  async function clickOn(id: number): Promise<void> {
    const { x, y } = await desktop.contentOf(id);
    await desktop.click({ x: x + 8, y: y + 8 });
  }

  it('a click on a blocked owner gives the focus to its dialog, which stays above', async () => {
    const { owner, dialog } = await openBlocked();
    const host = await rig.typeElsewhere();
    await waitFor('the focus to leave', () => rig.sent('deactivate').length > 0);
    await clickOn(owner.id);
    await waitFor('the dialog to have the focus', async () => (await rig.active()) === dialog.id);
    await waitFor('the guest to agree', () => rig.sent('window-activate').at(-1)?.windowId === 2);
    expect(rig.sent('window-activate').every(({ windowId }, at) => at === 0 || windowId === 2)).toBe(true);
    const content = await desktop.contentOf(dialog.id);
    expect(await rig.colourAt(content.x + 5, content.y + 5)).toBe(blue);
    host.close();
  });

  it('files dropped on a dialog are its own; its blocked owner takes none, nor does what hangs', async () => {
    const { owner, dialog } = await openBlocked();
    const source = await DragSource.open(desktop.display);
    onTestFinished(() => source.close());
    const accepts = async (id: number) => {
      const { x, y } = await desktop.contentOf(id);
      source.enter(id, { types: ['text/uri-list'], list: 'file:///tmp/a' });
      const [, flags = 0] = await source.moveTo(id, { x: x + 21, y: y + 22 });
      return (flags & 1) === 1;
    };
    expect(await accepts(owner.id)).toBe(false);
    expect(await accepts(dialog.id)).toBe(true);
    await source.drop(dialog.id, 1);
    expect(rig.dropped).toEqual([{ paths: ['/tmp/a'], windowId: 2, at: { x: 21, y: 22 } }]);
    rig.agent.changeWindow(2, { responding: false });
    await waitFor('the mark of a window that hangs', async () =>
      (await desktop.describe(dialog.id)).title.endsWith('(not responding)'),
    );
    expect(await accepts(dialog.id)).toBe(false);
  });

  it('keys go to the dialog, whichever of the two the user clicks', async () => {
    const { owner, dialog } = await openBlocked();
    await clickOn(owner.id);
    await waitFor('the dialog to have the focus', async () => (await rig.active()) === dialog.id);
    await rig.passed(1);
    expect(await rig.active()).toBe(dialog.id);
  });

  it('a dialog takes the focus of an owner that was disabled before it came', async () => {
    const owner = await rig.open(1, 'Owner', { surface: ownerPlace });
    await rig.focus(owner, 1);
    rig.agent.changeWindow(1, { enabled: false });
    await rig.passed(1);
    const dialog = await rig.open(2, 'Dialog', { surface: dialogPlace, kind: 'dialog', ownerId: 1 });
    await waitFor('the focus', async () => (await rig.active()) === dialog.id);
    // With the focus gone, the owner is not to get it back.
    await waitFor('the hint', async () =>
      /input focus: False/.test(await desktop.property(owner.id, 'WM_HINTS')),
    );
  });

  it('a dialog that a launched application opens at once takes the focus', async () => {
    rig.seamless.expectWindow(rig.presenter.userAct(), 10_000);
    rig.agent.addWindow({ windowId: 1, title: 'Main', surface: ownerPlace });
    rig.agent.sendFill(1, { width: ownerPlace.width, height: ownerPlace.height }, blue);
    rig.agent.changeWindow(1, { enabled: false });
    const welcome = await rig.open(2, 'Welcome', { surface: dialogPlace, kind: 'dialog', ownerId: 1 });
    await waitFor('the focus', async () => (await rig.active()) === welcome.id);
  });

  it('the owner is free again, with the focus, when the dialog ends', async () => {
    const { owner } = await openBlocked();
    rig.agent.changeWindow(1, { enabled: true });
    rig.agent.destroyWindow(2);
    rig.agent.arrange({ activeId: 1, zOrder: [1] });
    await waitFor('the focus', async () => (await rig.active()) === owner.id);
    rig.agent.received.length = 0;
    await desktop.type('a');
    await waitFor('the key', () => rig.sent('key').length > 0);
  });

  it('the owner gets the focus when the dialog ends before it is free, as Delphi has it', async () => {
    const { owner } = await openBlocked();
    rig.agent.destroyWindow(2);
    rig.agent.arrange({ activeId: 0, zOrder: [1] });
    await waitFor('the leave', () => rig.sent('deactivate').length > 0);
    rig.agent.changeWindow(1, { enabled: true });
    await waitFor('the focus', async () => (await rig.active()) === owner.id);
  });

  it('an owner that the user minimises as its dialog ends stays minimised', async () => {
    const { owner } = await openBlocked();
    rig.agent.destroyWindow(2);
    await waitFor('the dialog to go', async () => (await desktop.windows()).length === 1);
    await desktop.tool('xdotool', 'windowminimize', String(owner.id));
    await waitFor('the guest to hear of it', () => rig.sent('window-state').length > 0);
    rig.agent.changeWindow(1, { enabled: true });
    rig.agent.arrange({ activeId: 1, zOrder: [1] });
    await rig.passed(1);
    expect(await desktop.property(owner.id, 'WM_STATE')).toContain('Iconic');
  });

  it('a dialog of a dialog gets the focus of both', async () => {
    const { owner, dialog } = await openBlocked();
    const place = { x: 190, y: 210, width: 120, height: 60 };
    const inner = await rig.open(3, 'Inner', { surface: place, kind: 'dialog', ownerId: 2 });
    rig.agent.changeWindow(2, { enabled: false });
    rig.agent.arrange({ activeId: 3, zOrder: [3, 2, 1] });
    await waitFor('the mark', async () => (await states(inner.id)).includes('_NET_WM_STATE_MODAL'));
    await waitFor('the focus', async () => (await rig.active()) === inner.id);
    for (const { id } of [owner, dialog]) {
      await clickOn(id);
      await rig.passed(3);
      await waitFor('the innermost to have the focus', async () => (await rig.active()) === inner.id);
    }
  });

  it('a window without a dialog that is disabled takes no focus from others', async () => {
    const window = await rig.open(1, 'Busy', { enabled: false });
    const hints = await desktop.property(window.id, 'WM_HINTS');
    expect(hints).toMatch(/accept[^\n]*False|Client does not accept input|input: False/i);
  });

  it('tool windows are in neither taskbar nor pager', async () => {
    const owner = await rig.open(1, 'Owner', { surface: ownerPlace });
    const tools = await rig.open(2, 'Tools', { surface: dialogPlace, kind: 'utility', ownerId: 1 });
    await waitFor('the marks', async () => /SKIP_TASKBAR/.test(await states(tools.id)));
    expect(await states(tools.id)).toContain('_NET_WM_STATE_SKIP_PAGER');
    expect(await states(owner.id)).not.toContain('SKIP');
  });

  it('a topmost window is above the guest’s others while the user works with the guest, not above the host’s', async () => {
    const place = { x: 60, y: 100, width: 300, height: 250 };
    const main = await rig.open(1, 'Main', { surface: place });
    const clock = await rig.open(2, 'Clock', { surface: { ...place, x: 100, y: 140 }, topmost: true });
    rig.agent.sendFill(2, { width: 300, height: 250 }, 0x00ff00);
    await rig.focus(main, 1);
    await waitFor('the mark', async () => (await states(clock.id)).includes('_NET_WM_STATE_ABOVE'));
    const content = await desktop.contentOf(clock.id);
    const inside = { x: content.x + 150, y: content.y + 100 };
    await waitFor('it on top', async () => (await rig.colourAt(inside.x, inside.y)) === 0x00ff00);
    // A program of the host, at the same place.
    const other = desktop.start('xmessage', ['-geometry', '320x260+90+120', 'a window of the host']);
    const host = await desktop.waitForWindow(({ wmClass }) => wmClass[1] === 'Xmessage');
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(host.id));
    await waitFor('no mark', async () => !(await states(clock.id)).includes('_NET_WM_STATE_ABOVE'));
    await rig.passed(2);
    await waitFor(
      'the host’s window on top',
      async () => (await rig.colourAt(inside.x, inside.y)) !== 0x00ff00,
    );
    expect(await rig.active()).toBe(host.id);
    await rig.focus(main, 1);
    await waitFor('it on top again', async () => (await rig.colourAt(inside.x, inside.y)) === 0x00ff00);
    other.kill();
  });
});
