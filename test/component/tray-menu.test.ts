import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Application } from '../../src/launcher/api/state.ts';
import type { Rect } from '../../src/shared/geometry.ts';
import { type RunningService, serveFake } from './fixtures/running-service.ts';
import { isRunning, type RunningTray, startTray } from './fixtures/running-tray.ts';
import { startTrayDesktop, type TrayDesktop } from './fixtures/tray-desktop.ts';
import { type Screenshot, waitFor } from './fixtures/x-desktop.ts';

/** The real tray, helper, panel and notification daemon; real clicks; only the service has no guest. */

/** The fake service knows applications by name: so the id is the name. */
const application = (name: string, ...folder: string[]): Application => ({ id: name, name, folder });
const applications = [
  application('Notepad', 'Accessories'),
  application('Word_Pad & <b>', 'Accessories'),
  application('Minesweeper', 'Games'),
  application('Loose'),
];

let tray: TrayDesktop;
let service: RunningService;
let process: RunningTray;

beforeAll(async () => {
  tray = await startTrayDesktop();
  service = await serveFake();
  service.change({ phase: 'running', applications });
  process = startTray(tray.env, dirname(service.runtime));
  await tray.findIcon();
});
afterAll(async () => {
  await process?.stop();
  await service?.stop();
  await tray?.stop();
});
beforeEach(async () => {
  service.calls.length = 0;
  service.change({
    phase: 'running',
    applications,
    progress: undefined,
    failure: undefined,
    notice: undefined,
  });
  await menuSays('Built-in guest: running');
});

async function menuSays(text: string): Promise<string> {
  return waitFor(`the menu to say ${text}`, async () => {
    const menu = await tray.menuText();
    return menu.includes(text) ? menu : undefined;
  });
}

async function called(method: string): Promise<unknown> {
  return (await waitFor(method, () => service.calls.find((call) => call.method === method))).params;
}

test('the menu shows the state and the applications in their folders', async () => {
  const [, ...lines] = (await menuSays('Loose')).split('\n');
  expect(lines).toEqual([
    'Start (off)',
    'Stop',
    'Restart',
    'Reset… (off)',
    '---',
    'Accessories',
    '  Notepad',
    '  Word_Pad & <b>',
    'Games',
    '  Minesweeper',
    'Loose',
    '---',
    'About XPane',
    'Exit',
  ]);
});

test('a click opens an application, with the display of the tray', async () => {
  await tray.choose('Accessories', 'Notepad');
  expect(await called('launch')).toEqual({
    workspace: 'builtin',
    application: 'Notepad',
    display: tray.env.DISPLAY,
    authority: tray.env.XAUTHORITY,
  });
  await tray.choose('Loose');
  await waitFor('the second launch', () => service.calls.length === 2);
  expect(service.calls[1]?.params).toMatchObject({ application: 'Loose' });
});

test('opening a submenu asks for nothing', async () => {
  await tray.openPath(['Accessories']);
  await tray.closeMenu();
  await tray.choose('Restart');
  await called('restart');
  expect(service.calls.map(({ method }) => method)).toEqual(['restart']);
});

test('a reset is done only after the menu has been asked twice', async () => {
  service.change({ phase: 'stopped' });
  await menuSays('Reset…');
  await tray.choose('Reset…');
  await menuSays('Really reset Built-in guest');
  expect(service.calls).toEqual([]);
  await tray.choose('Really reset Built-in guest');
  expect(await called('resetWorkspace')).toEqual({ workspace: 'builtin' });
  await menuSays('Reset…');
});

test('a changed state is seen within a second, by the same helper, and the icon never goes', async () => {
  const icon = await tray.findIcon();
  const helpers = process.helpers();
  let blank = 0;
  let watching = true;
  const watched = (async () => {
    while (watching) if (coloured(await tray.desktop.screenshot(icon)) < 40) blank++;
  })();
  for (const name of ['Alpha', 'Beta', 'Gamma']) {
    const startedMs = performance.now();
    service.change({ phase: 'starting', progress: { text: name, fraction: 0.25 }, applications: [] });
    await menuSays(`Built-in guest: starting… ${name} (25 %)`);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    service.change({
      phase: 'running',
      progress: undefined,
      applications: [application(name, 'New', 'Deep')],
    });
    await menuSays(`    ${name}`);
  }
  watching = false;
  await watched;
  expect(blank).toBe(0);
  expect(process.helpers()).toEqual(helpers);
});

