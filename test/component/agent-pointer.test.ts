import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../src/guest-bridge/protocol/limits.ts';
import { AgentClient } from './fixtures/agent-client.ts';
import type { SeenCursorImage, SeenWindow } from './fixtures/guest-view.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { buildProgram } from './fixtures/whole-way.ts';

const program = 'pointer-shapes.exe';
/** Of the program's window, by its stripes. */
const stripes = { text: 0, hand: 1, coloured: 2, inverting: 3, none: 4, changing: 5, arrow: 6 } as const;
const edge = 32;
const [black, white, nothing] = [0xff00_0000, 0xffff_ffff, 0];

let agent: RunningAgent;
let client: AgentClient;
let window: SeenWindow;

beforeAll(async () => {
  agent = await startAgent();
  await buildProgram(agent, 'pointer-shapes.c');
}, 300_000);
afterAll(() => agent?.stop());

const connect = () => AgentClient.connect({ url: `ws://127.0.0.1:${agent.port}/`, secret: agent.secret });

beforeEach(async () => {
  client = await connect();
});
afterEach(async () => {
  await agent.guest.shell(`"$WINE" taskkill /F /IM ${program}; "$WINE" taskkill /F /IM notepad.exe`);
  await client.until('an empty desktop', () => client.view.windows.size === 0);
  await client.close();
});

async function openShapes(): Promise<void> {
  agent.guest.start(program);
  window = await client.window('the window', ({ info }) => info.title === 'shapes');
  await client.until('it is active', () => client.view.activeId === window.info.windowId);
}

const pointTo = (x: number, y: number, seen = window) =>
  client.send({ type: 'pointer-move', windowId: seen.info.windowId, x, y });
const pointer = (seen = window) => client.view.pointer(seen.info.windowId);

/** Moves about until the pointer is so: one move before the window is ready would be lost. */
async function untilPointer(what: string, at: { x: number; y: number }, fits: () => boolean, seen = window) {
  for (let step = 0; step < 60; step++) {
    pointTo(at.x + (step % 2), at.y, seen);
    const shown = await client.until(what, fits, 250).then(
      () => true,
      () => false,
    );
    if (shown) return;
  }
  throw new Error(`${what}: it is ${pointer(seen).shape}`);
}
const untilStripe = (stripe: keyof typeof stripes, fits: () => boolean) =>
  untilPointer(stripe, { x: stripes[stripe] * 60 + 20, y: 80 }, fits);

const pixelOf = (image: SeenCursorImage | undefined, x: number, y: number) => image?.bgra[y * edge + x];

describe('the pointer of a program', () => {
  test('is told by its name where it is one of Windows’ own', async () => {
    await openShapes();
    await untilStripe('text', () => pointer().shape === 'text');
    await untilStripe('hand', () => pointer().shape === 'hand');
    await untilStripe('arrow', () => pointer().shape === 'arrow');
    await untilStripe('none', () => pointer().shape === 'hidden');
    expect(client.view.cursorsSent).toBe(0);
  });

  test('is a picture where it is its own: colours with alpha, the place that points', async () => {
    await openShapes();
    await untilStripe('coloured', () => pointer().shape === 'custom');
    const { image } = pointer();
    expect(image).toMatchObject({ width: edge, height: edge, hotX: 3, hotY: 5 });
    expect([pixelOf(image, 5, 5), pixelOf(image, 2, 1), pixelOf(image, 5, 20)]).toEqual([
      0xffff_0000, 0xff00_ff00, 0x80ff_0000,
    ]);
  });

  test('in black and white shows on any ground where it inverts', async () => {
    await openShapes();
    await untilStripe('inverting', () => pointer().shape === 'custom' && pointer().image?.hotX === 1);
    const { image } = pointer();
    expect(image).toMatchObject({ width: edge, height: edge, hotX: 1, hotY: 30 });
    const column = (x: number) => [2, 10, 18, 23, 28].map((y) => pixelOf(image, x, y));
    expect(column(4)).toEqual([black, white, nothing, white, black]);
    expect(column(28)).toEqual([black, white, nothing, nothing, nothing]);
    expect(pixelOf(image, 16, 28)).toBe(white);
  });

  test('is sent once, also when it comes and goes, and again to the next host', async () => {
    await openShapes();
    for (let round = 0; round < 3; round++) {
      await untilStripe('coloured', () => pointer().shape === 'custom' && pointer().image?.hotX === 3);
      await untilStripe('inverting', () => pointer().shape === 'custom' && pointer().image?.hotX === 1);
    }
    expect(client.view.cursorsSent).toBe(2);
    await client.close();
    client = await connect();
    window = await client.window('the window', ({ info }) => info.title === 'shapes');
    await untilStripe('coloured', () => pointer().shape === 'custom' && pointer().image?.hotX === 3);
    expect(client.view.cursorsSent).toBe(1);
  });

  test('that is another picture at every move is held back, and the newest comes', async () => {
    await openShapes();
    const began = performance.now();
    const moves = limits.cursors * 2;
    for (let move = 0; move < moves; move++) {
      pointTo(stripes.changing * 60 + 10 + (move % 30), 80);
      if (move % 16 === 0) await client.until('some of them', () => true);
    }
    await untilStripe('changing', () => client.view.cursorsSent >= 2);
    await untilStripe('text', () => pointer().shape === 'text');
    const seconds = (performance.now() - began) / 1000;
    expect(client.view.cursorsSent).toBeLessThanOrEqual(Math.ceil(seconds * 40) + 1);
  });

  test('is an hourglass while it is busy, though it handles no message', async () => {
    await openShapes();
    await untilStripe('text', () => pointer().shape === 'text');
    client.send({ type: 'text', text: 'b' });
    await client.until('an hourglass', () => pointer().shape === 'wait');
    await untilStripe('text', () => pointer().shape === 'text');
  });
});

test('Notepad: an I-beam over its text, an arrow over its menu bar, size arrows over its border', async () => {
  client.send({
    type: 'desktop-configure',
    workArea: { x: 0, y: 0, width: 1024, height: 768 },
    frame: 'guest',
  });
  agent.guest.start('C:\\windows\\system32\\notepad.exe');
  const notepad = await client.window('Notepad', ({ info }) => info.className === 'Notepad', 20_000);
  const shape = () => pointer(notepad).shape;
  const { frame } = notepad.info;
  await client.until(
    'its frame',
    () => !notepad.info.decorated && notepad.info.surface.width === frame.width,
  );
  const middle = { x: frame.width >> 1, y: frame.height >> 1 };
  await untilPointer('text', middle, () => shape() === 'text', notepad);
  await untilPointer('menu bar', { x: frame.width - 60, y: 32 }, () => shape() === 'arrow', notepad);
  await untilPointer(
    'right border',
    { x: frame.width - 2, y: middle.y },
    () => shape() === 'size-we',
    notepad,
  );
  await untilPointer(
    'corner',
    { x: frame.width - 2, y: frame.height - 1 },
    () => shape() === 'size-nwse',
    notepad,
  );
  await untilPointer(
    'lower border',
    { x: middle.x, y: frame.height - 2 },
    () => shape() === 'size-ns',
    notepad,
  );
});
