import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newSetUpState } from '../../src/guest-setup/first-time/set-up-state.ts';
import { writeSetUpState } from '../../src/guest-setup/first-time/state-file.ts';
import { XPaneError } from '../../src/shared/errors.ts';
import { openedRig as opened, setUpFolder } from './fixtures/opened-set-up.ts';
import { toBeSetUp } from './fixtures/set-up-rig.ts';
import { waitFor } from './fixtures/wait-for.ts';

const noMemory = new XPaneError('vm.host-memory-short', 'No memory is left.', 'Close something.');
const noProgram = new XPaneError('vm.qemu-missing', 'There is no QEMU.', 'Install it.');

describe('what the host refuses', () => {
  test('begins again by itself when there is room, and is not tried in vain before', async () => {
    let room = false;
    let asked = 0;
    const hostHasRoom = () => {
      asked++;
      return room;
    };
    const options = { refusedPauseMs: 20, hostHasRoom };
    const rig = await opened(setUpFolder(), options);
    rig.backend.startFails = noMemory;
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: noMemory.code });
    expect(rig.setUp.report?.prompt).toMatchObject({
      kind: 'retry',
      text: expect.stringMatching(/will try again/),
    });
    rig.backend.startFails = undefined;
    await waitFor('it to be looked for some times', () => asked > 2);
    expect(rig.backend.specs).toHaveLength(1);
    room = true;
    await waitFor('the set-up to be done', () => rig.state()?.phase === 'done');
    expect(rig.state()).toMatchObject({ attempts: 1 });
  });

  test('begins again with the next service, too', async () => {
    const folder = setUpFolder();
    const rig = await opened(folder);
    rig.backend.startFails = noProgram;
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: noProgram.code });
    await rig.end();
    const next = await opened(folder);
    await next.setUp.resume();
    await waitFor('the set-up to be done', () => next.state()?.phase === 'done');
  });

  test('is tried ever less often while it is refused', async () => {
    const rig = await opened(setUpFolder(), { refusedPauseMs: 30 });
    rig.backend.startFails = noProgram;
    const triedMs: number[] = [];
    rig.setUp.changes.listen(() => {
      if (rig.backend.specs.length > triedMs.length) triedMs.push(performance.now());
    });
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: noProgram.code });
    await waitFor('the fourth time', () => triedMs.length >= 4);
    const [first = 0, second = 0, third = 0, fourth = 0] = triedMs;
    expect(second - first).toBeGreaterThan(25);
    expect(third - second).toBeGreaterThan(55);
    expect(fourth - third).toBeGreaterThan(115);
  });

  test('rests once the user stops it, also where nobody is asked', async () => {
    const folder = setUpFolder();
    await toBeSetUp(folder, 'silent');
    const rig = await opened(folder, { refusedPauseMs: 20 });
    rig.backend.startFails = noProgram;
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: noProgram.code });
    await rig.setUp.stop();
    await rig.setUp.resume();
    expect(rig.setUp.active).toBe(false);
    expect(rig.setUp.report).toMatchObject({ failure: { code: 'setup.stopped' } });
  });

  test('rests once the user stops it, and says no more that it will be tried again', async () => {
    const folder = setUpFolder();
    await toBeSetUp(folder);
    const options = { refusedPauseMs: 20 };
    const rig = await opened(folder, options);
    rig.backend.startFails = noProgram;
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: noProgram.code });
    await rig.setUp.stop();
    const tried = rig.backend.specs.length;
    expect(rig.setUp.report).toMatchObject({
      failure: { code: 'setup.stopped' },
      prompt: { kind: 'failure', text: expect.not.stringMatching(/will try again/) },
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(rig.backend.specs).toHaveLength(tried);
    const next = await opened(folder, options);
    await next.setUp.resume();
    expect(next.setUp.active).toBe(false);
    await next.setUp.run();
    expect(next.state()).toMatchObject({ phase: 'done', attempts: 1 });
  });
});

describe('where the state of set-up cannot be written', () => {
  /** As on a disk that is full: nothing takes the place of what is there. */
  const fill = (file: string) => {
    rmSync(file, { force: true });
    mkdirSync(file);
  };

  test('what is under way goes on, and is stored at the end of the service', async () => {
    const rig = await opened(setUpFolder(), {
      async onStage(stage, at) {
        if (stage === 'configure' && at === 'begin') fill(rig.files.state);
      },
    });
    await rig.setUp.run();
    expect(rig.setUp.report?.phase).toBe('done');
    rmSync(rig.files.state, { recursive: true });
    await rig.setUp.end({ replaced: true });
    expect(rig.state()).toBeUndefined();
    await rig.end();
    expect(rig.state()?.phase).toBe('done');
  });

  test('what is refused can be stopped, and does not begin again before it can be stored', async () => {
    const rig = await opened(setUpFolder(), { refusedPauseMs: 20 });
    rig.backend.startFails = noProgram;
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: noProgram.code });
    fill(rig.files.state);
    await expect(rig.setUp.run()).rejects.toMatchObject({ code: 'EISDIR' });
    await rig.setUp.stop();
    expect(rig.setUp.report).toMatchObject({ phase: 'retry', failure: { code: 'setup.stopped' } });
    expect(rig.backend.specs).toHaveLength(1);
  });

  test('a silent set-up begins by itself when it can be stored', async () => {
    const folder = setUpFolder();
    await toBeSetUp(folder, 'silent');
    const rig = await opened(folder, { refusedPauseMs: 20 });
    fill(rig.files.state);
    await rig.setUp.resume();
    await waitFor('the end of the first round', () => !rig.setUp.active);
    expect(rig.setUp.report?.phase).toBe('waiting');
    rmSync(rig.files.state, { recursive: true });
    await waitFor('the set-up to be done', () => rig.setUp.report?.phase === 'done');
  });
});

test('a stop does not keep set-up from being asked for when it was put off until then', async () => {
  const folder = setUpFolder();
  await toBeSetUp(folder);
  const rig = await opened(folder);
  await rig.setUp.resume();
  await rig.setUp.postpone(300);
  await rig.setUp.stop();
  let told = 0;
  rig.setUp.changes.listen(() => told++);
  await waitFor('it to be asked for', () => told > 0, 5_000);
  expect(rig.setUp.report?.prompt).toMatchObject({ kind: 'start' });
});

test('an attempt that failed just before the service was killed has another one with the next', async () => {
  const folder = setUpFolder();
  await writeSetUpState(join(folder, 'set-up.json'), {
    ...newSetUpState('image', Date.now()),
    ...{ phase: 'retry', attempts: 1, failure: { code: 'x.y', message: 'It broke.', hint: 'Mend it.' } },
  });
  const rig = await opened(folder);
  await rig.setUp.resume();
  await waitFor('the set-up to be done', () => rig.state()?.phase === 'done');
  expect(rig.state()).toMatchObject({ attempts: 2 });
});
