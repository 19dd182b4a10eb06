import { afterEach, describe, expect, it } from 'vitest';
import x11, { type Client } from 'x11';
import type { Presenter } from '../../src/presenter/presenter.ts';
import { createPresenter } from '../../src/presenter/x11/create-presenter.ts';
import { silentLog } from '../../src/shared/log.ts';
import { startXDesktop, type WindowManager, waitFor, type XDesktop } from './fixtures/x-desktop.ts';

/** What another program of the desktop hears of an application that starts, and what window managers make of it. */

let desktop: XDesktop | undefined;
let presenter: Presenter | undefined;
let observer: Client | undefined;
afterEach(async () => {
  observer?.terminate();
  await presenter?.close();
  await desktop?.stop();
});

/** Puts the parts together as libstartup-notification does: by window, up to the zero byte. */
async function start(windowManager: WindowManager) {
  desktop = await startXDesktop({ windowManager });
  const { display } = desktop;
  const messages: string[] = [];
  const parts = new Map<number, string>();
  observer = await new Promise<Client>((resolve, reject) => {
    const client = x11.createClient({ display }, (error, made) => {
      if (error) return reject(error);
      client.ChangeWindowAttributes(made.screen[0]?.root ?? 0, {
        eventMask: x11.eventMask.PropertyChange ?? 0,
      });
      client.sync(() => resolve(client));
    });
    client.on('event', ({ name, wid, rawData }) => {
      if (name !== 'ClientMessage') return;
      const text = (parts.get(wid) ?? '') + rawData.toString('utf8', 12, 32);
      const end = text.indexOf('\0');
      if (end < 0) parts.set(wid, text);
      else {
        parts.delete(wid);
        messages.push(text.slice(0, end));
      }
    });
  });
  presenter = await createPresenter({
    display,
    log: silentLog,
    events: { onScreenChanged: () => undefined, onLost: () => undefined },
  });
  return { desktop, presenter, messages, observer };
}

/** What the pointer looks like now, as text. */
function cursorShape(client: Client): Promise<string> {
  return new Promise((resolve, reject) => {
    client.require('fixes', (missing, fixes) => {
      if (missing) return reject(missing);
      fixes.GetCursorImage((error, result) =>
        error ? reject(error) : resolve(result.cursorImage.toString('base64')),
      );
    });
  });
}

describe('a start', () => {
  it('is announced and ended once, with its name as one word', async () => {
    const { presenter, messages } = await start('none');
    const notice = presenter.announceStart({ name: 'A "long" name \\ of an application' });
    await waitFor('the announcement', () => messages.length === 1);
    const [, id] = /^new: ID="([^"]+)" /.exec(messages[0] ?? '') ?? [];
    expect(messages[0]).toBe(`new: ID="${id}" NAME="A \\"long\\" name \\\\ of an application" SCREEN=0`);
    notice.end();
    notice.end();
    presenter.announceStart({ name: 'another' });
    await waitFor('the next', () => messages.length === 3);
    expect(messages[1]).toBe(`remove: ID="${id}"`);
    expect(messages[2]).not.toContain(`"${id}"`);
  });

  it('that the desktop’s launcher announced is only ended', async () => {
    const { presenter, messages } = await start('none');
    presenter.announceStart({ name: 'Notepad', startupId: 'xfce4-panel/Notepad/1-0_TIME123' }).end();
    await waitFor('the end', () => messages.length === 1);
    expect(messages).toEqual(['remove: ID="xfce4-panel/Notepad/1-0_TIME123"']);
  });
});

describe.each(['xfwm4', 'openbox'] as const)('the pointer under %s', (windowManager) => {
  it('is busy until the end', async () => {
    const { desktop, presenter, observer } = await start(windowManager);
    await desktop.moveTo({ x: 400, y: 300 });
    const shape = () => cursorShape(observer);
    const before = await shape();
    const notice = presenter.announceStart({ name: 'Notepad' });
    await waitFor('another shape', async () => (await shape()) !== before);
    notice.end();
    await waitFor('the shape of before', async () => (await shape()) === before);
  });
});
