import { describe, expect, test } from 'vitest';
import type { SetUpReport, WorkspaceState } from '../../../src/launcher/api/state.ts';
import { menuModel } from '../../../src/tray/menu-model.ts';
import { notificationsFor } from '../../../src/tray/notification-rules.ts';
import { serviceState, workspace } from './state.ts';

const failure = { code: 'setup.x', message: 'It broke.', hint: 'Mend it.' };

function report(changes: Partial<SetUpReport>): SetUpReport {
  return {
    ...{
      phase: 'waiting',
      mode: 'unattended',
      attempt: 0,
      maxAttempts: 3,
      changedUtc: '2026-03-04T05:00:00Z',
    },
    ...changes,
  };
}

const start = { kind: 'start', text: 'It is time.', mayPostpone: true } as const;
const waiting = report({ prompt: start });
const running = report({ phase: 'running', stage: 'agent', text: 'Waiting for the agent', attempt: 2 });
const retry = report({
  ...{ phase: 'retry', attempt: 1, failure },
  prompt: { kind: 'retry', text: 'Again.', detail: 'It broke. Mend it.', mayPostpone: false },
});
const failed = report({
  ...{ phase: 'failed', attempt: 3, failure },
  prompt: {
    kind: 'failure',
    text: 'No.',
    detail: 'It broke.',
    helpUrl: 'https://help.example/',
    mayPostpone: false,
  },
});
const done = report({ phase: 'done', attempt: 1 });

const stateWith = (setUp: SetUpReport | undefined, changes: Partial<WorkspaceState> = {}) =>
  serviceState(workspace({ phase: 'stopped', ...(setUp ? { setUp } : {}), ...changes }));

describe('the menu', () => {
  const entries = (setUp: SetUpReport | undefined, changes: Partial<WorkspaceState> = {}) => {
    const { groups, icon } = menuModel(stateWith(setUp, changes));
    const items = groups[0]?.items ?? [];
    return {
      icon,
      lines: items.filter(({ action }) => !action).map(({ label }) => label),
      actions: items.flatMap(({ label, action }) => (action ? [`${label}: ${action.kind}`] : [])),
    };
  };

  test('while it is due: now or later, and no start past it', () => {
    expect(entries(waiting)).toMatchObject({
      lines: expect.arrayContaining(['Windows XP: to be set up', 'Start']),
      actions: ['Set up now: set-up', 'Set up later: set-up-later'],
    });
    // Put off: later still has its time.
    expect(entries(report({ askAgainUtc: '2026-03-04T06:00:00Z' })).actions).toEqual(['Set up now: set-up']);
  });

  test('under way it is one work, whatever the guest does', () => {
    for (const phase of ['stopped', 'starting', 'running', 'stopping'] as const) {
      const { icon, lines } = entries(running, { phase });
      expect([icon, lines[0]]).toEqual([
        'starting',
        'Windows XP: is being set up: Waiting for the agent (attempt 2 of 3)',
      ]);
    }
    expect(entries(running, { phase: 'starting' }).actions).toEqual(['Stop: stop']);
  });

  test('what failed says why, and can be tried again', () => {
    for (const setUp of [retry, failed]) {
      expect(entries(setUp)).toMatchObject({
        lines: expect.arrayContaining(['It broke.', 'What to do: Mend it.']),
        actions: ['Try again: set-up'],
      });
    }
    expect(entries(failed).icon).toBe('failed');
  });

  test('done it is as if nothing had been', () => {
    expect(entries(done)).toEqual(entries(undefined));
  });
});

describe('notifications', () => {
  const titles = (before: SetUpReport | undefined, after: SetUpReport, changes?: Partial<WorkspaceState>) =>
    notificationsFor(stateWith(before, changes), stateWith(after, changes)).map(({ title }) => title);

  test('each step once', () => {
    expect(titles(undefined, waiting)).toEqual(['Windows XP is to be set up']);
    expect(titles(waiting, waiting)).toEqual([]);
    expect(titles(waiting, running)).toEqual(['Windows XP is being set up']);
    expect(titles(running, running, { phase: 'starting' })).toEqual([]);
    expect(titles(running, retry)).toEqual(['Windows XP was not set up']);
    expect(titles(running, failed)).toEqual(['Windows XP could not be set up']);
    expect(titles(running, done)).toEqual(['Windows XP is set up']);
  });

  test('the text asks, tells what to do, and where help is', () => {
    const [asked] = notificationsFor(undefined, stateWith(waiting));
    expect(asked?.text).toBe('It is time.\nIn the XPane icon’s menu choose “Set up now” or “Set up later”.');
    const [told] = notificationsFor(stateWith(running), stateWith(failed));
    expect(told?.text).toMatch(/^No\.\nIt broke\.\n.*“Try again”\.\nHelp: https:\/\/help\.example\/$/);
  });

  test('starts and stops on the way are not told, and silence is kept', () => {
    const before = stateWith(running, { phase: 'starting' });
    expect(notificationsFor(before, stateWith(running, { phase: 'running' }))).toEqual([]);
    expect(notificationsFor(before, stateWith(running, { phase: 'failed', failure }))).toEqual([]);
    const silent = (phase: SetUpReport['phase']) => report({ mode: 'silent', phase });
    expect(titles(silent('waiting'), silent('running'))).toEqual([]);
    expect(titles(silent('running'), silent('failed'))).toEqual([]);
  });
});
