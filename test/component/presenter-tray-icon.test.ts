import { afterEach, describe, expect, it } from 'vitest';
import type { IconImage, Presenter } from '../../src/presenter/presenter.ts';
import { createPresenter } from '../../src/presenter/x11/create-presenter.ts';
import { intersect, type Point, type Rect, type Size, sameRect } from '../../src/shared/geometry.ts';
import { silentLog } from '../../src/shared/log.ts';
import { type Panel, startTrayDesktop, type TrayDesktop } from './fixtures/tray-desktop.ts';
import { waitFor } from './fixtures/x-desktop.ts';

const red = 0xd02030;
const blue = 0x2040d0;

let tray: TrayDesktop | undefined;
let presenter: Presenter | undefined;
afterEach(async () => {
  await presenter?.close();
  await tray?.stop();
  presenter = undefined;
  tray = undefined;
});

async function start(panel: Panel) {
  tray = await startTrayDesktop({ panel, notifications: false });
  const { desktop } = tray;
  presenter = await createPresenter({
    display: desktop.display,
    log: silentLog,
    events: { onScreenChanged: () => undefined, onLost: () => undefined },
  });
  return { tray, desktop, presenter };
}

/** 16 by 16: a full square of one colour but for its clear top left quarter. */
function quarterClear(colour: number): IconImage {
  const bgra = Buffer.alloc(16 * 16 * 4);
  for (let y = 0; y < 16; y++) {
    for (let x = 0; x < 16; x++) {
      if (x >= 8 || y >= 8) bgra.writeUInt32LE((0xff000000 | colour) >>> 0, (y * 16 + x) * 4);
    }
  }
  return { width: 16, height: 16, bgra };
}

/** Panels keep an icon out of sight until they know where to put it. */
function onScreen(place: Rect, screen: Size): boolean {
  const inside = intersect(place, { x: 0, y: 0, ...screen });
  return inside !== undefined && sameRect(inside, place);
}

interface Press {
  readonly button: string;
  readonly down: boolean;
  readonly at: Point;
}

describe.each(['xfce4-panel', 'tint2', 'trayer'] as const)(
  'an icon in the notification area of %s',
  (panel) => {
    it('shows the picture, changes it, and tells of clicks where they were', async () => {
      const { desktop, presenter } = await start(panel);
      const presses: Press[] = [];
      const icon = presenter.openTrayIcon(
        { icon: quarterClear(red), tooltip: 'Guest: something' },
        { onButton: (button, down, at) => presses.push({ button, down, at }) },
      );
      const colours = async (colour: number): Promise<Rect | undefined> => {
        const place = await icon.place();
        if (!place) return undefined;
        const shot = await desktop.screenshot(place);
        const at = (x: number, y: number) => shot.bgrx.readUIntLE((y * shot.width + x) * 4, 3);
        const middle = { x: place.width >> 1, y: place.height >> 1 };
        // A quarter of the picture shows the panel, the others the colour.
        const shown = at(middle.x + 3, middle.y + 3) === colour && at(middle.x - 3, middle.y - 3) !== colour;
        return shown ? place : undefined;
      };
      const place = await waitFor('the icon in the panel', () => colours(red));
      icon.update({ icon: quarterClear(blue) });
      await waitFor('its new picture', () => colours(blue));

      const middle = { x: place.x + (place.width >> 1) + 2, y: place.y + (place.height >> 1) + 2 };
      await desktop.click(middle);
      await desktop.click(middle, 3);
      await waitFor('both clicks', () => presses.length === 4);
      expect(presses).toEqual([
        { button: 'left', down: true, at: middle },
        { button: 'left', down: false, at: middle },
        { button: 'right', down: true, at: middle },
        { button: 'right', down: false, at: middle },
      ]);

      icon.close();
      await waitFor('the icon to go', async () => (await icon.place()) === undefined);
    });
  },
);

it('an icon waits for a panel, and comes back with the next one', async () => {
  const { tray, desktop, presenter } = await start('none');
  const icon = presenter.openTrayIcon(
    { icon: quarterClear(red), tooltip: 'waits' },
    { onButton: () => undefined },
  );
  expect(await icon.place()).toBeUndefined();

  const shown = async () => {
    const place = await icon.place();
    if (!place || !onScreen(place, desktop.size)) return false;
    const shot = await desktop.screenshot(place);
    return shot.bgrx.readUIntLE((shot.width * (shot.height >> 1) + (shot.width >> 1) + 3) * 4, 3) === red;
  };
  const first = await tray.startPanel('trayer');
  await waitFor('the icon in the panel', shown);
  first?.kill('SIGKILL');
  await waitFor('the icon to be out of sight', async () => (await icon.place()) === undefined);
  await tray.startPanel('tint2');
  await waitFor('the icon in the other panel', shown);
});
