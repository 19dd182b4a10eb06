import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { filesIn, type Import, importsOf, readSource } from './source-tree.ts';

/**
 * The arrows of the house: which room may know which. An entry is a room, or one file or folder of a room.
 * Every room may know itself. `seamless` and `service` are the joints; nothing else knows two sides of one.
 */
const arrows: Record<string, readonly string[]> = {
  shared: [],
  appliance: ['shared'],
  vm: ['appliance', 'shared'],
  'guest-bridge': ['shared'],
  'guest-setup': ['shared'],
  presenter: ['shared'],
  seamless: ['guest-bridge', 'presenter', 'shared'],
  'desktop-view': ['presenter', 'shared'],
  workspace: ['shared'],
  launcher: ['integration', 'shared'],
  tray: [
    'launcher/api',
    'launcher/client.ts',
    'launcher/watch.ts',
    'launcher/start-service.ts',
    'launcher/exit-codes.ts',
    'shared',
  ],
  service: [
    'appliance',
    'desktop-view',
    'diagnostics',
    'guest-bridge',
    'guest-setup',
    'integration',
    'launcher',
    'presenter',
    'redirection',
    'seamless',
    'shared',
    'vm',
    'workspace',
  ],
  redirection: ['shared'],
  integration: ['shared'],
  'browser-extension': [],
  diagnostics: ['shared'],
  /** The entry of every process joins the rooms that must not know each other. */
  'xpane.ts': [
    'launcher/command-line.ts',
    'presenter/x11/input-method',
    'service/main.ts',
    'tray/main.ts',
    'shared',
  ],
};

/** Who may import a package: one place each, so that it can be replaced there. `zod` describes data everywhere. */
const importers: Record<string, readonly string[] | 'anywhere'> = {
  commander: ['src/launcher/command-line.ts'],
  conf: ['src/workspace/settings-store.ts'],
  'env-paths': ['src/shared/paths.ts'],
  koffi: [
    'src/presenter/x11/input-method/xlib.ts',
    'src/presenter/x11/keyboard/compose.ts',
    'src/presenter/x11/pixels/mapped-memory.ts',
  ],
  'node-ipc': ['src/launcher/ipc-channel.ts'],
  'node-notifier': ['src/tray/desktop-notifier.ts'],
  pino: ['src/shared/log.ts'],
  pngjs: ['src/redirection/clipboard/png.ts', 'src/workspace/icon-file.ts'],
  saxes: ['src/redirection/urls/site-list.ts'],
  systray2: ['src/tray/systray/helper-process.ts'],
  ws: ['src/guest-bridge/connection/guest-connection.ts'],
  // The tray asks for a panel's selection; it must not know the presenter.
  x11: ['src/presenter/x11/x11-client.ts', 'src/tray/tray-host.ts'],
  zod: 'anywhere',
};

const maxLines = 400;

const sources = filesIn('src', ['.ts']);
const imports: Import[] = sources.flatMap((file) => importsOf(file, readSource(file)));

/** `tray/menu-model.ts` -> `tray`; the entry is a room of its own. */
function roomOf(pathInSrc: string): string {
  return pathInSrc.split('/')[0] ?? '';
}

function allowed({ from, to }: Import): boolean {
  const room = roomOf(from.slice('src/'.length));
  if (to === 'package.json') return from === 'src/shared/version.ts';
  if (!to.startsWith('src/')) return false;
  const target = to.slice('src/'.length);
  if (roomOf(target) === room) return true;
  return (arrows[room] ?? []).some((entry) => target === entry || target.startsWith(`${entry}/`));
}

/** Not a package. */
const isOwn = ({ to }: Import) =>
  to.includes('/') ? !to.startsWith('node:') && !to.startsWith('@') : to === 'package.json';
const text = ({ from, to }: Import) => `${from} -> ${to}`;

