import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
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

  it('gives way to one with a key of its own, which its client names too', async () => {
    const first = await start(lastingDisplay());
    await display.open(first.display);
    const name = lastingDisplay();
    const file = join(mkdtempSync(join(tmpdir(), 'xpane-key-')), 'Xauthority');
    const before = process.env.XAUTHORITY;
    onTestFinished(() => {
      rmSync(dirname(file), { recursive: true });
      if (before === undefined) delete process.env.XAUTHORITY;
      else process.env.XAUTHORITY = before;
    });
    execFileSync('xauth', ['-q', '-f', file, 'add', name, '.', '0123456789abcdef'.repeat(2)], {
      stdio: 'ignore',
    });
    process.env.XAUTHORITY = file;
    const options = { windowManager: 'none', display: name, serverArguments: ['-auth', file] } as const;
    desktops.push(await startXDesktop(options));
    process.env.XAUTHORITY = '/dev/null';
    await kill(first);
    await expect(display.open(name)).rejects.toMatchObject({ code: 'presenter.no-display' });
    await display.open(name, file);
    expect(display.name).toBe(name);
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
