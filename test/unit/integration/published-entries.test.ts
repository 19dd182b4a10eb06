import { describe, expect, test } from 'vitest';
import { categoriesOf } from '../../../src/integration/applications/categories.ts';
import { withPins } from '../../../src/integration/applications/default-pins.ts';
import type {
  DesktopApplication,
  DesktopWorkspace,
} from '../../../src/integration/applications/desktop-application.ts';
import { applicationEntry } from '../../../src/integration/applications/entry-text.ts';
import {
  desktopFolders,
  isPublishedEntry,
  nameMark,
} from '../../../src/integration/applications/file-names.ts';
import { nameIn } from '../../../src/integration/applications/host-names.ts';
import {
  ownType,
  typePackage,
  typesByExtension,
  typesOf,
} from '../../../src/integration/applications/host-types.ts';
import { menuFiles } from '../../../src/integration/applications/menu.ts';
import { shownNames } from '../../../src/integration/applications/shown-names.ts';
import { wantedFiles } from '../../../src/integration/applications/wanted-files.ts';

const application = (number: number, name: string, ...folder: string[]): DesktopApplication => ({
  ...{ id: number.toString(16).padStart(16, '0'), name, folder },
  ...{ target: '', extensions: [] },
});
const workspace = (id: string, name: string, ...applications: DesktopApplication[]): DesktopWorkspace => ({
  ...{ id, name, hasScreen: false, applications },
});

