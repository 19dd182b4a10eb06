import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { closeCodes } from '../../src/guest-bridge/protocol/limits.ts';
import { clientFrame, HostTalk, rawExchange, upgradeRequest } from './fixtures/host-talk.ts';
import { type RunningAgent, startAgent } from './fixtures/running-agent.ts';

let agent: RunningAgent;
beforeAll(async () => {
  agent = await startAgent();
}, 300_000);
afterAll(() => agent?.stop());

async function dialled(): Promise<HostTalk> {
  const talk = await HostTalk.dial(agent.port);
  onTestFinished(() => talk.hangUp());
  return talk;
}

async function opened(heartbeatMs?: number): Promise<HostTalk> {
  const talk = await HostTalk.open(agent.port, agent.secret, heartbeatMs);
  onTestFinished(() => talk.hangUp());
  return talk;
}

const challenge = JSON.stringify({ type: 'challenge', nonce: 'a'.repeat(64) });
const closeFrameCode = (bytes: Buffer) => bytes.readUInt16BE(bytes.lastIndexOf(0x88) + 2);

describe('handshake', () => {
  test('both prove themselves, then hello, applications, windows and ready', async () => {
    const talk = await dialled();
    expect(await talk.prove(agent.secret)).toEqual({ agentIsRight: true });
    const hello = await talk.message('hello');
    expect(hello).toMatchObject({ major: 1, minor: 0, agentVersion: '0.1.0' });
    expect(hello.system).toMatch(/^Windows \d+\.\d+\.\d+.*\(Wine \d/);
    expect(hello.desktop).toEqual({ width: 1024, height: 768 });
    talk.say({ type: 'welcome', major: 1, minor: 0, heartbeatMs: 5000, frameWindow: 2 });
    await talk.message('ready');
    // All that exists comes before `ready`.
    expect(talk.heard.filter(({ type }) => type === 'application-published').length).toBeGreaterThan(5);
    expect(talk.heard.some(({ type }) => type === 'desktop-changed')).toBe(true);
  });

  test('the agent has another nonce and the same instance each time', async () => {
    const [one, two] = [await dialled(), await dialled()];
    await one.prove(agent.secret);
    await two.prove(agent.secret);
    expect((await one.message('proof')).nonce).not.toBe((await two.message('proof')).nonce);
    expect((await one.message('hello')).instance).toBe((await two.message('hello')).instance);
  });

  test('a host with another secret is not proven', async () => {
    const talk = await dialled();
    expect(await talk.prove('0'.repeat(64))).toEqual({ agentIsRight: false });
    expect(await talk.closed()).toBe(closeCodes.notProven);
  });

  test('the agent’s own proof sent back does not prove the host', async () => {
    const talk = await dialled();
    talk.say({ type: 'challenge', nonce: 'a'.repeat(64) });
    const { hmac } = await talk.message('proof');
    talk.say({ type: 'proof', hmac });
    expect(await talk.closed()).toBe(closeCodes.notProven);
  });

  test.each([
    ['proof', { type: 'proof', hmac: 'a'.repeat(64) }],
    ['welcome', { type: 'welcome', major: 1, minor: 0, heartbeatMs: 5000, frameWindow: 2 }],
    ['a command', { type: 'release-all' }],
    ['launch', { type: 'launch', requestId: 1, applicationId: '0'.repeat(16) }],
  ] as const)('%s as the first message is a violation', async (_, message) => {
    const talk = await dialled();
    talk.say(message);
    expect(await talk.closed()).toBe(closeCodes.violation);
  });

  test('a command between proof and welcome is a violation', async () => {
    const talk = await dialled();
    await talk.prove(agent.secret);
    talk.say({ type: 'release-all' });
    expect(await talk.closed()).toBe(closeCodes.violation);
  });

  test('another major version is named as such', async () => {
    const talk = await dialled();
    await talk.prove(agent.secret);
    talk.say({ type: 'welcome', major: 2, minor: 0, heartbeatMs: 5000, frameWindow: 2 });
    expect(await talk.closed()).toBe(closeCodes.version);
  });
});

describe('HTTP', () => {
  test.each([
    ['a web page', upgradeRequest({ Origin: 'http://example.org' }), 403],
    ['another path', upgradeRequest({}, 'GET /secret HTTP/1.1'), 404],
    ['another method', upgradeRequest({}, 'POST / HTTP/1.1'), 405],
    ['an older HTTP', upgradeRequest({}, 'GET / HTTP/1.0'), 400],
    ['no upgrade', upgradeRequest({ Upgrade: undefined }), 426],
    ['another version', upgradeRequest({ 'Sec-WebSocket-Version': '8' }), 426],
    ['no subprotocol', upgradeRequest({ 'Sec-WebSocket-Protocol': undefined }), 400],
    ['another subprotocol', upgradeRequest({ 'Sec-WebSocket-Protocol': 'chat' }), 400],
    ['a short key', upgradeRequest({ 'Sec-WebSocket-Key': 'abc' }), 400],
    ['no host', upgradeRequest({ Host: undefined }), 400],
    ['garbage', '\0\x01\x02 hello\r\n\r\n', 400],
    ['a header without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(9000)}`, 431],
  ])('%s is refused', async (_, request, status) => {
    const answer = await rawExchange(agent.port, request);
    expect(answer.toString('latin1')).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test('a request that never ends is refused after five seconds, and others are served meanwhile', async () => {
    const start = Date.now();
    const slow = rawExchange(agent.port, 'GET / HTTP/1.1\r\nHost: gu');
    await opened();
    expect(Date.now() - start).toBeLessThan(4000);
    expect((await slow).toString('latin1')).toMatch(/^HTTP\/1\.1 408 /);
    expect(Date.now() - start).toBeGreaterThan(4000);
  });
});

describe('frames', () => {
  test.each([
    ['not masked', clientFrame(challenge, { masked: false })],
    ['over the maximum before the proof', clientFrame(' '.repeat(1025))],
    [
      'fragments over the maximum',
      Buffer.concat([
        clientFrame(' '.repeat(600), { final: false }),
        clientFrame(' '.repeat(600), { opcode: 0 }),
      ]),
    ],
    ['binary', clientFrame(challenge, { opcode: 2 })],
    ['an unknown opcode', clientFrame(challenge, { opcode: 3 })],
    ['a continuation of nothing', clientFrame(challenge, { opcode: 0 })],
    [
      'a message within a fragmented one',
      Buffer.concat([clientFrame('{', { final: false }), clientFrame(challenge)]),
    ],
    ['a fragmented ping', clientFrame('', { opcode: 9, final: false })],
    ['not UTF-8', clientFrame(Buffer.from([0x7b, 0xc3, 0x28, 0x7d]))],
    ['not JSON', clientFrame('hello')],
    ['a length of 2^63', Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
    ['reserved bits', Buffer.from([0xc1, 0x80, 1, 2, 3, 4])],
  ])('%s: a violation', async (_, frame) => {
    const answer = await rawExchange(agent.port, Buffer.concat([Buffer.from(upgradeRequest()), frame]));
    expect(closeFrameCode(answer)).toBe(closeCodes.violation);
  });

  test('fragments with a ping between them are one message', async () => {
    const fragments = [
      clientFrame(challenge.slice(0, 10), { final: false }),
      clientFrame('still there?', { opcode: 9 }),
      clientFrame(challenge.slice(10, 40), { opcode: 0, final: false }),
      clientFrame(challenge.slice(40), { opcode: 0 }),
      clientFrame('', { opcode: 8 }),
    ];
    const answer = await rawExchange(
      agent.port,
      Buffer.concat([Buffer.from(upgradeRequest()), ...fragments]),
    );
    const text = answer.toString('latin1');
    expect(text).toContain('still there?');
    expect(text).toContain('"type":"proof"');
    expect(closeFrameCode(answer)).toBe(closeCodes.goodbye);
  });

  test('once open, 64 KiB are one message and a byte more is a violation', async () => {
    const talk = await opened();
    const ping = (sizeBytes: number, id: number) =>
      JSON.stringify({ type: 'ping', id }).padEnd(sizeBytes, ' ');
    talk.socket.send(ping(64 * 1024, 7));
    await talk.message('pong', ({ id }) => id === 7);
    talk.socket.send(ping(64 * 1024 + 1, 8));
    expect(await talk.closed()).toBe(closeCodes.violation);
  });

  test('an unknown message is a violation, and the next host is served', async () => {
    const talk = await opened();
    talk.socket.send('{"type":"reboot"}');
    expect(await talk.closed()).toBe(closeCodes.violation);
    const next = await opened();
    next.say({ type: 'ping', id: 1 });
    await next.message('pong');
  });
});

describe('connections', () => {
  test('a newer host takes over from the older one', async () => {
    const older = await opened();
    const newer = await opened();
    expect(await older.closed()).toBe(closeCodes.replaced);
    newer.say({ type: 'ping', id: 3 });
    await newer.message('pong', ({ id }) => id === 3);
  });

  test('somebody without the secret does not disturb the host', async () => {
    const host = await opened();
    const stranger = await dialled();
    await stranger.prove('1'.repeat(64));
    expect(await stranger.closed()).toBe(closeCodes.notProven);
    host.say({ type: 'ping', id: 4 });
    await host.message('pong', ({ id }) => id === 4);
  });

  test('of five that do not prove themselves the fifth is refused at once, the others after five seconds', async () => {
    const idle = await Promise.all([dialled(), dialled(), dialled(), dialled()]);
    const start = Date.now();
    expect((await rawExchange(agent.port, upgradeRequest())).length).toBe(0);
    expect(Date.now() - start).toBeLessThan(2000);
    for (const talk of idle) expect(await talk.closed()).toBe(closeCodes.timeout);
    expect(Date.now() - start).toBeGreaterThan(3000);
  });

  test('a host that falls silent is hung up on after three heartbeats', async () => {
    const talk = await opened(200);
    const start = Date.now();
    expect(await talk.closed()).toBe(closeCodes.timeout);
    expect(Date.now() - start).toBeGreaterThan(500);
    expect(Date.now() - start).toBeLessThan(3000);
  });

  test('a host that pings stays, for longer than the agent waits for a silent one', async () => {
    const heartbeatMs = 200;
    const talk = await opened(heartbeatMs);
    const start = performance.now();
    // Each answer comes after what the agent decided before it: the last one shows that it did not hang up.
    for (let id = 0; performance.now() - start < 5 * heartbeatMs; id++) {
      talk.say({ type: 'ping', id });
      await talk.message('pong', (pong) => pong.id === id);
    }
  });

  test('a ping is answered in a few milliseconds', async () => {
    const talk = await opened();
    const times: number[] = [];
    for (let id = 1000; id < 1100; id++) {
      const start = performance.now();
      const answered = new Promise((resolve) => talk.socket.once('message', resolve));
      talk.say({ type: 'ping', id });
      await answered;
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    console.log(`ping: median ${times[50]?.toFixed(2)} ms, p95 ${times[95]?.toFixed(2)} ms`);
    expect(times[50]).toBeLessThan(15);
  });
});
