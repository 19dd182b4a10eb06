import { expect, test } from 'vitest';
import { notificationLimit } from '../../../src/tray/notification-limit.ts';
import {
  actionFailed,
  askReset,
  type Notification,
  notificationsFor,
} from '../../../src/tray/notification-rules.ts';
import { application, serviceState, workspace } from './state.ts';

const failure = { code: 'vm.x', message: 'The disk is gone.', hint: 'Import it again.' };
const inPhase = (phase: Parameters<typeof workspace>[0] & object) => serviceState(workspace(phase));
const titles = (told: readonly Notification[]) => told.map(({ title }) => title);

test('start, ready and failure are told, once each', () => {
  const stopped = inPhase({ phase: 'stopped' });
  const starting = inPhase({ phase: 'starting' });
  const running = inPhase({ phase: 'running' });
  const failed = inPhase({ phase: 'failed', failure });
  expect(titles(notificationsFor(stopped, starting))).toEqual(['Windows XP is starting']);
  expect(notificationsFor(starting, starting)).toEqual([]);
  expect(titles(notificationsFor(starting, running))).toEqual(['Windows XP is ready']);
  expect(titles(notificationsFor(running, failed))).toEqual(['Windows XP stopped working']);
  expect(notificationsFor(starting, failed)).toEqual([
    {
      subject: 'workspace/xp',
      title: 'Windows XP could not start',
      text: 'The disk is gone.\nWhat to do: Import it again.',
      icon: 'failed',
    },
  ]);
  expect(notificationsFor(running, stopped)).toEqual([]);
});

test('a guest that is suspended and goes on says nothing, unless it has to boot or fails', () => {
  const [running, suspending, suspended] = (['running', 'suspending', 'suspended'] as const).map((phase) =>
    inPhase({ phase }),
  );
  const resuming = inPhase({ phase: 'starting', resuming: true });
  const steps = [running, suspending, suspended, resuming, running, suspending, running, suspended, running];
  for (const [at, step] of steps.entries()) {
    expect(step && notificationsFor(steps[at - 1], step)).toEqual([]);
  }
  const booting = inPhase({ phase: 'starting' });
  expect(notificationsFor(resuming, booting)).toEqual([]);
  expect(titles(notificationsFor(booting, inPhase({ phase: 'running' })))).toEqual(['Windows XP is ready']);
  const failed = inPhase({ phase: 'failed', failure });
  expect(titles(notificationsFor(resuming, failed))).toEqual(['Windows XP could not start']);
});

test('a guest that runs and cannot go on is told once, with what helps', () => {
  const warning = { code: 'vm.waits-for-room', message: 'There is no room.', hint: 'Make some.' };
  const running = inPhase({ phase: 'running' });
  const waiting = inPhase({ phase: 'running', warning });
  expect(notificationsFor(running, waiting)).toEqual([
    {
      ...{ subject: 'workspace/xp', title: 'Windows XP waits', icon: 'warning' },
      text: 'There is no room.\nWhat to do: Make some.',
    },
  ]);
  expect(notificationsFor(waiting, waiting)).toEqual([]);
  expect(notificationsFor(waiting, running)).toEqual([]);
  expect(notificationsFor(inPhase({ phase: 'starting', warning }), waiting)).toHaveLength(1);
});

test('a tray that comes late keeps quiet, but for a failure', () => {
  expect(notificationsFor(undefined, inPhase({ phase: 'running' }))).toEqual([]);
  expect(notificationsFor(undefined, inPhase({ phase: 'starting' }))).toEqual([]);
  expect(notificationsFor(undefined, inPhase({ phase: 'failed', failure }))).toHaveLength(1);
});

test('the first start says that it takes long, the next one does not', () => {
  const text = (applications: ReturnType<typeof application>[]) =>
    notificationsFor(inPhase({ phase: 'stopped' }), inPhase({ phase: 'starting', applications }))[0]?.text;
  expect(text([])).toContain('some minutes');
  expect(text([application('Notepad')])).not.toContain('minutes');
});

test('a view of the desktop that goes by itself says why, unless the guest has said so', () => {
  const ended = { code: 'desktop.bad-screen', message: 'It makes no sense.', hint: 'Open it again.' };
  const shown = inPhase({ desktopView: { shown: true } });
  const gone = inPhase({ desktopView: { shown: false, ended } });
  expect(notificationsFor(shown, gone)).toEqual([
    {
      subject: 'screen/xp',
      title: 'The desktop of Windows XP was closed',
      text: 'It makes no sense.\nWhat to do: Open it again.',
      icon: 'failed',
    },
  ]);
  expect(notificationsFor(gone, gone)).toEqual([]);
  expect(notificationsFor(shown, inPhase({ desktopView: { shown: false } }))).toEqual([]);
  const failed = inPhase({ phase: 'failed', failure, desktopView: { shown: false, ended } });
  expect(titles(notificationsFor(shown, failed))).toEqual(['Windows XP stopped working']);
});

