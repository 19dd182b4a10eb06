import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PixelPatch } from '../../src/presenter/presenter.ts';
import { Canvas } from '../../src/presenter/x11/pixels/canvas.ts';
import {
  differences,
  type PresenterRig,
  rawPatch,
  startPresenterRig,
  testPixels,
} from './fixtures/presenter-rig.ts';
import { waitFor } from './fixtures/x-desktop.ts';

/** A program that writes the pixel at a place of the screen, told as its arguments, to its output. */
const LOOK = `require('x11').createClient((error, { client, screen }) => {
  const [x, y] = process.argv.slice(1).map(Number);
  client.GetImage(2, screen[0].root, x, y, 1, 1, 0xffffffff, (failed, { data }) => {
    require('fs').writeSync(1, data.subarray(0, 4));
    client.terminate();
  });
})`;

const place = { x: 120, y: 140, width: 310, height: 205 };
const size = { width: place.width, height: place.height };

/** Everything a frame may hold, drawn one after the other. */
const patches: readonly PixelPatch[] = [
  rawPatch({ x: 0, y: 0, ...size }),
  { kind: 'fill', rect: { x: 20, y: 30, width: 50, height: 40 }, bgrx: 0x00ff8800 },
  rawPatch({ x: 33, y: 41, width: 17, height: 9 }, 5),
  { kind: 'copy', rect: { x: 10, y: 20, width: 280, height: 150 }, from: { x: 13, y: 16 } },
  { kind: 'copy', rect: { x: 15, y: 40, width: 200, height: 100 }, from: { x: 10, y: 45 } },
  { kind: 'fill', rect: { x: 309, y: 204, width: 1, height: 1 }, bgrx: 0x00010203 },
];

function drawn(): Buffer {
  const bytes = Buffer.alloc(size.width * size.height * 4);
  const canvas = new Canvas(bytes, size.width, size.height);
  for (const patch of patches) canvas.apply(size, patch);
  return bytes;
}

