import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Balloon } from '../../src/launcher/api/state.ts';
import { type RunningService, serveFake } from './fixtures/running-service.ts';
import { type RunningTray, startTray } from './fixtures/running-tray.ts';
import { startTrayDesktop, type TrayDesktop } from './fixtures/tray-desktop.ts';
import { waitFor } from './fixtures/x-desktop.ts';

/** What the guest's applications say, shown by a real notification daemon and clicked; the service has no guest. */

let tray: TrayDesktop;
let service: RunningService;
let process: RunningTray;
let lastId = 0;

beforeAll(async () => {
  tray = await startTrayDesktop();
  service = await serveFake();
  service.change({ phase: 'running' });
  process = startTray(tray.env, dirname(service.runtime));
  await tray.findIcon();
  // What is there before the tray is no news to it.
  await waitFor('the tray to watch', () => service.watchers() > 0);
});
afterAll(async () => {
  await process?.stop();
  await service?.stop();
  await tray?.stop();
});
beforeEach(async () => {
  await tray.desktop.tool('dunstctl', 'close-all');
  service.calls.length = 0;
});

function say(part: Partial<Balloon>): Balloon {
  const balloon: Balloon = {
    id: ++lastId,
    title: '[XP] News',
    text: `Text ${lastId}`,
    kind: 'info',
    ...part,
  };
  service.change({ balloons: [balloon] });
  return balloon;
}

const shownCount = async () => Number(await tray.desktop.tool('dunstctl', 'count', 'displayed'));

/** dunst's default: the middle button takes the notification's default action. */
async function clickNotification(): Promise<void> {
  const { x, y } = await waitFor('the notification to be drawn in its place', async () => {
    const search = ['search', '--onlyvisible', '--class', '^Dunst$'];
    const found = await tray.desktop.tool('xdotool', ...search).catch(() => '');
    if (found === '') return false;
    const place = await tray.desktop.contentOf(Number(found.split('\n')[0]));
    const { bgrx } = await tray.desktop.screenshot(place);
    return new Set(new Uint32Array(bgrx.buffer, bgrx.byteOffset, bgrx.length / 4)).size > 2 && place;
  });
  await tray.desktop.click({ x: x + 20, y: y + 20 }, 2);
}

test('a balloon is a notification with the guest’s mark; its click goes back', async () => {
  const { id } = say({});
  await waitFor('the notification', async () => (await shownCount()) === 1);
  await clickNotification();
  await waitFor('the click', () => service.calls.length > 0);
  expect(service.calls).toEqual([
    { method: 'balloonClicked', params: { workspace: 'builtin', balloon: id } },
  ]);
  const [last] = (await tray.notifications()).slice(-1);
  expect(last).toMatchObject({ title: '[XP] News', application: 'XPane' });
});

test('a file that may need its folder: a click says so, and opens it again', async () => {
  const folderQuestion = { kind: 'shp', file: '/maps/Roads.shp' };
  const notice = {
    id: 1,
    kind: 'information' as const,
    title: 'Its folder?',
    text: 'Click.',
    folderQuestion,
  };
  service.change({ files: { notices: [notice] } });
  await waitFor('the notification', async () => (await shownCount()) === 1);
  await clickNotification();
  await waitFor('the click', () => service.calls.length > 1);
  expect(service.calls).toMatchObject([
    { method: 'answerFolderQuestion', params: { workspace: 'builtin', kind: 'shp', takesFolder: true } },
    { method: 'open', params: { workspace: 'builtin', files: ['/maps/Roads.shp'] } },
  ]);
});

test('one that is closed is no click, and neither is one that was there before', async () => {
  const { id } = say({});
  await waitFor('the notification', async () => (await shownCount()) === 1);
  await tray.desktop.tool('dunstctl', 'close-all');
  const before = (await tray.notifications()).length;
  service.change({ windowCount: 1 });
  say({ text: 'the next' });
  await waitFor('the next', async () => (await shownCount()) === 1);
  await tray.desktop.tool('dunstctl', 'close-all');
  expect((await tray.notifications()).length).toBe(before + 1);
  expect(service.calls).toEqual([]);
  expect(id).toBeLessThan(lastId);
});

test.each([
  ['markup', '<b>bold</b> <a href="http://127.0.0.1/">link</a> <img src="/etc/passwd"/> &amp;'],
  ['escapes', 'back\\nslash \\x41 \\\\ end'],
  ['an option', '--expire-time=1'],
])('%s in a balloon is text', async (_, text) => {
  say({ text, title: '--urgency=critical' });
  await waitFor('the notification', async () => (await shownCount()) === 1);
  const [last] = (await tray.notifications()).slice(-1);
  expect(last?.title).toBe('--urgency=critical');
  const plain = (last?.text ?? '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  expect(last?.text).not.toMatch(/<[a-z/]/);
  expect(plain).toBe(text);
});

test('a guest that talks all the time does not take XPane’s own word away', async () => {
  for (let i = 0; i < 40; i++) {
    say({ text: `flood ${i}` });
    // The watch sends one state in 50 ms: each balloon is to be seen.
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  service.change({ phase: 'failed', failure: { code: 'x.y', message: 'It ended.', hint: 'Start it.' } });
  await waitFor('the failure', async () => {
    const told = await tray.notifications();
    return told.some(({ title }) => title.includes('stopped working'));
  });
});
