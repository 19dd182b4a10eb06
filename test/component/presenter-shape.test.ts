import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type PresenterRig, type RecordedSurface, startPresenterRig } from './fixtures/presenter-rig.ts';
import { pixelAt, waitFor } from './fixtures/x-desktop.ts';

const below = 0x00aa00;
const above = 0x3366cc;
const content = { x: 200, y: 160, width: 300, height: 200 };
/** A cross without its corners. */
const cross = [
  { x: 100, y: 0, width: 100, height: 200 },
  { x: 0, y: 50, width: 300, height: 100 },
];
const corner = { x: content.x + 20, y: content.y + 10 };
const middle = { x: content.x + 150, y: content.y + 100 };

describe.each(['openbox', 'xfwm4'] as const)('windows of another shape, under %s', (windowManager) => {
  let rig: PresenterRig;
  let backdrop: RecordedSurface;
  const opened: RecordedSurface[] = [];
  const show = async (spec: Parameters<PresenterRig['show']>[0], colour?: number) => {
    const made = await rig.show(spec, colour);
    opened.push(made);
    return made;
  };
  const colourAt = async ({ x, y }: { x: number; y: number }) =>
    pixelAt(await rig.desktop.screenshot({ x, y, width: 1, height: 1 }), { x: 0, y: 0 });
  beforeAll(async () => {
    rig = await startPresenterRig({ windowManager });
  });
  const withBackdrop = async () => {
    backdrop = await show({ title: 'Below', content: { x: 120, y: 100, width: 500, height: 400 } }, below);
  };
  afterEach(async () => {
    for (const made of opened.splice(0)) made.surface.close();
    await waitFor('all windows to be gone', async () => (await rig.desktop.windows()).length === 0);
  });
  afterAll(() => rig.stop());

  it.each([true, false])('show and take only what is theirs (decorated: %s)', async (decorated) => {
    await withBackdrop();
    const made = await show({ title: 'Cross', content, shape: cross, decorated }, above);
    expect(await colourAt(corner)).toBe(below);
    expect(await colourAt(middle)).toBe(above);
    await rig.desktop.click(middle);
    await made.waitFor('button', ({ at }) => at.x === 150 && at.y === 100);
    backdrop.forget();
    await rig.desktop.click(corner);
    await backdrop.waitFor('button', ({ at }) => at.x === 100 && at.y === 70);
  });

  it('change their shape and lose it', async () => {
    await withBackdrop();
    const made = await show({ title: 'Changing', content, decorated: false }, above);
    expect(await colourAt(corner)).toBe(above);
    made.surface.update({ shape: cross });
    await waitFor('the corner to go', async () => (await colourAt(corner)) === below);
    made.surface.update({ shape: undefined });
    await waitFor('the corner', async () => (await colourAt(corner)) === above);
    // A rectangle again, of whatever size.
    made.surface.place({ ...content, width: 380 });
    const size = { width: 380, height: 200 };
    await made.surface.paint(size, [{ kind: 'fill', rect: { x: 0, y: 0, ...size }, bgrx: above }]);
    await waitFor(
      'the new part',
      async () => (await colourAt({ x: content.x + 370, y: corner.y })) === above,
    );
    made.surface.update({ shape: [] });
    await waitFor('all of it to go', async () => (await colourAt(middle)) === below);
    backdrop.forget();
    await rig.desktop.click(middle);
    await backdrop.waitFor('button');
  });

  it('are shaped as menus too, in any order of overlapping rectangles', async () => {
    await withBackdrop();
    const shape = [...cross, { x: 90, y: 40, width: 120, height: 120 }].reverse();
    const menu = await show({ kind: 'menu', title: 'Menu', content, owner: backdrop.surface, shape }, above);
    expect(await colourAt(corner)).toBe(below);
    menu.surface.close();
  });

  it('tell how opaque they are', async () => {
    const made = await show({ title: 'Veil', content, opacity: 128 });
    const told = () => rig.desktop.property(made.id, '_NET_WM_WINDOW_OPACITY');
    expect(Number(await told())).toBe(Math.round((128 / 255) * 0xffff_ffff));
    made.surface.update({ opacity: 64 });
    await waitFor('the new value', async () => Number(await told()) === Math.round((64 / 255) * 0xffff_ffff));
    made.surface.update({ opacity: 255 });
    await waitFor('no value', async () => (await told()) === '');
  });

  it('that are dragged along are told where the pointer goes, not where they are', async () => {
    const made = await show({ title: 'Own frame', content, decorated: false });
    await rig.desktop.moveTo({ x: content.x + 30, y: content.y + 5 });
    await rig.desktop.button(1, true);
    await made.waitFor('button', ({ down }) => down);
    made.surface.place({ ...content, x: content.x + 200 });
    await waitFor('the move', async () => (await rig.desktop.contentOf(made.id)).x === content.x + 200);
    await rig.desktop.moveTo({ x: content.x + 230, y: content.y + 15 });
    await made.waitFor('move', ({ at }) => at.x === 230 && at.y === 15);
    await rig.desktop.button(1, false);
    await made.waitFor('button', ({ down, at }) => !down && at.x === 230 && at.y === 15);
    await rig.desktop.moveTo({ x: content.x + 240, y: content.y + 15 });
    await made.waitFor('move', ({ at }) => at.x === 40 && at.y === 15);
  });
});

describe('under a compositor', () => {
  it('what lies below shines through, as much as was told', async () => {
    const rig = await startPresenterRig({ windowManager: 'xfwm4', compositor: true });
    try {
      const at = async () =>
        pixelAt(await rig.desktop.screenshot({ ...middle, width: 1, height: 1 }), { x: 0, y: 0 });
      await rig.show({ title: 'Below', content: { x: 120, y: 100, width: 500, height: 400 } }, 0x00ff00);
      const veil = await rig.show({ title: 'Veil', content, decorated: false }, 0x0000ff);
      veil.surface.update({ opacity: 128 });
      await waitFor('a mixture', async () => {
        const colour = await at();
        const [green, blue] = [(colour >> 8) & 0xff, colour & 0xff];
        return Math.abs(green - 127) < 6 && Math.abs(blue - 128) < 6;
      });
      veil.surface.update({ opacity: 255 });
      await waitFor('the window alone', async () => (await at()) === 0x0000ff);
    } finally {
      await rig.stop();
    }
  });
});
