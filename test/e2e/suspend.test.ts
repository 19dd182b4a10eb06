import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runChild } from '../../src/shared/child-process.ts';
import { pause } from '../../src/shared/deadline.ts';
import { workspaceFiles } from '../../src/workspace/workspace.ts';
import { waitFor, type XWindow } from '../component/fixtures/x-desktop.ts';
import { FullDesktop } from './fixtures/full-desktop.ts';

/** A user’s work survives: the guest is suspended, in several ways, with an application open. */
describe('a guest that is suspended (qemu)', () => {
  let full: FullDesktop;
  let notepad: XWindow;
  let inkBefore: number;
  /** How long the guest's clock stood still at most, each time, in milliseconds. */
  const stoodStillMs: number[] = [];
  let suspendedAtMs: number;
  /** A guest that begins as a copy is told the time, too. */
  let toldAtStart: number;

  beforeAll(async () => {
    full = await FullDesktop.start('qemu');
    await full.run.ok('start');
    notepad = await full.openFromTray('Accessories', 'Notepad', /^\[XP\] Untitled - Notepad$/);
    const empty = await settledInk();
    await full.tray.desktop.type('The quick brown fox');
    await full.until('the text', async () => (await full.ink(notepad)) > empty + 150);
    inkBefore = await settledInk();
    toldAtStart = clockTold(await full.run.log()).length;
  });

  afterAll(() => full?.stop());

  const phase = async () => (await full.run.state()).workspaces[0]?.phase;
  const machines = async () =>
    (await full.run.processes()).filter(({ command }) => /qemu-system/.test(command));

  /** When all that was typed is there. The caret blinks. */
  const settledInk = () =>
    waitFor(
      'the end of the text',
      async () => {
        const before = await full.ink(notepad);
        await pause(1_000);
        const after = await full.ink(notepad);
        return Math.abs(after - before) < 40 && after;
      },
      60_000,
    );

  const expectTextBack = async () => {
    notepad = await full.window(/^\[XP\] Untitled - Notepad$/);
    stoodStillMs.push(performance.now() - suspendedAtMs);
    await full.until('the text of before', async () => Math.abs((await full.ink(notepad)) - inkBefore) < 40);
  };

  const expectTypingGoesOn = async (text: string) => {
    // Again: a window that came back unasked takes no focus before it is up, and openbox does not ask twice.
    await full.focus(notepad);
    await full.tray.desktop.type(text);
    await full.until('the new text', async () => (await full.ink(notepad)) > inkBefore + 100);
    inkBefore = await settledInk();
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

  it('survives the end of a session, which signals the service and QEMU at once', async () => {
    const { processId } = await full.run.state();
    const all = [processId, ...(await machines()).map(({ id }) => id)];
    expect(all.length).toBeGreaterThan(1);
    suspendedAtMs = performance.now();
    for (const signal of ['SIGTERM', 'SIGHUP']) for (const id of all) process.kill(id, signal);
    await full.until('the service to end', async () => (await full.run.xpane('status')).code === 3);
    expect(await machines()).toEqual([]);
    await pause(2_000);
    await full.run.ok('start');
    await expectTextBack();
    await expectTypingGoesOn(' and runs');
  });

  it('has the right time each time', async () => {
    const told = await waitFor('the clock to be told of', async () => {
      const since = clockTold(await full.run.log()).slice(toldAtStart);
      return since.length >= 2 && since;
    });
    expect(told).toHaveLength(2);
    const [first = 0, second = 0] = told;
    expect(first).toBeGreaterThan(3_000);
    expect(first).toBeLessThan((stoodStillMs[0] ?? 0) + 1_000);
    expect(second).toBeGreaterThan(2_000);
    // A clock that was not set the first time would be behind by both.
    expect(second).toBeLessThan((stoodStillMs[1] ?? 0) + first / 2);
  });

  it('has on its disk soon what was saved, if it should have to boot', async () => {
    await full.tray.desktop.key('ctrl+s');
    const dialog = await full.window(/^\[XP\] Save As$/);
    await full.tray.desktop.type('C:\\fox.txt');
    await full.tray.desktop.key('Return');
    await full.gone(dialog);
    await full.window(/^\[XP\] fox\.txt - Notepad$/);
    // Left to itself Linux would take half a minute.
    await waitFor(
      'the text on the disk',
      async () => (await savedText(full)).startsWith('The quick'),
      20_000,
    );
  });
});

/** Read from the disk as it would be found after a power cut. */
async function savedText({ run }: FullDesktop): Promise<string> {
  const { disk } = workspaceFiles(join(run.home, 'data'), 'builtin', 'qemu');
  const raw = join(run.home, 'raw');
  await ok('qemu-img', 'convert', '-U', '-O', 'raw', disk, raw);
  return ok('/usr/sbin/debugfs', '-R', 'cat /opt/state/upper/drive_c/fox.txt', raw);
}

async function ok(command: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await runChild({ command, args, timeoutMs: 60_000 });
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

/** By how much the agent found its clock behind, each time it set it. */
function clockTold(log: string): number[] {
  return [...log.matchAll(/clock: set, it was (-?\d+) ms behind/g)].map(([, ms]) => Number(ms));
}
