import { afterEach, expect, it } from 'vitest';
import { BridgeRig } from './fixtures/bridge-rig.ts';

const rig = new BridgeRig();
afterEach(() => rig.close());

it('drops a command that breaks the protocol, and lives on', async () => {
  const agent = await rig.startAgent();
  const bridge = rig.dial(agent.endpoint);
  await bridge.ready({ timeoutMs: 5000 });
  expect(bridge.send({ type: 'key', scancode: 4000, extended: false, down: true })).toBe(false);
  expect(bridge.send({ type: 'release-all' })).toBe(true);
  await agent.waitFor('release-all');
  expect(agent.received.some(({ type }) => type === 'key')).toBe(false);
  expect(bridge.state).toBe('ready');
});