describe.each(['mapped-memory', 'server-memory', 'socket'] as const)('pixels by %s', (path) => {
  let rig: PresenterRig;
  beforeAll(async () => {
    rig = await startPresenterRig({ path });
  });
  afterAll(() => rig.stop());

  it('goes that way', () => {
    expect(rig.presenter.pixelPath).toBe(path);
  });

  it('shows raw, fill and copy patches to the pixel', async () => {
    const made = await rig.show({ content: place });
    for (const patch of patches) await made.surface.paint(size, [patch]);
    expect(differences(await rig.desktop.screenshot(place), drawn())).toBe(0);
    await made.surface.paint(size, [{ kind: 'fill', rect: { x: 0, y: 0, ...size }, bgrx: 0 }]);
    await made.surface.paint(size, patches);
    expect(differences(await rig.desktop.screenshot(place), drawn())).toBe(0);
    made.surface.close();
  });

  it('has the first picture on the screen as soon as the window is', async () => {
    const made = rig.open({ content: place, title: 'First' });
    await made.surface.paint(size, patches);
    await waitFor('the first picture', async () => {
      return differences(await rig.desktop.screenshot(place), drawn()) === 0;
    });
    made.surface.close();
  });

  it('keeps what was there while the surface grows and shrinks', async () => {
    const made = await rig.show({ content: place });
    await made.surface.paint(size, [rawPatch({ x: 0, y: 0, ...size })]);
    for (const side of [320, 360, 500, 240, 400]) {
      made.surface.place({ ...place, width: side, height: side });
      await waitFor('the new size', () => made.surface.content.width === side);
      await made.surface.paint({ width: side, height: side }, []);
    }
    const kept = { ...place, width: 240, height: 205 };
    const wanted = Buffer.alloc(kept.width * kept.height * 4);
    const whole = testPixels(size);
    for (let y = 0; y < kept.height; y++) {
      whole.copy(wanted, y * kept.width * 4, y * size.width * 4, (y * size.width + kept.width) * 4);
    }
    await waitFor(
      'the kept pixels',
      async () => differences(await rig.desktop.screenshot(kept), wanted) === 0,
    );
    made.surface.close();
  });

  it('repaints what another window had covered', async () => {
    const made = await rig.show({ content: place });
    await made.surface.paint(size, patches);
    const cover = await rig.show(
      { title: 'Cover', content: { x: 200, y: 180, width: 100, height: 100 } },
      0xff0000,
    );
    expect(differences(await rig.desktop.screenshot(place), drawn())).toBeGreaterThan(5_000);
    cover.surface.close();
    await waitFor(
      'the covered pixels',
      async () => differences(await rig.desktop.screenshot(place), drawn()) === 0,
    );
    made.surface.close();
  });

  it('has its first picture on the screen even if this process is too busy to draw it', async () => {
    const made = rig.open({ content: place, title: 'Busy' });
    await made.surface.paint(size, [{ kind: 'fill', rect: { x: 0, y: 0, ...size }, bgrx: 0x11aa33 }]);
    // Nothing of this process runs while these do; the window manager and the server do.
    execFileSync('sleep', ['0.4']);
    const pixel = execFileSync(process.execPath, ['-e', LOOK, '260', '230'], { env: rig.desktop.env });
    expect(pixel.readUIntLE(0, 3)).toBe(0x11aa33);
    made.surface.close();
  });

  it('shows a plain colour where nothing was painted yet', async () => {
    const made = await rig.show({ content: place });
    made.surface.place({ ...place, width: 400, height: 300 });
    const wanted = Buffer.alloc(20 * 20 * 4);
    for (let i = 0; i < wanted.length; i += 4) wanted.writeUInt32LE(0xece9d8, i);
    for (const corner of [
      { x: place.x + 350, y: place.y + 20 },
      { x: place.x + 20, y: place.y + 250 },
      { x: place.x + 350, y: place.y + 250 },
    ]) {
      await waitFor('the plain colour', async () => {
        return differences(await rig.desktop.screenshot({ ...corner, width: 20, height: 20 }), wanted) === 0;
      });
    }
    made.surface.close();
  });

  it('takes frames as fast as they come, the last one last', async () => {
    const made = await rig.show({ content: place });
    await Promise.all(
      Array.from({ length: 60 }, (_, i) => made.surface.paint(size, [rawPatch({ x: 0, y: 0, ...size }, i)])),
    );
    expect(differences(await rig.desktop.screenshot(place), testPixels(size, 59))).toBe(0);
    made.surface.close();
  });

  it('shows a surface larger than the screen', async () => {
    const large = { x: -50, y: -40, width: 2600, height: 1500 };
    const made = rig.open({ content: large, kind: 'tooltip', title: 'Large' });
    await made.surface.paint(large, [rawPatch({ x: 0, y: 0, width: 2600, height: 1500 }, 3)]);
    const whole = testPixels(large, 3);
    const wanted = Buffer.alloc(1024 * 768 * 4);
    for (let y = 0; y < 768; y++)
      whole.copy(wanted, y * 4096, ((y + 40) * 2600 + 50) * 4, ((y + 40) * 2600 + 1074) * 4);
    await waitFor('the large surface', async () => differences(await rig.desktop.screenshot(), wanted) === 0);
    made.surface.close();
  });

  it('refuses a patch outside of the surface and goes on', async () => {
    const made = await rig.show({ content: place });
    const outside: PixelPatch = { kind: 'fill', rect: { x: 300, y: 0, width: 20, height: 1 }, bgrx: 0 };
    await expect(made.surface.paint(size, [outside])).rejects.toThrow(RangeError);
    await made.surface.paint(size, patches);
    expect(differences(await rig.desktop.screenshot(place), drawn())).toBe(0);
    made.surface.close();
    await expect(made.surface.paint(size, patches)).resolves.toBeUndefined();
  });

  it('opens and closes 100 windows without a trace', async () => {
    const open = async () => {
      const surfaces = Array.from({ length: 25 }, (_, i) =>
        rig.open({ title: `Many ${i}`, kind: i % 5 ? 'normal' : 'menu' }),
      );
      await Promise.all(surfaces.map(({ surface }) => surface.paint(size, patches)));
      for (const { surface } of surfaces) surface.close();
      await rig.desktop.screenshot({ x: 0, y: 0, width: 1, height: 1 });
    };
    await open();
    const before = held();
    for (let round = 0; round < 4; round++) await open();
    await waitFor(
      'descriptors and memory to be back',
      () => held().files <= before.files && held().maps <= before.maps,
    );
    expect(await rig.desktop.windows()).toHaveLength(0);
  });
});

/** What this process holds of the system: descriptors, and mappings of pixels. */
function held(): { files: number; maps: number } {
  const maps = readFileSync('/proc/self/maps', 'utf8').split('\n');
  return {
    files: readdirSync('/proc/self/fd').length,
    maps: maps.filter((line) => line.includes('xpane')).length,
  };
}
