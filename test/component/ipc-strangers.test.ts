import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectService } from '../../src/launcher/client.ts';
import { version } from '../../src/shared/version.ts';
import { errorIn, framed, type RunningService, rawPeer, serveFake } from './fixtures/running-service.ts';

let service: RunningService;
let path: string;
let token: string;

beforeEach(async () => {
  service = await serveFake();
  path = service.server.socketPath;
  token = readFileSync(`${service.runtime}/service.token`, 'utf8');
});
afterEach(async () => {
  await service.stop();
});

/** After every attack: nothing reached the service, and its user is served as ever. */
async function serviceIsWell() {
  expect(service.calls).toEqual([]);
  const client = await connectService(service.runtime);
  await expect(client.call('status', {})).resolves.toMatchObject({ version: '0.0.0-test' });
  client.close();
}

async function refusal(...sent: string[]) {
  const peer = await rawPeer(path);
  for (const text of sent) peer.socket.write(text);
  return errorIn(await peer.ended());
}

const launch = (extra: object) => ({ id: 7, method: 'launch', params: { application: 'Notepad' }, ...extra });

test.each([
  ['no token', {}],
  ['an empty token', { token: '' }],
  ['a wrong token of the right length', { token: 'f'.repeat(64) }],
  ['the start of the token', { token: '' }],
])('%s: one clear error, then the connection ends', async (what, extra) => {
  const given = what.startsWith('the start') ? { token: token.slice(0, 63) } : extra;
  expect(await refusal(framed(launch(given)))).toEqual({ id: 7, code: 'service.not-allowed' });
  await serviceIsWell();
});

test('a refused stranger gets nothing done by going on, or by sending the token late', async () => {
  const received = await refusal(framed(launch({})), framed(launch({ id: 8, token, version })));
  expect(received.code).toBe('service.not-allowed');
  await serviceIsWell();
});

test('who says nothing loses the place after two seconds', async () => {
  const peer = await rawPeer(path);
  expect(errorIn(await peer.ended(4000)).code).toBe('service.not-allowed');
});

test.each([
  ['a browser', 'GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n'],
  ['a browser that posts', `POST / HTTP/1.1\r\nContent-Length: 999\r\n\r\n\f${framed(launch({}))}`],
  ['TLS', '\u0016\u0003\u0001\u0002\u0000'],
  ['malformed JSON', '{"type":"xpane","data":\f'],
  ['JSON that is no object', '[1]\f'],
  ['an event of another name', framed(launch({}), 'other')],
  ['an event of node-ipc’s own', framed(launch({}), 'connect')],
  ['our own name for violations', framed('x', 'xpane-violation')],
  ['a name from the prototype', framed(launch({}), '__proto__')],
  ['deep nesting', `{"type":"xpane","data":${'['.repeat(30_000)}${']'.repeat(30_000)}}\f`],
  ['an unknown method', framed({ id: 1, method: 'format-disk', params: {} })],
  ['an unknown field', framed(launch({ root: true }))],
  ['a bad id', framed(launch({ id: 0 }))],
  ['no data', '{"type":"xpane"}\f'],
  ['a message without an end of 1 MB', `{"type":"xpane","data":"${'x'.repeat(1 << 20)}`],
  ['a whole message of 1 MB', framed(launch({ params: { application: 'x'.repeat(1 << 20) } }))],
  ['a message just too long', framed(launch({ params: { application: 'x'.repeat(65_536) } }))],
])('%s is cut off with an error', async (_, sent) => {
  expect(await refusal(sent)).toEqual({ id: 0, code: 'service.bad-request' });
  await serviceIsWell();
});

test('a program of another version is told so, and may only end the service', async () => {
  const other = { id: 1, token, version: '0.0.1-other' };
  const refused = await refusal(framed({ ...other, method: 'status', params: {} }));
  expect(refused).toEqual({ id: 1, code: 'service.other-version' });
  const silent = { id: 1, token, method: 'status', params: {} };
  expect(await refusal(framed(silent))).toEqual({ id: 1, code: 'service.other-version' });
  await serviceIsWell();
  const peer = await rawPeer(path);
  peer.socket.write(framed({ ...other, method: 'quit', params: {} }));
  await peer.heard('"result"');
  expect(service.calls).toEqual([{ method: 'quit', params: {} }]);
  peer.socket.destroy();
});

test('the token may come once only', async () => {
  const peer = await rawPeer(path);
  peer.socket.write(framed({ id: 1, method: 'status', params: {}, token, version }));
  await peer.heard('0.0.0-test');
  peer.socket.write(framed({ id: 2, method: 'status', params: {}, token, version }));
  expect(await peer.ended()).toContain('service.bad-request');
});

test('a message that never ends is cut off in time, even byte by byte', async () => {
  const peer = await rawPeer(path);
  peer.socket.write(framed({ id: 1, method: 'status', params: {}, token, version }));
  await peer.heard('0.0.0-test');
  const drip = setInterval(() => peer.socket.write(' '), 50);
  peer.socket.write('{');
  try {
    await peer.ended(7000);
  } finally {
    clearInterval(drip);
  }
});

test('a message that comes byte by byte is understood', async () => {
  const peer = await rawPeer(path);
  peer.socket.setNoDelay();
  for (const byte of framed({ id: 1, method: 'status', params: {}, token, version })) {
    await new Promise((written) => peer.socket.write(byte, written));
  }
  await peer.heard('0.0.0-test');
  peer.socket.destroy();
});

test('a thousand connections leave the service well', async () => {
  const peers = await Promise.allSettled(Array.from({ length: 1000 }, () => rawPeer(path)));
  const connected = peers.flatMap((peer) => (peer.status === 'fulfilled' ? [peer.value] : []));
  expect(connected.length).toBeGreaterThan(0);
  await Promise.all(connected.map((peer) => peer.ended(10_000)));
  await serviceIsWell();
});

test('a watcher that does not read is not queued for without bound', async () => {
  const lazy = await rawPeer(path);
  lazy.socket.pause();
  lazy.socket.write(framed({ id: 1, method: 'watch', params: {}, token, version }));
  const changes = 40;
  const applications = Array.from({ length: 500 }, (_, at) => ({
    id: at.toString(16).padStart(16, '0'),
    name: 'n'.repeat(200),
    folder: [],
  }));
  const before = process.memoryUsage.rss();
  for (let windowCount = 1; windowCount <= changes; windowCount += 1) {
    service.change({ applications, windowCount });
    await new Promise((later) => setTimeout(later, 55));
  }
  expect(process.memoryUsage.rss() - before).toBeLessThan(50e6);
  lazy.socket.resume();
  await lazy.heard(`"windowCount":${changes}`);
  lazy.socket.destroy();
  const text = await lazy.ended();
  expect(text.split('\f').length).toBeLessThan(changes / 2);
  await serviceIsWell();
});

test('a client that asks without reading answers is cut off, the service stays', async () => {
  service.change({
    applications: Array.from({ length: 2000 }, (_, at) => ({
      id: at.toString(16).padStart(16, '0'),
      name: 'n'.repeat(250),
      folder: ['f'.repeat(250)],
    })),
  });
  const greedy = await rawPeer(path);
  greedy.socket.pause();
  greedy.socket.write(framed({ id: 1, method: 'status', params: {}, token, version }));
  for (let id = 2; id < 200 && !greedy.socket.destroyed; id += 1) {
    greedy.socket.write(framed({ id, method: 'status', params: {} }));
  }
  greedy.socket.resume();
  await greedy.ended(20_000);
  await serviceIsWell();
});
