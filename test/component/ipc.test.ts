import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ServiceState } from '../../src/launcher/api/state.ts';
import { connectService, type ServiceClient } from '../../src/launcher/client.ts';
import { listenOn } from '../../src/launcher/ipc-channel.ts';
import { startIpcServer } from '../../src/launcher/ipc-server.ts';
import { socketPathIn } from '../../src/launcher/socket-path.ts';
import { makeToken } from '../../src/launcher/token.ts';
import { keepWatching } from '../../src/launcher/watch.ts';
import { silentLog } from '../../src/shared/log.ts';
import { type RunningService, serveFake } from './fixtures/running-service.ts';

let service: RunningService;
let clients: ServiceClient[];

beforeEach(async () => {
  service = await serveFake();
  clients = [];
});
afterEach(async () => {
  for (const client of clients) client.close();
  await service.stop();
});

async function connect(): Promise<ServiceClient> {
  const client = await connectService(service.runtime);
  clients.push(client);
  return client;
}

test('socket, token and folder are this user’s alone', () => {
  const mode = (path: string) => statSync(path).mode & 0o777;
  expect(mode(service.runtime)).toBe(0o700);
  expect(mode(service.server.socketPath)).toBe(0o600);
  expect(mode(`${service.runtime}/service.token`)).toBe(0o600);
});

test('every method reaches the service with its parameters, and its result comes back', async () => {
  const client = await connect();
  await client.call('start', { workspace: 'builtin' });
  await client.call('restart', {});
  const launched = await client.call('launch', { application: 'Notepad', display: ':7' });
  expect(launched).toEqual({ applicationId: '00000000000000a1', name: 'Notepad', processId: 42 });
  await client.call('stop', {});
  await client.call('quit', {});
  expect((await client.call('status', {})).workspaces[0]?.phase).toBe('stopped');
  expect(service.calls).toEqual([
    { method: 'start', params: { workspace: 'builtin' } },
    { method: 'restart', params: {} },
    { method: 'launch', params: { application: 'Notepad', display: ':7' } },
    { method: 'stop', params: {} },
    { method: 'quit', params: {} },
  ]);
});

test('a service that knows no versions yet can be ended: only that request says none', async () => {
  const runtime = mkdtempSync(join(tmpdir(), 'xpane-ipc-older-'));
  await makeToken(runtime);
  const asked: unknown[] = [];
  const server = await listenOn(socketPathIn(runtime), (peer) => ({
    message(request) {
      asked.push(request);
      peer.send({ id: 1, result: {} });
    },
    violation: () => undefined,
    closed: () => undefined,
  }));
  onTestFinished(async () => {
    await server.close();
    rmSync(runtime, { recursive: true });
  });
  for (const method of ['quit', 'status'] as const) {
    const client = await connectService(runtime);
    clients.push(client);
    await client.call(method, {});
  }
  expect(asked).toEqual([
    { id: 1, method: 'quit', params: {}, token: expect.any(String) },
    { id: 1, method: 'status', params: {}, token: expect.any(String), version: expect.any(String) },
  ]);
});

test('the service’s own error arrives with code, sentence and hint', async () => {
  const client = await connect();
  await expect(client.call('launch', { application: 'Secret' })).rejects.toMatchObject({
    name: 'XPaneError',
    code: 'launch.access-denied',
    message: 'The guest denied access.',
    hint: 'Ask its administrator.',
  });
  await expect(client.call('status', {})).resolves.toBeDefined();
});

test('wrong parameters are refused before they reach the service, and the connection stays', async () => {
  const client = await connect();
  for (const application of ['', 'x'.repeat(513)]) {
    await expect(client.call('launch', { application })).rejects.toMatchObject({
      code: 'service.bad-request',
    });
  }
  const surplus = { application: 'Notepad', admin: true };
  await expect(client.call('launch', surplus)).rejects.toMatchObject({ code: 'service.bad-request' });
  expect(service.calls).toEqual([]);
  await expect(client.call('status', {})).resolves.toBeDefined();
});

test('one request more than allowed is refused, the others are answered', async () => {
  const started = Promise.withResolvers<void>();
  service.startTakes = started.promise;
  const client = await connect();
  const all = Array.from({ length: 33 }, () => client.call('start', {}));
  await expect(all.pop()).rejects.toMatchObject({ code: 'service.busy' });
  started.resolve();
  await expect(Promise.all(all)).resolves.toHaveLength(32);
});

