import { expect, test } from 'vitest';
import type { Display } from '../../src/service/display.ts';
import type { LiveWorkspace } from '../../src/service/live-workspace.ts';
import { cancelTransfers, openFiles } from '../../src/service/open-files.ts';
import { XPaneError } from '../../src/shared/errors.ts';

const nothing = () => undefined;
const started = { outcome: 'started', processId: 1, systemError: 0 };

test('of several files those that fail are named, and the others are opened', async () => {
  const opened: string[] = [];
  const files = {
    accept: async (path: string) => path.slice(1),
    open: async (path: string) => {
      if (path === '/full.txt')
        throw new XPaneError('bridge.file-no-room', 'The guest is full.', 'Make room.');
      if (path === '/odd.xyz') return { ...started, outcome: 'not-found' };
      opened.push(path);
      return started;
    },
    tell: nothing,
  };
  const workspace = {
    ...{ files, catalogue: { known: false }, keepAwake: () => nothing, expectWindow: () => nothing },
    ensureReady: async () => ({ on: () => nothing }),
  } as unknown as LiveWorkspace;
  const presenter = { announceStart: () => ({ end: nothing, onTimeout: nothing }), userAct: nothing };
  const display = { open: async () => presenter } as unknown as Display;
  const paths = ['/full.txt', '/a.txt', '/odd.xyz', '/b.txt'];
  const signal = new AbortController().signal;
  const opening = openFiles(display, workspace, { files: paths, wait: true }, signal);
  await expect(opening).rejects.toMatchObject({
    code: 'bridge.file-no-room',
    message: '2 of 4 files were not opened: full.txt, odd.xyz. The guest is full.',
  });
  expect(opened).toEqual(['/a.txt', '/b.txt']);
  const one = openFiles(display, workspace, { files: ['/full.txt'], wait: true }, signal);
  await expect(one).rejects.toMatchObject({ message: 'The guest is full.' });
});

test('a transfer is cancelled in the workspace that has it', () => {
  const having = (...ids: number[]) => {
    const cancel = (which: number | 'all') => (which === 'all' ? ids.length : Number(ids.includes(which)));
    return { files: { cancel } } as unknown as LiveWorkspace;
  };
  const all = [having(), having(3, 4), having(5)];
  expect([cancelTransfers(all, 5), cancelTransfers(all, 'all'), cancelTransfers([], 'all')]).toEqual([
    1, 3, 0,
  ]);
  expect(() => cancelTransfers(all, 6)).toThrow(expect.objectContaining({ code: 'files.no-transfer' }));
});
