import { expect, test } from 'vitest';
import type { WorkspacePhase } from '../../../src/launcher/api/state.ts';
import { itemWithKey, type MenuGroup, menuModel, type ServiceView } from '../../../src/tray/menu-model.ts';
import { application, serviceState, workspace } from './state.ts';

/** One line an entry, `*` before what can be chosen, submenus indented. */
function drawn(groups: readonly MenuGroup[], indent = ''): string[] {
  return groups.flatMap(({ submenus, items }, index) => [
    ...(index > 0 && indent === '' ? ['---'] : []),
    ...submenus.flatMap(({ label, groups: below }) => [
      `${indent}> ${label}`,
      ...drawn(below, `${indent}  `),
    ]),
    ...items.map(({ label, action }) => `${indent}${action ? '* ' : ''}${label}`),
  ]);
}

const draw = (view: ServiceView) => drawn(menuModel(view).groups);

test('without a service there is a way to start it', () => {
  expect(draw('absent')).toEqual([
    'XPane is not running',
    '---',
    '* Start XPane',
    '---',
    '* About XPane',
    '* Exit',
  ]);
  expect(menuModel('absent').icon).toBe('stopped');
  expect(draw('connecting').slice(0, 3)).toEqual(['XPane is starting…', '---', 'No applications yet']);
  expect(draw(serviceState())[0]).toBe('XPane has no workspace');
});

test('one workspace lies open, its applications in the folders of the guest', () => {
  const applications = [
    application('App 10', 'Programs', 'Tools'),
    application('App 2', 'Programs', 'Tools'),
    application('Zoo'),
    application('Calculator', 'Accessories', 'System'),
    application('Notepad', 'Accessories'),
    application('alpha', 'programs'),
  ];
  expect(draw(serviceState(workspace({ applications })))).toEqual([
    'Windows XP: running',
    'Start',
    '* Stop',
    '* Restart',
    'Reset…',
    '---',
    '> Accessories',
    '  > System',
    '    * Calculator',
    '  * Notepad',
    '> Tools',
    '  * App 2',
    '  * App 10',
    '* alpha',
    '* Zoo',
    '---',
    '* About XPane',
    '* Exit',
  ]);
});

test.each<[WorkspacePhase, string, string[]]>([
  ['stopped', 'stopped', ['start/xp']],
  ['starting', 'starting', ['stop/xp']],
  ['running', 'running', ['stop/xp', 'restart/xp']],
  ['suspending', 'starting', []],
  ['suspended', 'stopped', ['start/xp', 'stop/xp']],
  ['stopping', 'starting', []],
  ['failed', 'failed', ['start/xp']],
])('%s: icon %s, enabled %j', (phase, icon, enabled) => {
  const model = menuModel(serviceState(workspace({ phase })));
  expect(model.icon).toBe(icon);
  const chosen = ['start/xp', 'stop/xp', 'restart/xp'].filter(
    (key) => itemWithKey(model.groups, key)?.action,
  );
  expect(chosen).toEqual(enabled);
});

test('a guest that can be suspended has an entry for it, and resumes in place of starting', () => {
  const lines = (phase: WorkspacePhase) =>
    draw(serviceState(workspace({ phase, suspends: true }))).slice(0, 5);
  expect(lines('running')).toEqual(['Windows XP: running', 'Start', '* Suspend', '* Stop', '* Restart']);
  expect(lines('suspended')).toEqual(['Windows XP: suspended', '* Resume', 'Suspend', '* Stop', 'Restart']);
  const running = menuModel(serviceState(workspace({ suspends: true })));
  expect(itemWithKey(running.groups, 'suspend/xp')?.action).toEqual({ kind: 'suspend', workspace: 'xp' });
});

test('a reset is for a guest at rest, and is asked about: what was the question is not the answer', () => {
  const at = (phase: WorkspacePhase, asked?: string) =>
    menuModel(serviceState(workspace({ phase })), asked).groups;
  for (const phase of ['stopped', 'suspended', 'failed'] as const) {
    expect(itemWithKey(at(phase), 'reset/xp')?.action).toEqual({ kind: 'reset', workspace: 'xp' });
  }
  expect(itemWithKey(at('running'), 'reset/xp')).toEqual({ key: 'reset/xp', label: 'Reset…' });
  expect(itemWithKey(at('stopped'), 'reset-surely/xp')).toBeUndefined();
  expect(itemWithKey(at('stopped', 'xp'), 'reset/xp')).toBeUndefined();
  expect(itemWithKey(at('stopped', 'xp'), 'reset-surely/xp')).toEqual({
    key: 'reset-surely/xp',
    label: 'Really reset Windows XP',
    action: { kind: 'reset-surely', workspace: 'xp' },
  });
  expect(itemWithKey(at('stopped', 'another'), 'reset-surely/xp')).toBeUndefined();
  expect(itemWithKey(at('running', 'xp'), 'reset-surely/xp')?.action).toBeUndefined();
});

test('the desktop can be shown where the guest has one, whether it runs or not', () => {
  const entry = (phase: WorkspacePhase, desktopView?: { shown: boolean }) => {
    const state = workspace({ phase, ...(desktopView ? { desktopView } : {}) });
    return itemWithKey(menuModel(serviceState(state)).groups, 'desktop/xp');
  };
  for (const phase of ['stopped', 'starting', 'running', 'failed'] as const) {
    expect(entry(phase, { shown: false })).toEqual({
      key: 'desktop/xp',
      label: 'Desktop of Windows XP',
      action: { kind: 'desktop', workspace: 'xp' },
    });
  }
  expect(entry('stopping', { shown: true })?.action).toBeUndefined();
  expect(entry('running')).toBeUndefined();
});

