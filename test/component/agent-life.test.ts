import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { handOverSecret } from '../../src/guest-bridge/hand-over.ts';
import { HostTalk } from './fixtures/host-talk.ts';
import { agentArguments, listeningPort, type RunningAgent, startAgent } from './fixtures/running-agent.ts';
import { until } from './fixtures/until.ts';

async function started(options: { port?: number } = {}): Promise<RunningAgent> {
  const agent = await startAgent(options);
  onTestFinished(() => agent.stop());
  return agent;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Linux process ids in the guest of Windows programs whose command line holds `text`. */
async function processes(agent: RunningAgent, text: string): Promise<number[]> {
  const each = `printf '%s %s\\n' "\${p#/proc/}" "$(tr '\\0' ' ' < $p/cmdline)"`;
  const { output } = await agent.guest.shell(`for p in /proc/[0-9]*; do ${each}; done`);
  const windowsProgram = /^(\d+) "?[A-Z]:\\/;
  return output
    .split('\n')
    .filter((line) => line.includes(text) && windowsProgram.test(line))
    .map((line) => Number.parseInt(line, 10));
}

test('a killed worker comes back, the applications it started live on, and the next host is served', async () => {
  const agent = await started({ port: await freePort() });
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port: agent.port } as const;
  // As a guest's that is a copy of another: its worker knows it from the file that the killed one wrote.
  const secret = randomBytes(32).toString('hex');
  await handOverSecret({ endpoint, from: agent.secret, to: secret, timeoutMs: 10_000 });
  await expect(readFile(join(agent.guest.shared, 'secret'), 'utf8')).resolves.toBe(secret);
  const first = await HostTalk.open(agent.port, secret);
  const instance = (await first.message('hello')).instance;
  const { application } = await first.message(
    'application-published',
    (one) => one.application.name === 'Notepad',
  );
  first.say({ type: 'launch', requestId: 1, applicationId: application.applicationId });
  await first.message('launch-result');
  await first.message('window-created', ({ window }) => window.className === 'Notepad');

  const [worker] = await processes(agent, '--worker');
  expect(worker).toBeDefined();
  const start = performance.now();
  await agent.guest.shell(`kill -9 ${worker}`);
  await first.closed();
  // On the same port, though the killed worker's connection still lingers in the system.
  expect(await listeningPort(agent.log, 2)).toBe(agent.port);
  const second = await HostTalk.open(agent.port, secret);
  console.log(`worker killed to ready again: ${(performance.now() - start).toFixed(0)} ms`);
  expect((await second.message('hello')).instance).not.toBe(instance);
  await second.message('window-created', ({ window }) => window.className === 'Notepad');
  await second.hangUp();
}, 300_000);

test('the worker dies with its supervisor, the applications it started live on', async () => {
  const agent = await started();
  const talk = await HostTalk.open(agent.port, agent.secret);
  const { application } = await talk.message(
    'application-published',
    (one) => one.application.name === 'Notepad',
  );
  talk.say({ type: 'launch', requestId: 1, applicationId: application.applicationId });
  await talk.message('window-created', ({ window }) => window.className === 'Notepad');

  const all = await processes(agent, 'xpane-agent.exe');
  const [worker] = await processes(agent, '--worker');
  const supervisor = all.find((pid) => pid !== worker);
  expect([supervisor, worker]).not.toContain(undefined);
  await agent.guest.shell(`kill -9 ${supervisor}`);
  await until('no agent runs', 10_000, async () => (await processes(agent, 'xpane-agent.exe')).length === 0);
  expect(await processes(agent, 'notepad.exe')).toHaveLength(1);
  await talk.hangUp();
}, 300_000);

test('a second agent ends with code 3 and leaves the first alone', async () => {
  const agent = await started();
  const second = await agent.guest.start('xpane-agent.exe', agentArguments()).exited();
  expect(second.code).toBe(3);
  const talk = await HostTalk.open(agent.port, agent.secret);
  await talk.hangUp();
}, 300_000);

test.each([
  ['no arguments', []],
  ['an address without port', ['--listen', '127.0.0.1', '--secret-file', 'a', '--log-file', 'b']],
  ['an unknown option', [...agentArguments(), '--debug', 'x']],
])(
  'wrong command line (%s): code 2',
  async (_, args) => {
    const agent = await started();
    expect((await agent.guest.start('xpane-agent.exe', args).exited()).code).toBe(2);
  },
  300_000,
);

test.each([
  ['short', 'abc\n'],
  ['not hex', 'z'.repeat(64)],
  ['too long', 'a'.repeat(66)],
])(
  'a secret that is %s: code 2, a line in the log, and the secret is not in it',
  async (_, secret) => {
    const agent = await started();
    const [supervisor] = await processes(agent, 'xpane-agent.exe');
    await agent.guest.shell(`kill -9 ${supervisor}`);
    await until(
      'no agent runs',
      10_000,
      async () => (await processes(agent, 'xpane-agent.exe')).length === 0,
    );
    await writeFile(join(agent.guest.shared, 'secret'), secret);
    expect((await agent.guest.start('xpane-agent.exe', agentArguments()).exited()).code).toBe(2);
    const log = await agent.log();
    expect(log).toContain('secret file');
    expect(log).not.toContain(secret.trim());
  },
  300_000,
);

test('the log file is rotated at 1 MiB, one old file kept', async () => {
  const agent = await started();
  await writeFile(join(agent.guest.shared, 'agent.log'), 'x'.repeat(1024 * 1024));
  const talk = await HostTalk.open(agent.port, agent.secret);
  await talk.hangUp();
  await until('a fresh log', 5000, async () => (await agent.log()).length < 10_000);
  const { output } = await agent.guest.shell('ls /run/xpane');
  expect(output.split('\n')).toContain('agent.log.old');
}, 300_000);
