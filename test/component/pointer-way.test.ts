import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import {
  type HostPointer,
  hostTheme,
  isThemes,
  readHostPointer,
  showsNothing,
} from './fixtures/host-pointer.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { buildProgram, startWholeWay, type WholeWay } from './fixtures/whole-way.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

const stripe = (index: number) => ({ x: index * 60 + 20, y: 80 });
const edge = 32;

/** The whole way of a pointer: real Win32 programs under Wine, and the pixels that the host's X server shows. */
describe('the host’s pointer over a guest’s program', () => {
  let agent: RunningAgent;
  let desktop: XDesktop;
  let way: WholeWay;
  const before = { ...process.env };

  beforeAll(async () => {
    Object.assign(process.env, { XCURSOR_PATH: hostTheme.path, XCURSOR_THEME: hostTheme.name });
    agent = await startAgent();
    await buildProgram(agent, 'pointer-shapes.c');
    desktop = await startXDesktop();
  }, 300_000);
  afterAll(async () => {
    await desktop?.stop();
    await agent?.stop();
    for (const name of ['XCURSOR_PATH', 'XCURSOR_THEME']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });
  beforeEach(async () => {
    way = await startWholeWay(agent, desktop, 'guest');
  });
  afterEach(async () => {
    await agent.guest.shell(
      '"$WINE" taskkill /F /IM pointer-shapes.exe; "$WINE" taskkill /F /IM notepad.exe',
    );
    await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
    await way.stop();
  });

  async function open(program: string, titled: (title: string) => boolean): Promise<XWindow> {
    agent.guest.start(program);
    const window = await desktop.waitForWindow(({ title }) => titled(title), 20_000);
    await way.focus(window);
    return window;
  }

  /** Moves about at a place of the window until the pointer is so. */
  async function untilShown(
    what: string,
    window: XWindow,
    at: { x: number; y: number },
    fits: (pointer: HostPointer) => boolean,
  ): Promise<void> {
    let step = 0;
    await waitFor(what, async () => {
      const { x, y } = await desktop.contentOf(window.id);
      await desktop.moveTo({ x: x + at.x + (step++ % 2), y: y + at.y });
      return fits(await readHostPointer(desktop.client));
    });
  }

  it('has the program’s own pixels, in colours, inverting, or none', async () => {
    const window = await open('pointer-shapes.exe', (title) => title === 'shapes');
    // With the guest's own frame around: its border and caption come before the stripes.
    const inside = (index: number) => ({ x: stripe(index).x + 4, y: stripe(index).y + 24 });
    const pixels = (pointer: HostPointer, ...places: readonly (readonly [number, number])[]) =>
      places.map(([x, y]) => pointer.pixels[y * edge + x]);
    const are = (found: readonly unknown[], wanted: readonly unknown[]) =>
      found.every((one, index) => one === wanted[index]);
    await untilShown('an I-beam', window, inside(0), (pointer) => isThemes(pointer, 'text'));
    await untilShown('colours', window, inside(2), (pointer) => {
      const { width, height, hotX, hotY } = pointer;
      const found = [width, height, hotX, hotY, ...pixels(pointer, [5, 5], [2, 1], [5, 20])];
      return are(found, [edge, edge, 3, 5, 0xffff_0000, 0xff00_ff00, 0x8080_0000]);
    });
    await untilShown('black, white, inverting', window, inside(3), (pointer) => {
      const { width, height, hotX, hotY } = pointer;
      const found = [
        width,
        height,
        hotX,
        hotY,
        ...pixels(pointer, [4, 2], [4, 10], [4, 18], [4, 28], [16, 28]),
      ];
      return are(found, [edge, edge, 1, 30, 0xff00_0000, 0xffff_ffff, 0, 0xff00_0000, 0xffff_ffff]);
    });
    await untilShown('none', window, inside(4), showsNothing);
    await untilShown('a hand', window, inside(1), (pointer) => isThemes(pointer, 'pointer'));
  });

  it('is Notepad’s: an I-beam over the text, size arrows over the border, an arrow over menu bar and menu', async () => {
    const window = await open('C:\\windows\\system32\\notepad.exe', (title) => title.includes('Notepad'));
    const { width, height } = window.content;
    const middle = { x: width >> 1, y: height >> 1 };
    await untilShown('an I-beam', window, middle, (pointer) => isThemes(pointer, 'text'));
    await untilShown('the right border', window, { x: width - 3, y: middle.y }, (pointer) =>
      isThemes(pointer, 'ew-resize'),
    );
    await untilShown('the menu bar', window, { x: width - 60, y: 32 }, (pointer) =>
      isThemes(pointer, 'default'),
    );
    await untilShown('an I-beam', window, middle, (pointer) => isThemes(pointer, 'text'));
    const { x, y } = await desktop.contentOf(window.id);
    await desktop.click({ x: x + 20, y: y + 34 });
    const menus = () => [...way.bridge.model.windows.values()].filter(({ kind }) => kind === 'menu');
    await waitFor('the menu', () => menus().length === 1);
    await untilShown('the menu', window, { x: 40, y: 80 }, (pointer) => !isThemes(pointer, 'text'));
    // The first closes the menu, the second leaves the menu bar.
    await desktop.key('Escape', 'Escape');
    await waitFor('no menu', () => menus().length === 0);
    await untilShown('an I-beam', window, middle, (pointer) => isThemes(pointer, 'text'));
  });
});
