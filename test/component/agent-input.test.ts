import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AgentClient } from './fixtures/agent-client.ts';
import type { SeenWindow } from './fixtures/guest-view.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import {
  buildTellingWindows,
  closeTellingWindows,
  openTellingWindows,
  type TellingWindow,
  told,
} from './fixtures/telling-windows.ts';

/** Scan codes, set 1. */
const scancode = { shift: 0x2a, a: 0x1e, b: 0x30 };

let agent: RunningAgent;
let client: AgentClient;

beforeAll(async () => {
  agent = await startAgent();
  await buildTellingWindows(agent.guest);
}, 300_000);
afterAll(() => agent?.stop());

beforeEach(async () => {
  client = await AgentClient.connect({ url: `ws://127.0.0.1:${agent.port}/`, secret: agent.secret });
});
afterEach(async () => {
  await closeTellingWindows(agent.guest);
  await client.until('an empty desktop', () => client.view.windows.size === 0);
  await client.close();
});

/** Opens them in this order, and waits until the guest has settled: the last that takes the focus has it. */
async function open(...windows: TellingWindow[]): Promise<readonly SeenWindow[]> {
  const seen = await openTellingWindows(agent.guest, client, windows);
  const last = seen.findLast((_, i) => !windows[i]?.traits?.includes('n'));
  await client.until(
    'the last to be active',
    () => last === undefined || client.view.activeId === idOf(last),
  );
  await client.until('the last to know of it', () => last === undefined || told(last).activations > 0);
  return seen;
}
const idOf = ({ info }: SeenWindow) => info.windowId;

function key(code: number, down: boolean): void {
  client.send({ type: 'key', scancode: code, extended: false, down });
}
function tap(code: number): void {
  key(code, true);
  key(code, false);
}
const activate = (window: SeenWindow) => client.send({ type: 'window-activate', windowId: idOf(window) });

/** A click at the guest screen's `x`, `y`, meant for this window. */
function click(window: SeenWindow, x: number, y: number): void {
  const { surface } = window.info;
  const at = { windowId: idOf(window), x: x - surface.x, y: y - surface.y };
  client.send({ type: 'pointer-button', ...at, button: 1, down: true });
  client.send({ type: 'pointer-button', ...at, button: 1, down: false });
}

const presses = (windows: readonly SeenWindow[]) => windows.map((window) => told(window).presses);

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

describe('what was typed into a window that is slow to take the keyboard', () => {
  let slow: SeenWindow;
  let quick: SeenWindow;
  beforeEach(async () => {
    [slow] = (await open({
      name: 'slow',
      frame: { x: 20, y: 20, width: 300, height: 200 },
      traits: 'bs',
    })) as [SeenWindow];
    await client.until('the slow one is there', () => told(slow).activations > 0);
    [quick] = (await open({ name: 'quick', frame: { x: 400, y: 20, width: 300, height: 200 } })) as [
      SeenWindow,
    ];
    await client.until('the quick one is active', () => client.view.activeId === idOf(quick));
  });

  test('arrives, though the host lets go of all at once, and all is released afterwards', async () => {
    activate(slow);
    client.send({ type: 'text', text: 'abc' });
    key(scancode.shift, true);
    tap(scancode.a);
    client.send({ type: 'release-all' });
    client.send({ type: 'deactivate' });
    await client.until('all that was typed', () => told(slow).text === 'abcA');
    await client.until('nobody is active', () => client.view.activeId === 0);
    activate(quick);
    tap(scancode.b);
    await client.until('a small letter: Shift is up', () => told(quick).text === 'b');
    expect(told(slow).text).toBe('abcA');
  });

  test('arrives there and not in the window the host goes to meanwhile', async () => {
    activate(slow);
    client.send({ type: 'text', text: 'for the slow one' });
    activate(quick);
    client.send({ type: 'text', text: 'for the quick one' });
    await client.until('the first text', () => told(slow).text === 'for the slow one');
    await client.until('the second text', () => told(quick).text === 'for the quick one');
    expect(client.view.activeId).toBe(idOf(quick));
  });

  test('a click that waits behind it has its own time to bring up its window', async () => {
    const [below, above] = (await open(
      { name: 'below', frame: { x: 20, y: 300, width: 200, height: 150 } },
      { name: 'above', frame: { x: 20, y: 300, width: 200, height: 150 } },
    )) as [SeenWindow, SeenWindow];
    await client.until('the upper one is active', () => client.view.activeId === idOf(above));
    activate(slow);
    client.send({ type: 'text', text: 'x' });
    click(below, 100, 400);
    await client.until('the click', () => told(below).presses === 1);
    await client.until('what was typed', () => told(slow).text === 'x');
    expect(told(above).presses).toBe(0);
  });
});