test('the parser sees every form of import', () => {
  const code = [
    `import a from './a.ts';`,
    `import { type B, c } from '../launcher/b.ts'; // import x from './comment.ts'`,
    `import type { D } from 'pkg/deep';`,
    `import '@scope/side-effect/x';`,
    `export * from './e.ts';`,
    `import {\n  f,\n} from './f.ts';`,
    `const g = await import('./g.ts');`,
    `/** import { h } from './doc.ts' */`,
    `import fs from 'node:fs';`,
  ].join('\n');
  expect(importsOf('src/tray/x.ts', code).map(({ to }) => to)).toEqual([
    'src/tray/a.ts',
    'src/launcher/b.ts',
    'pkg',
    '@scope/side-effect',
    'src/tray/e.ts',
    'src/tray/f.ts',
    'src/tray/g.ts',
    'node:fs',
  ]);
});

test('the rules can be broken', () => {
  expect(allowed({ from: 'src/vm/a.ts', to: 'src/guest-bridge/b.ts' })).toBe(false);
  expect(allowed({ from: 'src/tray/a.ts', to: 'src/launcher/ipc-server.ts' })).toBe(false);
  expect(allowed({ from: 'src/shared/a.ts', to: 'src/vm/b.ts' })).toBe(false);
  expect(allowed({ from: 'src/tray/a.ts', to: 'src/launcher/api/state.ts' })).toBe(true);
});

test('every room has its arrows', () => {
  const rooms = new Set(sources.map((file) => roomOf(file.slice('src/'.length))));
  expect([...rooms].filter((room) => !(room in arrows))).toEqual([]);
});

test('the arrows hold', () => {
  expect(imports.length).toBeGreaterThan(100);
  expect(imports.filter((each) => isOwn(each) && !allowed(each)).map(text)).toEqual([]);
});

test('every import is of a file that is there, with its ending', () => {
  const known = new Set([...sources, 'package.json']);
  expect(imports.filter((each) => isOwn(each) && !known.has(each.to)).map(text)).toEqual([]);
});

test('each package is imported where the table says, and nowhere else', () => {
  const outside = imports.filter((each) => {
    if (isOwn(each) || each.to.startsWith('node:')) return false;
    const places = importers[each.to];
    return places !== 'anywhere' && !places?.includes(each.from);
  });
  expect(outside.map(text)).toEqual([]);
});

test('every dependency is in the table, and the table has no others', () => {
  const { dependencies } = JSON.parse(readSource('package.json')) as { dependencies: object };
  expect(Object.keys(importers).sort()).toEqual(Object.keys(dependencies).sort());
});

const codeEndings = ['.ts', '.mjs', '.cpp', '.h', '.c', '.sh'];
const allCode = ['src', 'test', 'scripts', 'bench'].flatMap((folder) => {
  try {
    return filesIn(folder, codeEndings);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
});

test(`no file is longer than ${maxLines} lines`, () => {
  const long = allCode.filter((file) => readSource(file).split('\n').length - 1 > maxLines);
  expect(long).toEqual([]);
});

test('no file is a drawer for everything', () => {
  const drawer = /(^|[-_.])(utils?|helpers?|managers?|misc)\.[a-z]+$/;
  expect(drawer.test('string-utils.ts')).toBe(true);
  expect(allCode.filter((file) => drawer.test(basename(file)))).toEqual([]);
});

/** Who looks at the computer's clock, and is to: it is for people and guests, and is never what a wait goes by. */
const wallClock = new Set([
  'src/guest-setup/host-facts/time-zone.ts',
  'src/redirection/files/write-back.ts',
  'src/service/first-time/begin-set-up.ts',
  'src/service/first-time/first-time-set-up.ts',
  'src/service/first-time/guest-steps.ts',
  'src/service/first-time/set-up-report.ts',
  'src/service/guest-start.ts',
  'src/service/guest-time.ts',
  'src/service/loans/workspace-loans.ts',
  'src/service/service.ts',
  'src/service/windows-installation.ts',
  // The day that something was deleted, and the time in the name of what is kept twice.
  'src/redirection/shares/step-runner.ts',
]);

test('no deadline goes by a clock that anybody may set', () => {
  const looks = /\bDate\.now\b|\bnew Date\b/;
  const lookers = filesIn('src', ['.ts']).filter((file) => looks.test(readSource(file)));
  expect(lookers.filter((file) => !wallClock.has(file))).toEqual([]);
});
