import { afterAll, beforeAll, expect, test } from 'vitest';
import { AgentClient } from './fixtures/agent-client.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { buildProgram } from './fixtures/whole-way.ts';

const rounds = 12;

let agent: RunningAgent;
let client: AgentClient;

beforeAll(async () => {
  agent = await startAgent();
  client = await AgentClient.connect({ url: `ws://127.0.0.1:${agent.port}/`, secret: agent.secret });
}, 300_000);
afterAll(async () => {
  await client?.close();
  await agent?.stop();
});

test('a press on a window that has just opened reaches it and not the one below, though that comes up now and then', async () => {
  agent.guest.start(await buildProgram(agent, 'restless-windows.c'), [String(rounds)]);
  for (let round = 0; round < rounds; round++) {
    const { info } = await client.window('the upper one', (one) => one.info.title === `upper ${round}`);
    const at = { windowId: info.windowId, x: 150, y: 150, button: 1 as const };
    client.send({ type: 'pointer-button', ...at, down: true });
    client.send({ type: 'pointer-button', ...at, down: false });
    await client.until('the end of the round', () => !client.view.windows.has(info.windowId));
  }
  const result = await client.window('the result', ({ info }) => info.title.startsWith('result'));
  expect(result.info.title).toBe(`result 0 ${rounds} 0`);
});
