import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Screenshot, XWindow } from '../component/fixtures/x-desktop.ts';
import { startXDesktop, waitFor, type XDesktop } from '../component/fixtures/x-desktop.ts';
import { findWithin, GuestScreen } from './fixtures/guest-screen.ts';
import { XPaneRun } from './fixtures/xpane-run.ts';

/**
 * Applications of the sandboxed guest on a host desktop, byte for byte: what the host shows is what the guest's own
 * X server holds.
 */

let desktop: XDesktop;
let run: XPaneRun;
let guest: GuestScreen;

beforeAll(async () => {
  desktop = await startXDesktop({ size: { width: 1280, height: 960 } });
  run = await XPaneRun.prepare({ backend: 'sandbox', env: desktop.env });
  await run.ok('start');
  const state = await run.state();
  guest = await GuestScreen.open(state.processId);
});

afterAll(async () => {
  await guest?.close();
  await run?.stop();
  await desktop?.stop();
});

/** Waits until host content and guest window show the same; carets blink, so both are looked at together. */
async function expectSamePixels(
  content: () => Promise<Screenshot>,
  title: string | undefined,
): Promise<void> {
  await waitFor(
    `the host to show the guest's pixels of ${title ?? 'a menu'}`,
    async () => {
      const host = await content();
      for (const window of await guest.windows()) {
        if (title !== undefined && window.title !== title) continue;
        if (findWithin(host, await guest.pixels(window))) return true;
      }
      return false;
    },
    15_000,
  );
}

async function shot(window: XWindow): Promise<Screenshot> {
  return desktop.screenshot(await desktop.contentOf(window.id));
}

/** Launches an application and gives its host window. */
async function open(name: string, title: RegExp): Promise<XWindow> {
  await run.ok('launch', name);
  return desktop.waitForWindow((window) => title.test(window.title), 20_000);
}

describe('an application of the guest', () => {
  for (const [name, title] of [
    ['Notepad', 'Untitled - Notepad'],
    ['WordPad', 'Document - Wine Wordpad'],
    ['Minesweeper', 'WineMine'],
  ] as const) {
    it(`${name} is a window of the host, byte for byte`, async () => {
      const window = await open(name, new RegExp(`^\\[XP\\] ${title}$`));
      expect(window.wmClass[1]).toMatch(/^xpane-builtin-/);
      await expectSamePixels(() => shot(window), title);
    });
  }
});
