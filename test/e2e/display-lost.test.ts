import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastingDisplay } from '../component/fixtures/lasting-display.ts';
import { startXDesktop, waitFor, type XDesktop } from '../component/fixtures/x-desktop.ts';
import { XPaneRun } from './fixtures/xpane-run.ts';

const patienceMs = 30_000;

/** The X server is killed under the service, with an application of the real guest open and something typed in it. */
describe('a killed X server', () => {
  const desktops: XDesktop[] = [];
  let run: XPaneRun;
  let first: XDesktop;

  const start = async (display?: string) => {
    const options = { size: { width: 1024, height: 768 }, ...(display === undefined ? {} : { display }) };
    const desktop = await startXDesktop(options);
    desktops.push(desktop);
    return desktop;
  };
  const notepadOn = (desktop: XDesktop) =>
    desktop.waitForWindow(({ title }) => title === '[XP] Untitled - Notepad', patienceMs);
  /** Dark points: text, mostly. */
  const inkOn = async (desktop: XDesktop) => {
    const { content } = await notepadOn(desktop);
    const { bgrx } = await desktop.screenshot({ ...content, height: 200 });
    let points = 0;
    for (let at = 0; at < bgrx.length; at += 4) if ((bgrx.readUIntLE(at, 3) & 0x808080) === 0) points++;
    return points;
  };
  const typeOn = async (desktop: XDesktop, text: string) => {
    const window = await notepadOn(desktop);
    await desktop.tool('xdotool', 'windowactivate', '--sync', String(window.id));
    const before = await inkOn(desktop);
    await desktop.type(text);
    await waitFor('the text', async () => (await inkOn(desktop)) > before + 60, patienceMs);
  };
  const kill = async (desktop: XDesktop) => {
    desktop.server.kill('SIGKILL');
    await waitFor('the service to say so', async () => (await run.state()).displayFailure !== undefined);
  };

  beforeAll(async () => {
    first = await start(lastingDisplay());
    run = await XPaneRun.prepare({ backend: 'sandbox', env: first.env });
    await run.ok('launch', 'Notepad');
    await typeOn(first, 'before the fall');
  });
  afterAll(async () => {
    await run?.stop();
    for (const desktop of desktops) await desktop.stop();
  });

  it('takes the windows only: the service says what happened, the guest runs on', async () => {
    const { processId } = await run.state();
    await kill(first);
    const state = await run.state();
    expect(state).toMatchObject({
      processId,
      displayFailure: {
        code: 'presenter.lost',
        hint: expect.stringContaining('Log in to the desktop again'),
      },
      workspaces: [{ phase: 'running', windowCount: 0 }],
    });
    expect(await run.ok('status')).toContain('The desktop is gone');
  });

  it('has them back when it is started again, with all that was typed, and takes more', async () => {
    const second = await start(first.display);
    await waitFor('the text of before', async () => (await inkOn(second)) > 150, patienceMs);
    await typeOn(second, 'and after it');
    expect((await run.state()).displayFailure).toBeUndefined();
    await kill(second);
  });

  it('has them on another display, from which something is launched', async () => {
    const third = await start();
    Object.assign(run.env, { DISPLAY: third.display });
    await run.ok('launch', 'Minesweeper');
    await third.waitForWindow(({ title }) => title === '[XP] WineMine', patienceMs);
    await typeOn(third, 'elsewhere');
    expect((await run.state()).workspaces[0]).toMatchObject({ phase: 'running', windowCount: 2 });
  });
});
