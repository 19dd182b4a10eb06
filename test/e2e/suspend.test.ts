import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pause } from '../../src/shared/deadline.ts';
import { waitFor, type XWindow } from '../component/fixtures/x-desktop.ts';
import { FullDesktop } from './fixtures/full-desktop.ts';

/** A user's work survives: the guest is suspended, in several ways, with an application open. */
describe('a guest that is suspended (qemu)', () => {
  let full: FullDesktop;
  let notepad: XWindow;
  let inkBefore: number;
  /** How long the guest's clock stood still at most, each time, in milliseconds. */
  const stoodStillMs: number[] = [];
  let suspendedAtMs: number;

  beforeAll(async () => {
    full = await FullDesktop.start('qemu');
    await full.run.ok('start');
    notepad = await full.openFromTray('Accessories', 'Notepad', /^\[XP\] Untitled - Notepad$/);
    const empty = await full.ink(notepad);
    await full.tray.desktop.type('The quick brown fox');
    await full.until('the text', async () => (await full.ink(notepad)) > empty + 150);
    inkBefore = await full.ink(notepad);
  });

  afterAll(() => full?.stop());

  const phase = async () => (await full.run.state()).workspaces[0]?.phase;
  const machines = async () =>
    (await full.run.processes()).filter(({ command }) => /qemu-system/.test(command));

  const expectTextBack = async () => {
    notepad = await full.window(/^\[XP\] Untitled - Notepad$/);
    stoodStillMs.push(performance.now() - suspendedAtMs);
    await full.until('the text of before', async () => Math.abs((await full.ink(notepad)) - inkBefore) < 40);
  };

  const expectTypingGoesOn = async (text: string) => {
    await full.tray.desktop.type(text);
    await full.until('the new text', async () => (await full.ink(notepad)) > inkBefore + 100);
    inkBefore = await full.ink(notepad);
  };

  it('leaves no process and no window', async () => {
    suspendedAtMs = performance.now();
    expect(JSON.parse(await full.run.ok('suspend', '--json'))).toEqual({ phase: 'suspended' });
    expect(await machines()).toEqual([]);
    expect(await phase()).toBe('suspended');
    await full.gone(notepad);
  });

  it('goes on where it was: the window is back with its text, and typing goes on', async () => {
    await pause(3_000); // for its clock to be wrong
    await full.run.ok('start');
    await expectTextBack();
    await expectTypingGoesOn(' jumps over the lazy dog');
  });

  it('survives the end of the service by SIGTERM', async () => {
    const { processId } = await full.run.state();
    suspendedAtMs = performance.now();
    process.kill(processId, 'SIGTERM');
    await full.until('the service to end', async () => (await full.run.xpane('status')).code === 3);
    expect(await machines()).toEqual([]);
    await pause(2_000);
    await full.run.ok('start');
    await expectTextBack();
    await expectTypingGoesOn(' and runs');
  });

  it('has the right time each time', async () => {
    const told = await waitFor('the clock to be told of', async () => clockTold(await full.run.log()));
    expect(told).toHaveLength(2);
    for (const [at, behindMs] of told.entries()) {
      expect(behindMs).toBeGreaterThan(500);
      // A clock that was not set the first time would be behind by both.
      expect(behindMs).toBeLessThan((stoodStillMs[at] ?? 0) + 1_000);
    }
    expect(told[0]).toBeGreaterThan(3_000);
  });

  it('is shut down in order from there, its applications asked', async () => {
    await full.run.ok('suspend');
    const stopping = full.run.xpane('stop');
    const question = await full.window(/^\[XP\] Notepad$/);
    await full.tray.desktop.key('alt+n');
    await full.gone(question);
    expect((await stopping).code).toBe(0);
    expect(await phase()).toBe('stopped');
  });
});

/** By how much the agent found its clock behind, each time it set it. */
function clockTold(log: string): number[] | false {
  const found = [...log.matchAll(/clock: set, it was (-?\d+) ms behind/g)].map(([, ms]) => Number(ms));
  return found.length >= 2 && found;
}