test('a client that leaves, or stops waiting, does not stop the work', async () => {
  const started = Promise.withResolvers<void>();
  service.startTakes = started.promise;
  const client = await connect();
  await expect(client.call('start', {}, { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'service.timeout',
  });
  client.close();
  const other = await connect();
  await other.call('status', {});
  expect(service.signals[0]?.aborted).toBe(false);
  started.resolve();
  await vi.waitFor(async () => {
    expect((await other.call('status', {})).workspaces[0]?.phase).toBe('running');
  });
});

test('an abort is told at once with its reason', async () => {
  service.startTakes = new Promise(() => {});
  const client = await connect();
  const abort = new AbortController();
  const call = client.call('start', {}, { signal: abort.signal });
  abort.abort(new Error('changed my mind'));
  await expect(call).rejects.toThrow('changed my mind');
});

test('a closing service aborts its work, tells who waits, and leaves no socket and no token', async () => {
  const { signals, server, runtime } = service;
  let rejected: unknown;
  service.startTakes = new Promise((_, reject) => {
    const watchdog = setInterval(() => {
      const [signal] = signals;
      if (!signal?.aborted) return;
      clearInterval(watchdog);
      rejected = signal.reason;
      reject(signal.reason);
    }, 5);
  });
  const client = await connect();
  const call = client.call('start', {});
  const outcome = expect(call).rejects.toMatchObject({ code: 'service.stopping' });
  await vi.waitFor(() => expect(signals).toHaveLength(1));
  await server.close();
  await outcome;
  expect(rejected).toBeDefined();
  expect((await client.closed).code).toBe('service.lost');
  await expect(client.call('status', {})).rejects.toMatchObject({ code: 'service.lost' });
  await expect(connectService(runtime)).rejects.toMatchObject({ code: 'service.not-running' });
  const next = await startIpcServer({ runtime, api: service.api, log: silentLog });
  await (await connect()).call('status', {});
  await next.close();
  // For afterEach, which closes a server.
  Object.assign(service, { server: { close: async () => {} } });
});

test('a large state of 2048 applications comes whole', async () => {
  service.change({
    applications: Array.from({ length: 2048 }, (_, at) => ({
      id: at.toString(16).padStart(16, '0'),
      name: 'é'.repeat(256),
      folder: ['ü'.repeat(256), 'ß'.repeat(256)],
      iconFile: `/home/user/.local/share/xpane/workspaces/builtin/icons/${at}.png`,
    })),
  });
  const state = await (await connect()).call('status', {});
  expect(state.workspaces[0]?.applications).toHaveLength(2048);
});

test('a watch has the whole state first, then the changes; a second one is refused', async () => {
  const client = await connect();
  const phases: (string | undefined)[] = [];
  await client.watch((state) => phases.push(state.workspaces[0]?.phase));
  expect(phases).toEqual(['stopped']);
  service.change({ phase: 'starting' });
  await vi.waitFor(() => expect(phases).toEqual(['stopped', 'starting']));
  await expect(client.watch(() => {})).rejects.toMatchObject({ code: 'service.bad-request' });
});

test('a watcher that follows finds the service again after it was gone', async () => {
  const { runtime } = service;
  const seen: (number | string)[] = [];
  const note = (state: ServiceState) => seen.push(state.workspaces[0]?.windowCount ?? -1);
  const watch = keepWatching({
    connect: (signal) => connectService(runtime, { signal }),
    onState: note,
    onLost: (error) => seen.push(error.code),
    retryMs: 20,
  });
  await vi.waitFor(() => expect(seen).toEqual([0]));
  await service.server.close();
  await vi.waitFor(() => expect(seen).toEqual([0, 'service.lost']));
  service.change({ windowCount: 3 });
  const next = await startIpcServer({ runtime, api: service.api, log: silentLog });
  await vi.waitFor(() => expect(seen).toEqual([0, 'service.lost', 3]));
  watch.close();
  await next.close();
  Object.assign(service, { server: { close: async () => {} } });
});

test('round trip', async () => {
  const client = await connect();
  await client.call('status', {});
  const startMs = performance.now();
  const count = 1000;
  for (let call = 0; call < count; call += 1) await client.call('status', {});
  const eachMs = (performance.now() - startMs) / count;
  process.stdout.write(`ipc round trip: ${eachMs.toFixed(3)} ms\n`);
  expect(eachMs).toBeLessThan(20);
});
