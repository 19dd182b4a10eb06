import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { buildProgram, startWholeWay, type WholeWay } from './fixtures/whole-way.ts';
import { startXDesktop, waitFor, type XDesktop, type XWindow } from './fixtures/x-desktop.ts';

/** The whole way: FlashWindowEx of a real Win32 program under Wine, and what the host's desktop makes of it. */
describe.each(['openbox', 'xfwm4'] as const)('a program that flashes, under %s', (windowManager) => {
  let agent: RunningAgent;
  let desktop: XDesktop;
  let way: WholeWay;
  let mail: XWindow;
  let editor: XWindow;

  beforeAll(async () => {
    agent = await startAgent();
    await buildProgram(agent, 'flashing-window.c');
  }, 300_000);
  afterAll(() => agent?.stop());
  beforeEach(async () => {
    // Each test has its own: openbox 3.6.1 dies by itself (frame_adjust_focus, from a timer) when a window is closed
    // that has just flashed, whoever's it is.
    desktop = await startXDesktop({ windowManager });
    way = await startWholeWay(agent, desktop);
    mail = await open('mail');
    editor = await open('editor');
  });
  afterEach(async () => {
    try {
      await agent.guest.shell('"$WINE" taskkill /F /IM flashing-window.exe');
      await waitFor('an empty desktop', async () => (await desktop.windows()).length === 0);
    } finally {
      await way?.stop();
      await desktop?.stop();
    }
  });

  async function open(name: string): Promise<XWindow> {
    agent.guest.start('flashing-window.exe', [name]);
    const window = await desktop.waitForWindow(({ title }) => title === name, 20_000);
    await focus(window);
    return window;
  }
  const focus = (window: XWindow) => way.focus(window);
  /** Resolves when the program has carried it out. */
  async function order(name: string, letter: string): Promise<void> {
    const file = join(agent.guest.shared, `${name}.order`);
    await writeFile(`${file}.new`, letter);
    await rename(`${file}.new`, file);
    await waitFor('obedience', () => !existsSync(file));
  }
  const flashes = async ({ id }: XWindow) =>
    (await desktop.property(id, '_NET_WM_STATE')).includes('DEMANDS_ATTENTION');

  it.each([
    ['until it comes to the front', 'f'],
    ['once', 'o'],
    ['its taskbar button', 't'],
  ])('%s demands attention behind another, and no more once it has the focus', async (_, letter) => {
    await order('mail', letter);
    await waitFor('the mark', () => flashes(mail));
    expect(await flashes(editor)).toBe(false);
    await focus(mail);
    await waitFor('no mark', async () => !(await flashes(mail)));
    // The guest has taken it back, too: it can flash again.
    await focus(editor);
    expect(await flashes(mail)).toBe(false);
    await order('mail', letter);
    await waitFor('the mark', () => flashes(mail));
  });

  it('while it is in front does nothing, nor does going to and fro, nor a caption kept lit for a palette', async () => {
    const marks: string[] = [];
    way.bridge.on('windowChanged', ({ attention, title }, before) => {
      // It may change otherwise while it is marked.
      if (attention && !before.attention) marks.push(title);
    });
    await order('editor', 'f');
    for (let round = 0; round < 4; round++) {
      await focus(mail);
      await focus(editor);
    }
    await order('editor', 'a');
    await desktop.waitForWindow(({ title }) => title === 'editor palette');
    await focus(mail);
    await focus(editor);
    expect(marks).toEqual([]);
    await order('mail', 'f');
    await waitFor('a mark after all that', () => flashes(mail));
    expect(marks).toEqual(['mail']);
  });
});
