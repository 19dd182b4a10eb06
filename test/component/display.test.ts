import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Display } from '../../src/service/display.ts';
import type { Log } from '../../src/shared/log.ts';
import { silentLog } from '../../src/shared/log.ts';
import { lastingDisplay } from './fixtures/lasting-display.ts';
import { startXDesktop, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

let desktops: XDesktop[];
let display: Display;
let warnings: string[];

const start = async (name?: string) => {
  const desktop = await startXDesktop({
    windowManager: 'none',
    ...(name === undefined ? {} : { display: name }),
  });
  desktops.push(desktop);
  return desktop;
};
const kill = async (desktop: XDesktop) => {
  desktop.server.kill('SIGKILL');
  await waitFor('the loss', () => display.presenter === undefined);
};

beforeEach(() => {
  desktops = [];
  warnings = [];
  const log: Log = { ...silentLog, child: () => silentLog, warn: (_, text) => void warnings.push(text) };
  display = new Display({ log, onScreenChanged: () => undefined });
});
afterEach(async () => {
  await display.close();
  for (const desktop of desktops) await desktop.stop();
});

describe('a display whose server was killed', () => {
  it('says what happened, once, and is open again when a server is back on the same name', async () => {
    const first = await start(lastingDisplay());
    await display.open(first.display);
    expect(display.failure).toBeUndefined();
    for (const server of [first, undefined]) {
      await kill(server ?? desktops.at(-1) ?? first);
      expect(display.failure).toMatchObject({
        code: 'presenter.lost',
        hint: expect.stringContaining('Log in'),
      });
      expect(display.name).toBeUndefined();
      await start(first.display);
      await waitFor('the display', () => display.presenter);
      expect(display.name).toBe(first.display);
      expect(display.failure).toBeUndefined();
    }
    expect(warnings).toEqual(Array(2).fill('the display is gone; guests run on'));
  });

  it('gives way to another that a client names, for good', async () => {
    const first = await start(lastingDisplay());
    await display.open(first.display);
    await kill(first);
    const other = await start();
    await display.open(other.display);
    expect(display.failure).toBeUndefined();
    await start(first.display);
    // Longer than the first pauses between two looks.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(display.name).toBe(other.display);
  });

  it('is still looked for after a client named one that is not there', async () => {
    const first = await start(lastingDisplay());
    await display.open(first.display);
    await kill(first);
    await expect(display.open(':4711')).rejects.toMatchObject({ code: 'presenter.no-display' });
    expect(display.failure).toMatchObject({ code: 'presenter.lost' });
    await start(first.display);
    await waitFor('the display', () => display.name === first.display);
  });

  it('is what a client without a display of its own gets', async () => {
    const first = await start(lastingDisplay());
    await display.open(first.display);
    await kill(first);
    await start(first.display);
    await display.open(undefined);
    expect(display.name).toBe(first.display);
  });

  it('is looked for no more once the service ends', async () => {
    const first = await start(lastingDisplay());
    await display.open(first.display);
    await kill(first);
    await display.close();
    await start(first.display);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(display.presenter).toBeUndefined();
    await expect(display.open(first.display)).rejects.toMatchObject({ code: 'service.stopping' });
  });
});