test('the icon is another for each state', async () => {
  const icon = await tray.findIcon();
  await tray.desktop.moveTo({ x: 10, y: 10 });
  const seen = new Set<string>();
  for (const phase of ['running', 'starting', 'stopped', 'failed'] as const) {
    service.change({ phase });
    await menuSays(`Built-in guest: ${phase}`);
    await waitFor(`another icon for ${phase}`, async () => {
      const picture = (await tray.desktop.screenshot(inner(icon))).bgrx.toString('base64');
      if (seen.has(picture)) return false;
      return seen.add(picture);
    });
  }
});

test('what fails is told with what to do', async () => {
  service.change({ applications: [{ ...application('Broken'), id: 'nowhere' }] });
  await menuSays('Broken');
  await tray.choose('Broken');
  const told = await waitFor('the notification', async () =>
    (await tray.notifications()).find(({ title }) => title.includes('Broken')),
  );
  expect(told.application).toBe('XPane');
  expect(told.text).toBe('There is no such application.\nWhat to do: See "xpane apps".');
  service.change({
    phase: 'failed',
    failure: { code: 'a.b', message: 'A <b> & \\n $(id) `id` "x"', hint: 'Do.' },
  });
  await waitFor('the failure', async () =>
    (await tray.notifications()).find(({ text }) => text.startsWith('A &lt;b&gt; &amp; \\n $(id) `id` "x"')),
  );
  expect(await menuSays('What to do: Do.')).toContain('Start\n');
});

test('About tells the version', async () => {
  await tray.choose('About XPane');
  await waitFor('the notification', async () =>
    (await tray.notifications()).some(({ title }) => /^XPane \d/.test(title)),
  );
});

test('a helper that is killed comes back and works', async () => {
  const [before = 0] = process.helpers();
  globalThis.process.kill(before, 'SIGKILL');
  await waitFor('another helper', () => process.helpers().some((pid) => pid !== before));
  await menuSays('Built-in guest: running');
  await tray.choose('Loose');
  await called('launch');
});

test('300 applications in one folder: the last one can be chosen', async () => {
  const many = Array.from({ length: 300 }, (_, i) => application(`App ${i + 1}`, 'All'));
  service.change({ applications: many });
  await menuSays('  App 300');
  await tray.choose('All', 'App 299');
  expect(await called('launch')).toMatchObject({ application: 'App 299' });
});

test('without its service the tray offers to start it, and finds it again', async () => {
  const { startIpcServer } = await import('../../src/launcher/ipc-server.ts');
  const { silentLog } = await import('../../src/shared/log.ts');
  await service.server.close();
  await menuSays('Start XPane');
  const server = await startIpcServer({ runtime: service.runtime, api: service.api, log: silentLog });
  Object.assign(service, { server });
  await menuSays('Built-in guest: running');
});

test('Exit that an application holds up is told, the tray stays, and the guest can be turned off', async () => {
  service.change({ notice: '“Letter” asks something' });
  await menuSays('Turn off without saving');
  await tray.choose('Exit');
  const told = await waitFor('the notification', async () =>
    (await tray.notifications()).find(({ title }) => title.includes('Exit')),
  );
  expect(told.text).toBe('Notepad asks something.\nWhat to do: Answer it.');
  await tray.choose('Turn off without saving');
  expect(await called('stop')).toEqual({ workspace: 'builtin', force: true });
});

test('Exit ends the service, the tray and the helper', async () => {
  const helpers = process.helpers();
  await tray.choose('Exit');
  await called('quit');
  expect(await process.exited).toEqual({ code: 0, signal: null });
  await waitFor('the helper to end', () => !helpers.some(isRunning));
  expect(await tray.statusItems()).toEqual([]);
});

/** Without the edge, which the panel lights up under the pointer. */
function inner({ x, y, width, height }: Rect): Rect {
  return { x: x + 6, y: y + 6, width: width - 12, height: height - 12 };
}

/** Pixels that are clearly not the panel's grey. */
function coloured({ bgrx }: Screenshot): number {
  let count = 0;
  for (let i = 0; i < bgrx.length; i += 4) {
    const [blue = 0, green = 0, red = 0] = bgrx.subarray(i, i + 3);
    if (Math.max(blue, green, red) - Math.min(blue, green, red) > 60) count++;
  }
  return count;
}
