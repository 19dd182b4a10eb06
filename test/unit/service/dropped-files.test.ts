import { expect, test } from 'vitest';
import type { GuestFileName, GuestFiles } from '../../../src/guest-bridge/guest-files.ts';
import type { GuestApplication, GuestModel, GuestWindow } from '../../../src/guest-bridge/guest-model.ts';
import { DroppedFiles } from '../../../src/service/dropped-files.ts';
import { XPaneError } from '../../../src/shared/errors.ts';

const executable = 'C:\\Program Files\\Pad\\PAD.EXE';
const published = (applicationId: string, target: string, args = '') =>
  ({ applicationId, target, arguments: args }) as GuestApplication;
const plainPad = published('a1', 'c:\\progra~1\\pad\\pad.exe');
const other = published('b2', 'C:\\other.exe');

/** What the guest and the service were asked for, in order. */
function rig(
  given: {
    outcome?: 'started' | 'not-taken' | 'failed';
    takesDrops?: boolean;
    refused?: readonly string[];
    stays?: readonly string[];
    applications?: readonly GuestApplication[];
  } = {},
) {
  const { outcome = 'started', takesDrops = true, refused = [], stays = [], applications = [] } = given;
  const said: string[] = [];
  const told: { title: string; text: string }[] = [];
  const refuse = (path: string, code: string): string => {
    throw new XPaneError(code, `${path} is not taken.`, 'Leave it.');
  };
  const model = {
    windows: new Map([[7, { executable } as GuestWindow]]),
    applications: new Map(applications.map((each) => [each.applicationId, each])),
  } as unknown as GuestModel;
  const guestFiles = {
    takesDrops,
    drop: async (
      brought: readonly GuestFileName[],
      { windowId, x, y }: { windowId: number; x: number; y: number },
    ) => {
      said.push(`drop ${brought.map(({ path }) => path.join('/'))} on ${windowId} at ${x},${y}`);
      return { outcome, processId: 0, systemError: 0 };
    },
  } as unknown as GuestFiles;
  const act = { what: 'user-act' } as const;
  const drops = new DroppedFiles({
    workspaceId: 'work',
    files: {
      accept: async (path) => (refused.includes(path) ? refuse(path, 'files.program') : path.slice(1)),
      bring: async (path) => {
        if (stays.includes(path)) refuse(path, 'files.older-open');
        said.push(`bring ${path}`);
        return { documentId: '0'.repeat(16), path: [path.slice(1)] };
      },
      takesAny: true,
      companions: {
        questionOnce: async (file) => {
          said.push(`question ${file}`);
          return file.endsWith('.shp') ? { kind: 'shp', file, folder: '/' } : undefined;
        },
      },
      tell: (notice) => void told.push(notice),
    },
    bridge: { state: 'ready', model, files: guestFiles },
    presenter: { userAct: () => act, announceStart: () => ({ end: () => undefined }) },
    keepAwake: () => {
      said.push('awake');
      return () => said.push('rest');
    },
    expectWindow: () => {
      said.push('expect');
      return () => said.push('withdraw');
    },
    open: async ({ files, application }, names) =>
      void said.push(`open ${files} as ${names} with ${application ?? 'whatever there is'}`),
  });
  const drop = async (...paths: string[]) => {
    const accepted = await drops.dropped(paths, 7, { x: 3, y: 4 });
    await new Promise((resolve) => setImmediate(resolve));
    return { accepted, said, told: told.map(({ title }) => title) };
  };
  return { drop, notices: told };
}

test('files go into the guest, then all at once to the window, whose program may open one', async () => {
  expect(await rig().drop('/a.txt', '/b.txt')).toEqual({
    accepted: true,
    said: [
      'awake',
      'bring /a.txt',
      'bring /b.txt',
      // The first may have been removed there while the others were on their way.
      'bring /a.txt',
      'bring /b.txt',
      'expect',
      'drop a.txt,b.txt on 7 at 3,4',
      'question /a.txt',
      'question /b.txt',
      'rest',
    ],
    told: [],
  });
});

test.each([
  ['the application that the window is', [other, plainPad], 'a1'],
  ['the one without arguments', [published('c3', executable, '/safe'), plainPad], 'a1'],
  ['the only one, whatever its arguments', [published('c3', executable, '/x')], 'c3'],
  ['none of several', [published('c3', executable, '/x'), published('d4', executable, '/y')], undefined],
  ['what the guest has', [other], undefined],
])('where no window takes files: %s opens them', async (_, applications, id) => {
  const { said } = await rig({ outcome: 'not-taken', applications }).drop('/a.txt');
  expect(said.slice(2)).toEqual([
    'expect',
    'drop a.txt on 7 at 3,4',
    'withdraw',
    `open /a.txt as a.txt with ${id ?? 'whatever there is'}`,
    'rest',
  ]);
});

test('what did not come is not asked for again', async () => {
  const { said, told } = await rig({ outcome: 'not-taken', stays: ['/b.txt'] }).drop('/a.txt', '/b.txt');
  expect(said).toContain('open /a.txt as a.txt with whatever there is');
  expect(told).toEqual(['b.txt was not opened']);
});

test('an agent that knows no drops is not asked', async () => {
  const { said } = await rig({ takesDrops: false, applications: [plainPad] }).drop('/a.txt');
  expect(said).toEqual(['awake', 'open /a.txt as a.txt with a1', 'rest']);
});

test('what is refused, or does not come, is told in one notice each; the window gets the rest', async () => {
  const { drop, notices } = rig({ refused: ['/x.exe', '/y.exe'], stays: ['/b.txt'] });
  const { accepted, said } = await drop('/x.exe', '/a.txt', '/b.txt', '/y.exe');
  expect(accepted).toBe(true);
  expect(said).toContain('drop a.txt on 7 at 3,4');
  expect(notices.map(({ title, text }) => `${title}: ${text.split('\n')[0]}`)).toEqual([
    'Files were not opened: 2 of 4 files were not opened: x.exe, y.exe. /x.exe is not taken.',
    'b.txt was not opened: 1 of 2 files were not opened: b.txt. /b.txt is not taken.',
  ]);
});

test('nothing is accepted where all are refused, too many, or no files', async () => {
  const nothing = { accepted: false, said: [], told: ['Files were not opened'] };
  const refused = { ...nothing, told: ['x.exe was not opened'] };
  expect(await rig({ refused: ['/x.exe'] }).drop('/x.exe')).toEqual(refused);
  expect(await rig().drop()).toEqual(nothing);
  expect(await rig().drop(...Array.from({ length: 65 }, (_, i) => `/${i}`))).toEqual(nothing);
});

test('a guest that fails is told of, and the window is not waited for', async () => {
  const { said, told } = await rig({ outcome: 'failed' }).drop('/a.txt');
  expect(said.slice(-2)).toEqual(['withdraw', 'rest']);
  expect(told).toEqual(['a.txt was not opened']);
});

test('a window that takes a file has the user asked for its folder', async () => {
  const { drop, notices } = rig();
  await drop('/Roads.shp');
  expect(notices).toMatchObject([
    { title: 'Does Roads.shp need its folder?', folderQuestion: { kind: 'shp' } },
  ]);
});
