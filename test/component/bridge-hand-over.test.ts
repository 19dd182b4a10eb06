import { expect, onTestFinished, test, vi } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { handOverSecret } from '../../src/guest-bridge/hand-over.ts';
import { silentLog } from '../../src/shared/log.ts';
import { FakeAgent, type FakeAgentOptions, fakeSecret } from './fixtures/fake-agent.ts';

const own = 'c0ffee'.padEnd(64, '1');

async function agentWith(options: FakeAgentOptions = {}) {
  const agent = await FakeAgent.start(options);
  onTestFinished(() => agent.stop());
  const handOver = (part: object = {}) =>
    handOverSecret({ endpoint: agent.endpoint, from: fakeSecret, to: own, timeoutMs: 3_000, ...part });
  return { agent, handOver };
}

async function readyWith({ endpoint }: FakeAgent, secret: string): Promise<void> {
  const bridge = new GuestBridge({ endpoint, secret, log: silentLog });
  try {
    await bridge.ready({ timeoutMs: 3_000 });
  } finally {
    await bridge.close();
  }
}

test('an agent that took its own secret knows that one, and the other no more', async () => {
  const { agent, handOver } = await agentWith();
  await handOver();
  await readyWith(agent, own);
  await expect(readyWith(agent, fakeSecret)).rejects.toMatchObject({ code: 'bridge.not-proven' });
});

test('a call that is cut off is made again', async () => {
  const { agent, handOver } = await agentWith({
    takeOver: (ws, _, index) => {
      if (index === 0) ws.terminate();
      return index === 0;
    },
  });
  await handOver();
  await readyWith(agent, own);
});

test('an agent that cannot keep it is left with the old one', async () => {
  const { agent, handOver } = await agentWith({ keepsSecret: false });
  await expect(handOver()).rejects.toMatchObject({ code: 'bridge.secret-not-kept' });
  await readyWith(agent, fakeSecret);
});

test('nobody else is told it', async () => {
  const { handOver } = await agentWith({ secret: own });
  await expect(handOver()).rejects.toMatchObject({ code: 'bridge.not-proven' });
});

test('between two calls it ends at once when nobody waits for it any more', async () => {
  const { agent, handOver } = await agentWith();
  await agent.stop();
  const wait = new AbortController();
  const handing = handOver({ signal: wait.signal });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  // Refused, it pauses; that no time passes any more keeps it there.
  while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
  wait.abort(new Error('no more'));
  await expect(handing).rejects.toThrow('no more');
});

test('it ends when nobody waits for it any more', async () => {
  const { agent, handOver } = await agentWith({ takeOver: () => true });
  const wait = new AbortController();
  const handing = handOver({ signal: wait.signal });
  await agent.until(() => agent.connections > 0);
  wait.abort(new Error('no more'));
  await expect(handing).rejects.toThrow('no more');
  await agent.until(() => agent.closes.length > 0);
});
