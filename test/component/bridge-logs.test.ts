import { afterEach, expect, it } from 'vitest';
import { limits } from '../../src/guest-bridge/protocol/limits.ts';
import { BridgeRig } from './fixtures/bridge-rig.ts';
import type { FakeAgentOptions } from './fixtures/fake-agent.ts';

const rig = new BridgeRig();
afterEach(() => rig.close());

const patience = { timeoutMs: 5000 };

async function dialled(options: FakeAgentOptions) {
  const agent = await rig.startAgent(options);
  const bridge = rig.dial(agent.endpoint);
  await bridge.ready(patience);
  return { agent, bridge };
}

it('reads the end of a log in parts, one log at a time, and cleans every line', async () => {
  const { agent, bridge } = await dialled({
    onLogRequest: ({ log }) =>
      log === 'agent'
        ? [
            { text: 'first\r\nsec' },
            { text: 'ond \u202e\u0007\u001b[31m' },
            { text: '\nthird\n\n', end: 'cut' },
          ]
        : [{ text: '', end: 'missing' }],
  });
  const [own, installer] = await Promise.all([
    bridge.readLog('agent', patience),
    bridge.readLog('installer', patience),
  ]);
  expect(own).toEqual({ lines: ['first', 'second [31m', 'third'], cut: true });
  expect(installer).toBeUndefined();
  expect(agent.received.filter(({ type }) => type === 'log-request')).toEqual([
    { type: 'log-request', requestId: 1, log: 'agent' },
    { type: 'log-request', requestId: 2, log: 'installer' },
  ]);
});

it('takes a log as long as is allowed, and ends a guest that sends more', async () => {
  const part = { text: 'x'.repeat(limits.logPartLength) };
  const most = limits.logTailLength / limits.logPartLength;
  let parts = most;
  const { agent, bridge } = await dialled({
    onLogRequest: () => [...Array.from({ length: parts }, () => part), { text: '', end: 'whole' as const }],
  });
  const whole = await bridge.readLog('agent', patience);
  expect(whole?.lines.map(({ length }) => length)).toEqual([2000]);
  parts = most + 1;
  await expect(bridge.readLog('agent', patience)).rejects.toMatchObject({ code: 'bridge.bad-message' });
  await agent.until(() => agent.closes.length > 0);
  expect(agent.closes.map(({ code }) => code)).toEqual([4400]);
});

it('closes on parts of what was never asked for, and drops what comes too late', async () => {
  const { agent, bridge } = await dialled({ onLogRequest: () => [{ text: 'only the beginning' }] });
  await expect(bridge.readLog('agent', { timeoutMs: 100 })).rejects.toMatchObject({
    code: 'bridge.log-timeout',
  });
  agent.send({ type: 'log-part', requestId: 1, text: 'late', end: 'whole' });
  const cancel = new AbortController();
  const cancelled = bridge.readLog('agent', { ...patience, signal: cancel.signal });
  await agent.until(() => agent.received.filter(({ type }) => type === 'log-request').length === 2);
  cancel.abort(new Error('no more'));
  await expect(cancelled).rejects.toThrow('no more');
  expect(bridge.state).toBe('ready');
  agent.send({ type: 'log-part', requestId: 3, text: '' });
  await agent.until(() => agent.closes.length > 0);
  expect(agent.closes[0]?.code).toBe(4400);
});

it('asks only agents that know of it, and only while one is there', async () => {
  const { agent, bridge } = await dialled({ hello: { capabilities: [] } });
  await expect(bridge.readLog('agent', patience)).rejects.toMatchObject({ code: 'bridge.no-logs' });
  expect(agent.received.some(({ type }) => type === 'log-request')).toBe(false);
  await agent.stop();
  const lost = rig.dial(agent.endpoint);
  await expect(lost.readLog('agent', patience)).rejects.toMatchObject({ code: 'bridge.not-connected' });
});