test('progress and failure are said in words', () => {
  const progress = { text: 'Booting Windows', fraction: 0.427 };
  expect(draw(serviceState(workspace({ phase: 'starting', progress })))[0]).toBe(
    'Windows XP: starting… Booting Windows (42 %)',
  );
  expect(draw(serviceState(workspace({ phase: 'starting', resuming: true })))[0]).toBe(
    'Windows XP: resuming…',
  );
  const failure = { code: 'vm.x', message: 'The disk is gone.', hint: 'Import it again.' };
  expect(draw(serviceState(workspace({ phase: 'failed', failure }))).slice(0, 3)).toEqual([
    'Windows XP: failed',
    'The disk is gone.',
    'What to do: Import it again.',
  ]);
});

test('what holds a stop up is said, and only then the guest can be turned off', () => {
  const notice = '“Letter” asks something';
  const state = serviceState(workspace({ notice }));
  expect(draw(state).slice(0, 5)).toEqual(['Windows XP: running', notice, 'Start', '* Stop', '* Restart']);
  expect(itemWithKey(menuModel(state).groups, 'turn-off/xp')).toEqual({
    key: 'turn-off/xp',
    label: 'Turn off without saving',
    action: { kind: 'turn-off', workspace: 'xp' },
  });
  expect(itemWithKey(menuModel(serviceState(workspace())).groups, 'turn-off/xp')).toBeUndefined();
});

test('a guest that runs though memory is short says so', () => {
  const warning = { code: 'vm.host-memory-near', message: 'Memory is nearly used up.', hint: 'Suspend Two.' };
  expect(draw(serviceState(workspace({ warning }))).slice(0, 3)).toEqual([
    ...['Windows XP: running', 'Memory is nearly used up.', 'Start'],
  ]);
});

test('several workspaces have a submenu each; the icon tells what needs attention', () => {
  const model = menuModel(
    serviceState(
      workspace({ applications: [application('Notepad')] }),
      workspace({ id: 'b', name: 'Laboratory', phase: 'failed' }),
    ),
  );
  expect(model.icon).toBe('failed');
  expect(drawn(model.groups)).toEqual([
    'XPane: 2 workspaces',
    '---',
    '> Windows XP: running',
    '  Start',
    '  * Stop',
    '  * Restart',
    '  Reset…',
    '  * Notepad',
    '> Laboratory: failed',
    '  * Start',
    '  Stop',
    '  Restart',
    '  * Reset…',
    '  No applications yet',
    '---',
    '* About XPane',
    '* Exit',
  ]);
  expect(itemWithKey(model.groups, 'launch/xp/id-Notepad')?.action).toEqual({
    kind: 'launch',
    workspace: 'xp',
    application: 'id-Notepad',
  });
});

test('work on disks is shown, with one workspace and with several', () => {
  const work = [
    { id: '1', text: 'Importing XP.vhd', fraction: 0.427 },
    { id: '2', text: 'Copying Office' },
    { id: '3', text: 'One more' },
  ];
  const one = { ...serviceState(workspace()), work };
  expect(draw(one).slice(0, 4)).toEqual([
    'Windows XP: running',
    'Importing XP.vhd (42 %)',
    'Copying Office',
    'Start',
  ]);
  const two = { ...serviceState(workspace(), workspace({ id: 'b', name: 'Laboratory' })), work };
  expect(draw(two).slice(0, 4)).toEqual([
    'XPane: 2 workspaces',
    'Importing XP.vhd (42 %)',
    'Copying Office',
    '---',
  ]);
});

test('of two workspaces each starts, stops and launches for itself', () => {
  const applications = [application('Notepad')];
  const { groups, icon, tooltip } = menuModel(
    serviceState(
      workspace({ phase: 'stopped', applications }),
      workspace({
        id: 'b',
        name: 'Laboratory',
        phase: 'starting',
        progress: { text: 'Booting', fraction: 0.5 },
        applications,
      }),
    ),
  );
  expect([icon, tooltip]).toEqual(['starting', 'XPane: 2 workspaces']);
  expect(groups[1]?.submenus.map(({ label }) => label)).toEqual([
    'Windows XP: stopped',
    'Laboratory: starting… Booting (50 %)',
  ]);
  const action = (key: string) => itemWithKey(groups, key)?.action;
  expect(action('start/xp')).toEqual({ kind: 'start', workspace: 'xp' });
  expect(action('start/b')).toBeUndefined();
  expect(action('stop/b')).toEqual({ kind: 'stop', workspace: 'b' });
  expect(action('launch/xp/id-Notepad')).toMatchObject({ workspace: 'xp' });
  expect(action('launch/b/id-Notepad')).toMatchObject({ workspace: 'b' });
});

test('a guest cannot make the menu too long, too wide or too deep', () => {
  const applications = Array.from({ length: 1000 }, (_, i) => application(`${i} ${'W'.repeat(500)}`));
  applications[0] = application('Deep', 'a', 'b', 'c', 'd', 'e', 'f', 'g');
  const lines = draw(serviceState(workspace({ applications })));
  expect(lines.filter((line) => line.includes('* ') && line.includes('W'))).toHaveLength(299);
  expect(lines).toContain('700 more: see "xpane apps"');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(100);
  expect(lines).toContain('        * Deep');
});

test('keys stay while labels change', () => {
  const [running] = menuModel(serviceState(workspace())).groups;
  const [stopped] = menuModel(serviceState(workspace({ phase: 'stopped' }))).groups;
  expect(running?.items.map(({ key }) => key)).toEqual(stopped?.items.map(({ key }) => key));
});