test('what became of a file is told once, each by itself, and not to a tray that comes late', () => {
  const notice = (id: number) => ({ id, title: `File ${id}`, text: 'It was kept beside.' });
  const [none, one, three] = [[], [notice(1)], [notice(1), notice(2), notice(3)]].map((notices) =>
    inPhase({ files: { notices } }),
  );
  if (!none || !one || !three) throw new Error('no states');
  expect(notificationsFor(inPhase({}), one)).toEqual([
    { subject: 'files/xp/1', title: 'File 1', text: 'It was kept beside.', icon: 'warning' },
  ]);
  expect(titles(notificationsFor(none, three))).toEqual(['File 1', 'File 2', 'File 3']);
  expect(titles(notificationsFor(one, three))).toEqual(['File 2', 'File 3']);
  expect(notificationsFor(three, three)).toEqual([]);
  expect(notificationsFor(undefined, three)).toEqual([]);
});

test('a question about a file can be answered by a click', () => {
  const folderQuestion = { kind: 'shp', file: '/maps/Roads.shp' };
  const asks = { id: 1, kind: 'information' as const, title: 'Its folder?', text: 'Click.', folderQuestion };
  expect(notificationsFor(inPhase({}), inPhase({ files: { notices: [asks] } }))).toMatchObject([
    { icon: 'information', click: { workspace: 'xp', kind: 'shp', file: '/maps/Roads.shp' } },
  ]);
});

test('a guest that starts and fails for ever is told of a few times', () => {
  let nowMs = 0;
  const mayShow = notificationLimit(() => nowMs);
  const states = ['stopped', 'starting', 'failed'] as const;
  let shown = 0;
  for (let i = 0; i < 600; i++) {
    const [before, after] = [states[i % 3] ?? 'stopped', states[(i + 1) % 3] ?? 'stopped'];
    for (const told of notificationsFor(
      inPhase({ phase: before, failure }),
      inPhase({ phase: after, failure }),
    )) {
      if (mayShow(told)) shown++;
    }
    nowMs += 100;
  }
  expect(shown).toBe(4);
});

test('the same failure is told once, though the click and the state both bring it', () => {
  const mayShow = notificationLimit(() => 0);
  const [told] = notificationsFor(inPhase({ phase: 'starting' }), inPhase({ phase: 'failed', failure }));
  expect(told && mayShow(told)).toBe(true);
  expect(mayShow(actionFailed('“Start” did not work', failure))).toBe(false);
  expect(mayShow(actionFailed('“Start” did not work', { ...failure, hint: 'Other.' }))).toBe(true);
});

test('an answer to a click is shown however much was told before', () => {
  const mayShow = notificationLimit(() => 0);
  const told = (text: string): Notification => ({ subject: 'x', title: 'X', text, icon: 'warning' });
  for (let number = 0; number < 8; number++) expect(mayShow(told(`${number}`))).toBe(true);
  expect(mayShow(told('one more'))).toBe(false);
  expect(mayShow(askReset('office', 'Office'))).toBe(true);
  expect(mayShow(actionFailed('“Exit” did not work', failure))).toBe(true);
  expect(mayShow(actionFailed('“Exit” did not work', failure))).toBe(false);
});

test('a list of rules for links that is spoilt is told once, to a tray that comes late, too', () => {
  const good = inPhase({ phase: 'stopped' });
  const broken = { ...good, brokenUrlLists: [{ source: '/etc/sites.xml', failure }] };
  expect(notificationsFor(good, broken)).toMatchObject([
    {
      title: 'Rules for links cannot be used',
      text: 'The disk is gone.\nWhat to do: Import it again.',
      icon: 'failed',
    },
  ]);
  expect(notificationsFor(broken, broken)).toEqual([]);
  expect(notificationsFor(broken, good)).toEqual([]);
  expect(notificationsFor(undefined, broken)).toHaveLength(1);
  const worse = { source: '/etc/sites.xml', failure: { ...failure, message: 'Worse.' } };
  expect(notificationsFor(broken, { ...good, brokenUrlLists: [worse] })).toHaveLength(1);
});

test('a link that was not opened is told once, and not to a tray that comes late', () => {
  const before = inPhase({ phase: 'stopped' });
  const refused = (...ids: number[]) => ({ ...before, refusedLinks: ids.map((id) => ({ id, failure })) });
  expect(notificationsFor(before, refused(1))).toMatchObject([
    {
      title: 'A link was not opened',
      text: 'The disk is gone.\nWhat to do: Import it again.',
      icon: 'failed',
    },
  ]);
  const from = { id: 'office', name: 'Office' };
  // By its icon it is the guest's: it is counted with what the guest says, and cannot pass for XPane's own.
  expect(notificationsFor(before, { ...before, refusedLinks: [{ id: 1, failure, from }] })).toMatchObject([
    { subject: 'link/office', title: 'Office: a link was not opened', icon: 'warning' },
  ]);
  expect(notificationsFor(refused(1), refused(1))).toEqual([]);
  expect(notificationsFor(refused(1), refused(1, 2, 3))).toHaveLength(2);
  expect(notificationsFor(undefined, refused(1))).toEqual([]);
});
