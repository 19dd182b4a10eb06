import { describe, expect, test } from 'vitest';
import { applicationFolders, commandOf } from '../../../src/integration/browser/desktop-entry.ts';
import { guardFor, guardVariable, isLoop } from '../../../src/integration/browser/loop-guard.ts';

const url = 'http://contoso.com/?a=%41&b=%u';
const entry = (exec: string, more = '') => `[Desktop Entry]\nType=Application\nExec=${exec}\n${more}`;

describe('the command of an application', () => {
  test.each<[string, string[]]>([
    ['firefox %u', ['firefox', url]],
    ['/usr/bin/chromium %U --flag', ['/usr/bin/chromium', url, '--flag']],
    ['epiphany', ['epiphany', url]],
    ['env A=b "my browser" %u', ['env', 'A=b', 'my browser', url]],
    ['sh -c "x \\\\"y\\\\" \\\\$1" %u', ['sh', '-c', 'x "y" $1', url]],
    ['browser 100%% %i %c %k %u', ['browser', '100%', url]],
    ['browser "" %u', ['browser', '', url]],
  ])('%s', (exec, expected) => expect(commandOf(entry(exec), url)).toEqual(expected));

  test.each([
    ['', ''],
    ['browser "not ended %u', ''],
    ['browser %u', 'Terminal=true'],
    ['browser %u', 'Hidden=true'],
  ])('%j with %j is none', (exec, more) => expect(commandOf(entry(exec, more), url)).toBeUndefined());

  test('is that of the application, not of one of its actions', () => {
    const text = `# x\n[Desktop Action new]\nExec=wrong\n${entry('right %u')}\n[Desktop Action b]\nExec=wrong\n`;
    expect(commandOf(text, url)).toEqual(['right', url]);
  });
});

test('applications lie where the user’s and the system’s are', () => {
  expect(applicationFolders({ HOME: '/h' })).toEqual([
    '/h/.local/share/applications',
    '/usr/local/share/applications',
    '/usr/share/applications',
  ]);
  expect(applicationFolders({ HOME: '/h', XDG_DATA_HOME: 'x', XDG_DATA_DIRS: '/a:b:/c' })).toEqual([
    '/h/.local/share/applications',
    '/a/applications',
    '/c/applications',
  ]);
});

describe('a link that comes straight back', () => {
  const [one, two] = ['http://a.example/', 'http://b.example/'];
  const withGuard = (guard: string) => ({ [guardVariable]: guard });
  test('is known for half a minute, as a browser keeps its environment for as long as it runs', () => {
    const guard = withGuard(guardFor({}, one, 1_000_000));
    expect(isLoop({}, one, 1_000_000)).toBe(false);
    expect(isLoop(guard, one, 1_000_000)).toBe(true);
    expect(isLoop(guard, one, 1_029_999)).toBe(true);
    expect(isLoop(guard, one, 1_030_000)).toBe(false);
    expect(isLoop(guard, one, 999_999)).toBe(false);
  });

  test('is known though it changes on its way: after three in a row', () => {
    let env: NodeJS.ProcessEnv = {};
    const loops = Array.from({ length: 5 }, (_, hop) => {
      const url = `${two}${hop}`;
      const loop = isLoop(env, url, 1_000_000 + hop);
      env = withGuard(guardFor(env, url, 1_000_000 + hop));
      return loop;
    });
    expect(loops).toEqual([false, false, false, true, true]);
  });

  test.each(['', 'x', '1:2:3', `1:${'a'.repeat(16)}:x`])('the guard %j is none', (guard) => {
    expect(isLoop(withGuard(guard), one, 1)).toBe(false);
    expect(guardFor(withGuard(guard), one, 1)).toMatch(/^1:[0-9a-f]{16}:1$/);
  });
});