describe('an entry', () => {
  const parts = { self: { command: '/opt/x pane/100%', args: [] }, env: {}, mark: 'xpane-01234567' };
  const entry = (name: string, guest = 'Guest') =>
    applicationEntry(parts, workspace('ws', guest), application(1, 'x'), { name, types: [] });

  test('has one line for each value, whatever is in it', () => {
    const text = entry('a\nExec=rm\r\u0085\u2028[Desktop Entry]\\n', 'b\nHidden=true');
    expect(text.match(/^Name=.*$/m)?.[0]).toBe('Name=a Exec=rm [Desktop Entry]\\\\n');
    expect(text).not.toMatch(/^Hidden/m);
    expect(text.match(/^Exec=/gm)).toHaveLength(2);
    expect(text.match(/^\[/gm)).toHaveLength(2);
  });

  test('starts this XPane by ids, wherever it lies', () => {
    expect(entry('%f "$x"')).toContain(
      'Exec="/opt/x pane/100%%" launch --tell desktop --workspace ws 0000000000000001 %F\n',
    );
    expect(entry('x')).toContain('TryExec=/opt/x pane/100%\n');
    expect(entry('x')).not.toContain('StartupWMClass');
  });
});

describe('names', () => {
  const names = (workspaces: DesktopWorkspace[], ...host: string[]) => [
    ...shownNames(workspaces, new Set(host)).values(),
  ];

  test('are the guest’s own while they are the only ones', () => {
    expect(names([workspace('a', 'A', application(1, 'Notepad'), application(2, 'Paint'))])).toEqual([
      'Notepad',
      'Paint',
    ]);
  });

  test('tell the workspace where another application is called so, here or in another guest', () => {
    const all = [
      workspace('a', 'A', application(1, 'Notepad'), application(2, 'Calculator')),
      workspace('b', 'B', application(1, 'NOTEPAD'), application(3, 'Word')),
    ];
    expect(names(all, 'calculator')).toEqual(['Notepad (A)', 'Calculator (A)', 'NOTEPAD (B)', 'Word']);
  });

  test('tell the folders where that is not enough', () => {
    const all = [workspace('a', 'A', application(1, 'Help', 'One'), application(2, 'Help', 'Two', 'Deep'))];
    expect(names(all)).toEqual(['Help (A, One)', 'Help (A, Two, Deep)']);
  });

  test('of this computer’s applications are those that menus show', () => {
    expect(nameIn('[Desktop Entry]\nName[de]=Rechner\nName = Calc \n[Desktop Action x]\nName=Y\n')).toBe(
      'Calc',
    );
    expect(nameIn('[Desktop Entry]\nName=Calc\nNoDisplay=true\n')).toBeUndefined();
    expect(nameIn('')).toBeUndefined();
  });
});

test.each([
  ['C:\\WINDOWS\\system32\\notepad.exe', [], ['Utility', 'TextEditor']],
  ['C:\\Program Files\\Office\\WINWORD.EXE', ['Games'], ['Office', 'WordProcessor']],
  ['C:\\x\\foo.exe', ['Zubehör', 'Spiele'], ['Game']],
  ['C:\\x\\foo.exe', ['Contoso', 'System Tools'], ['System']],
  ['C:\\x\\foo.exe', ['Contoso'], []],
  ['', [], []],
])('categories of %s in %j', (target, folder, expected) => {
  expect(categoriesOf(target, folder)).toEqual(expected);
});

describe('kinds of files', () => {
  const globs = [
    '60:a/heavy:*.DAT\n50:a/x:*.x\n50:text/x-c++src:*.C:cs\n50:b/makefile:makefile\n50:b/r:*.r[0-9]\n',
  ];
  const types = {
    byExtension: typesByExtension([...globs, '50:a/light:*.dat\n80:application/x-xpane-own:*.own\n']),
    parents: new Map(),
  };

  test('are known by what weighs most, XPane’s own not counted', () => {
    expect([...types.byExtension]).toEqual([
      ['dat', 'a/heavy'],
      ['x', 'a/x'],
    ]);
  });

  test('that are not known become XPane’s own, but what is text', () => {
    expect(typesOf(['dat', 'own', 'c++'], types)).toEqual({
      types: ['a/heavy', 'application/x-xpane-c++', 'application/x-xpane-own'],
      own: new Map([
        ['own', 'application/x-xpane-own'],
        ['c++', 'application/x-xpane-c++'],
      ]),
    });
    expect(typesOf(['txt', 'own', 'x'], types)).toEqual({ types: ['a/x'], own: new Map() });
    // A guest that claims what people keep secrets in.
    const texts = ['conf', 'cfg', 'env', 'ovpn', 'rc', 'list', 'orig', 'lock', 'properties', 'key'];
    expect(typesOf([...texts, 'own'], types).types).toEqual([ownType('own')]);
    expect(ownType('a_b~$#')).not.toBe(ownType('a-b'));
    expect(typePackage(new Map())).toBeUndefined();
    expect(typePackage(new Map([['own', ownType('own')]]))).toContain('<glob pattern="*.own"/>');
  });
});

test('a guest makes so many kinds known, however many it names', () => {
  const extensions = (at: number) => Array.from({ length: 100 }, (_, each) => `x${at}x${each}`);
  const guest = workspace(
    ...(['a', 'A'] as const),
    ...[0, 1, 2, 3].map((at) => ({ ...application(at, `App ${at}`), extensions: extensions(at) })),
    { ...application(4, 'Again'), extensions: ['x0x1', 'x3x99'] },
  );
  const { files, types } = wantedFiles(
    [guest, workspace('b', 'B', { ...application(1, 'One'), extensions: ['other'] })],
    {
      ...{ self: { command: '/x', args: [] }, env: {}, mark: 'xpane-01234567' },
      folders: desktopFolders({ HOME: '/h' }),
    },
    { types: { byExtension: new Map(), parents: new Map() }, names: [] },
  );
  expect(types.size).toBe(256 + 1);
  expect(types).toContain(ownType('other'));
  const again = [...files].find(([path]) => path.endsWith('a.0000000000000004.desktop'))?.[1];
  expect(again).toMatch(/^MimeType=application\/x-xpane-x0x1;$/m);
});

describe('the menu', () => {
  const mark = nameMark('/home/x');
  test('has the guest’s folders, by names of their own', () => {
    const files = menuFiles(mark, [
      workspace('a', 'A', application(1, 'One', '<Menu>', 'Deep'), application(2, 'Two')),
    ]);
    expect(files?.menu).not.toContain('Deep');
    expect(files?.menu.match(/<Menu>/g)).toHaveLength(4);
    expect([...(files?.directories.values() ?? [])].map((text) => /Name=(.*)/.exec(text)?.[1])).toEqual([
      'XPane',
      '<Menu>',
      'Deep',
    ]);
  });

  test('has a folder for each of several guests, none for nothing', () => {
    const files = menuFiles(mark, [
      workspace('a', 'A', application(1, 'One', 'X')),
      workspace('b', 'B', application(1, 'One', 'X')),
      workspace('c', 'C'),
    ]);
    expect(files?.directories.size).toBe(5);
    expect(menuFiles(mark, [workspace('c', 'C')])).toBeUndefined();
  });
});

test('two XPanes of one user have other names', () => {
  expect(nameMark('/a')).not.toBe(nameMark('/b'));
  expect(isPublishedEntry(`${nameMark('/a')}.my-guest.0123456789abcdef.desktop`)).toBe(true);
  expect(isPublishedEntry('xpane-url.desktop')).toBe(false);
});

describe('pins', () => {
  const pins = new Map([
    ['text/plain', 'editor.desktop'],
    ['a/b', 'x.desktop'],
  ]);
  const empty = new Map<string, string>();

  test('come and go without a trace', () => {
    const own = '# mine\n[Added Associations]\na/b=y.desktop;\n';
    const content = withPins(own, empty, pins);
    expect(content).toBe(`${own}[Default Applications]\na/b=x.desktop;\ntext/plain=editor.desktop;\n`);
    expect(withPins(content, pins, pins)).toBe(content);
    expect(withPins(content, pins, empty)).toBe(own);
    expect(withPins(withPins('', empty, pins), pins, empty)).toBe('');
  });

  test('stand before what is there and opens nothing, and leave it as it was', () => {
    const own = '[Default Applications]\ntext/plain=mine.desktop;\n[Other]\na/b=x.desktop;\n';
    const content = withPins(own, empty, pins);
    expect(content).toBe(
      '[Default Applications]\na/b=x.desktop;\ntext/plain=editor.desktop;mine.desktop;\n[Other]\na/b=x.desktop;\n',
    );
    expect(withPins(content, pins, empty)).toBe(own);
  });
});
