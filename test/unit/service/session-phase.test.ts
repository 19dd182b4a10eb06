import { describe, expect, it } from 'vitest';
import { workspacePhases } from '../../../src/launcher/api/state.ts';
import { nextPhase, type SessionPhase } from '../../../src/service/session-phase.ts';

const failure = { code: 'x.y', message: 'm', hint: 'h' };
const phases: Record<(typeof workspacePhases)[number], SessionPhase> = {
  stopped: { name: 'stopped' },
  starting: { name: 'starting', text: '' },
  running: { name: 'running' },
  suspending: { name: 'suspending', text: '' },
  suspended: { name: 'suspended' },
  stopping: { name: 'stopping', text: '' },
  failed: { name: 'failed', failure },
};

const allowed = new Set([
  'stopped>starting',
  'starting>starting',
  'starting>running',
  'starting>stopping',
  'starting>failed',
  'running>running',
  'running>suspending',
  'running>stopping',
  'running>stopped',
  'running>failed',
  'suspending>suspended',
  'suspending>running',
  'suspending>stopped',
  'suspending>failed',
  'suspended>starting',
  'suspended>stopped',
  'stopping>stopped',
  'stopping>failed',
  'failed>starting',
  'failed>stopped',
]);

describe('a workspace’s life', () => {
  for (const from of workspacePhases) {
    for (const to of workspacePhases) {
      const name = `${from}>${to}`;
      it(`${name} is ${allowed.has(name) ? 'a step' : 'no step'}`, () => {
        const step = () => nextPhase(phases[from], phases[to]);
        if (allowed.has(name)) expect(step()).toBe(phases[to]);
        else expect(step).toThrow(`from ${from} to ${to}`);
      });
    }
  }
});