describe('what the user asks of a window after typing into it comes after the keys', () => {
  const text = 'every letter of it';
  const frame = { x: 20, y: 20, width: 300, height: 200 };
  const type = () => {
    for (const letter of text) client.send({ type: 'text', text: letter });
  };

  test.each([
    ['has the keyboard', 'bk'],
    ['is slow to take the keyboard', 'bks'],
  ])('its end, when it %s', async (_, traits) => {
    const windows = await open(
      { name: 'asked', frame, traits },
      { name: 'other', frame: { ...frame, x: 400 } },
    );
    const [asked] = windows as [SeenWindow, SeenWindow];
    activate(asked);
    type();
    client.send({ type: 'window-close', windowId: idOf(asked) });
    await client.until('the request', () => told(asked).text.includes('!'));
    expect(told(asked).text).toBe(`${text}!`);
  });

  test('its way into the icon', async () => {
    const [asked] = (await open({ name: 'asked', frame, traits: 'bks' })) as [SeenWindow];
    activate(asked);
    type();
    client.send({ type: 'window-state', windowId: idOf(asked), state: 'minimised' });
    await client.until('the icon', () => asked.info.state === 'minimised');
    expect(told(asked).text).toBe(text);
  });
});

describe('a press on a window that others lie over', () => {
  const main = { name: 'main', frame: { x: 20, y: 20, width: 400, height: 400 } };
  const dialog = { name: 'dialog', owner: 'main', frame: { x: 60, y: 60, width: 300, height: 300 } };

  test('goes through at once where the cover is owned by what it owns', async () => {
    const windows = await open(main, dialog, {
      ...{ name: 'inner', owner: 'dialog' },
      frame: { x: 100, y: 100, width: 200, height: 200 },
    });
    const [first, second, inner] = windows as [SeenWindow, SeenWindow, SeenWindow];
    const logged = (await agent.log()).length;
    click(second, 200, 200);
    // A barrier: what comes after is answered after.
    click(inner, 250, 250);
    await client.until('both', () => sum(presses(windows)) === 2);
    expect(presses(windows)).toEqual([0, 0, 2]);
    click(first, 200, 200);
    await client.until('through two of them', () => told(inner).presses === 3);
    expect(presses(windows)).toEqual([0, 0, 3]);
    expect((await agent.log()).slice(logged)).not.toContain('dropped');
  });

  test('brings it up over another dialog of its owner and that dialog’s popup', async () => {
    const windows = await open(
      main,
      dialog,
      { name: 'sibling', owner: 'main', frame: { x: 80, y: 80, width: 300, height: 300 } },
      { name: 'its popup', owner: 'sibling', frame: { x: 100, y: 100, width: 200, height: 200 } },
    );
    const [, second] = windows as [SeenWindow, SeenWindow];
    click(second, 200, 200);
    await client.until('it arrived', () => told(second).presses === 1);
    expect(presses(windows)).toEqual([0, 1, 0, 0]);
  });

  test('that a dialog disables presses nothing in that dialog, which becomes active', async () => {
    const windows = await open({ ...main, traits: 'bd' }, dialog, {
      ...{ name: 'other', traits: 'b' },
      frame: { x: 500, y: 60, width: 200, height: 200 },
    });
    const [first, second, other] = windows as [SeenWindow, SeenWindow, SeenWindow];
    await client.until('the other is active', () => client.view.activeId === idOf(other));
    click(first, 200, 200);
    await client.until('the dialog is active', () => client.view.activeId === idOf(second));
    click(other, 600, 200);
    await client.until('the press after it', () => told(other).presses === 1);
    expect(presses(windows)).toEqual([0, 0, 1]);
  });

  test('raises a menu over a stranger without making it active', async () => {
    const windows = await open(
      main,
      { name: 'menu', owner: 'main', frame: { x: 60, y: 60, width: 200, height: 200 }, traits: 'pnt' },
      { name: 'stranger', frame: { x: 80, y: 80, width: 200, height: 200 }, traits: 'pnt' },
    );
    const [first, menu] = windows as [SeenWindow, SeenWindow];
    await client.until('the main window is active', () => client.view.activeId === idOf(first));
    expect(menu.info).toMatchObject({ kind: 'menu', ownerId: idOf(first) });
    click(menu, 150, 150);
    await client.until('it arrived', () => told(menu).presses === 1);
    expect(presses(windows)).toEqual([0, 1, 0]);
    expect(told(menu).activations).toBe(0);
    expect(client.view.activeId).toBe(idOf(first));
  });
});
