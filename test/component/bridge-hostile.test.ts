import type { Socket } from 'node:net';
import { deflateSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { agentProof, newNonce, secretKey } from '../../src/guest-bridge/protocol/proof.ts';
import type { ErrorReport } from '../../src/shared/errors.ts';
import { silentLog } from '../../src/shared/log.ts';
import { encodeFrame } from './fixtures/agent-encoding.ts';
import { BridgeRig } from './fixtures/bridge-rig.ts';
import { FakeAgent, fakeSecret, wireWindow } from './fixtures/fake-agent.ts';

const soon = { timeoutMs: 10_000 };
const size = { width: 4, height: 2 };
const fill = { kind: 'fill', rect: { x: 0, y: 0, ...size }, bgrx: 1 } as const;
const MIB = 1024 * 1024;
const rig = new BridgeRig();

/** A well-behaved guest beside the hostile one: it must not notice anything. */
let goodAgent: FakeAgent;
let goodBridge: GuestBridge;

beforeAll(async () => {
  goodAgent = await FakeAgent.start();
  goodAgent.publish({ applicationId: '0123456789abcdef' });
  goodBridge = new GuestBridge({ endpoint: goodAgent.endpoint, secret: fakeSecret, log: silentLog });
  await goodBridge.ready(soon);
});

afterAll(async () => {
  await goodBridge.close();
  await goodAgent.stop();
});

afterEach(async () => {
  await rig.close();
  const launched = await goodBridge.launch('0123456789abcdef', { timeoutMs: 2_000 });
  expect(launched.outcome).toBe('started');
  expect(goodAgent.connections).toBe(1);
});

function next(bridge: GuestBridge, event: 'lost' | 'failed'): Promise<ErrorReport> {
  return new Promise((resolve) => {
    const stop = bridge.on(event, (reason) => {
      stop();
      resolve(reason);
    });
  });
}

/** The head of a WebSocket frame as a server sends it. */
function head(opcode: number, payload: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes[0] = 0x80 | opcode;
  bytes[1] = 127;
  bytes.writeBigUInt64BE(BigInt(payload), 2);
  return bytes;
}

const text = (value: unknown) => (agent: FakeAgent) => agent.sendText(JSON.stringify(value));
const created = (windowId: number, part = {}) =>
  text({ type: 'window-created', window: { ...wireWindow({ windowId }), ...part } });
const frame = (part: Partial<Parameters<typeof encodeFrame>[0]>) => (agent: FakeAgent) =>
  agent.sendBinary(encodeFrame({ windowId: 1, sequence: 1, whole: true, size, patches: [fill], ...part }));
const many = (count: number, act: (agent: FakeAgent, index: number) => void) => (agent: FakeAgent) => {
  for (let index = 0; index < count; index++) act(agent, index);
};

interface Attack {
  readonly name: string;
  readonly act: (agent: FakeAgent) => void;
  readonly code: string;
  readonly closeCode: number;
}

/** What a proven guest does once it is ready; window 1 exists. */
const attacks: Attack[] = [
  {
    name: 'garbage text',
    act: (a) => a.sendText('\u0000}{ nonsense'),
    code: 'bridge.not-json',
    closeCode: 4400,
  },
  {
    name: 'truncated text',
    act: (a) => a.sendText('{"type":"ready"'),
    code: 'bridge.not-json',
    closeCode: 4400,
  },
  {
    name: 'invalid UTF-8',
    act: (a) => a.sendBytes(Buffer.from('8104227b80ff', 'hex')),
    code: 'bridge.not-utf8',
    closeCode: 4400,
  },
  {
    name: 'text of 60,000 brackets',
    act: (a) => a.sendText('['.repeat(60_000)),
    code: 'bridge.too-deep',
    closeCode: 4400,
  },
  {
    name: 'text of 64 KiB and more',
    act: (a) => a.sendText(' '.repeat(65_537)),
    code: 'bridge.too-large',
    closeCode: 4400,
  },
  {
    name: 'the head of a message of 16 MiB and one',
    act: (a) => a.sendBytes(head(2, 16 * MIB + 1)),
    code: 'bridge.too-large',
    closeCode: 4400,
  },
  {
    name: 'the head of a message of 2^63 bytes',
    act: (a) => a.sendBytes(Buffer.from('827f7fffffffffffffff', 'hex')),
    code: 'bridge.too-large',
    closeCode: 4400,
  },
  {
    name: 'a reserved opcode',
    act: (a) => a.sendBytes(Buffer.from('8300', 'hex')),
    code: 'bridge.bad-websocket',
    closeCode: 1002,
  },
  {
    name: 'a masked frame',
    act: (a) => a.sendBytes(Buffer.from('828100000000ff', 'hex')),
    code: 'bridge.bad-websocket',
    closeCode: 1002,
  },
  {
    name: 'a compressed frame',
    act: (a) => a.sendBytes(Buffer.from('c10100', 'hex')),
    code: 'bridge.bad-websocket',
    closeCode: 1002,
  },
  {
    name: 'garbage binary',
    act: (a) => a.sendBinary(Buffer.from('deadbeef', 'hex')),
    code: 'bridge.bad-frame',
    closeCode: 4400,
  },
  {
    name: 'an empty binary',
    act: (a) => a.sendBinary(Buffer.alloc(0)),
    code: 'bridge.bad-frame',
    closeCode: 4400,
  },
  { name: 'an unknown type', act: text({ type: 'format' }), code: 'bridge.bad-message', closeCode: 4400 },
  {
    name: 'an unknown field',
    act: text({ type: 'window-destroyed', windowId: 1, force: true }),
    code: 'bridge.bad-message',
    closeCode: 4400,
  },
  {
    name: 'a second hello',
    act: text({ type: 'proof', nonce: '0'.repeat(64), hmac: '0'.repeat(64) }),
    code: 'bridge.wrong-order',
    closeCode: 4400,
  },
  { name: 'a second ready', act: text({ type: 'ready' }), code: 'bridge.wrong-order', closeCode: 4400 },
  {
    name: 'an answer to a ping never sent',
    act: text({ type: 'pong', id: 4_000_000_000 }),
    code: 'bridge.wrong-order',
    closeCode: 4400,
  },
  {
    name: 'an answer to a launch never asked',
    act: text({ type: 'launch-result', requestId: 9, outcome: 'started', processId: 1, systemError: 0 }),
    code: 'bridge.wrong-order',
    closeCode: 4400,
  },
  { name: 'a reused id', act: created(1), code: 'bridge.id-reused', closeCode: 4400 },
  {
    name: 'a change of no window',
    act: text({ type: 'window-changed', window: wireWindow({ windowId: 9 }) }),
    code: 'bridge.unknown-window',
    closeCode: 4400,
  },
  {
    name: 'a window of 100,000 pixels',
    act: created(2, { surface: { x: 0, y: 0, width: 100_000, height: 9 } }),
    code: 'bridge.bad-message',
    closeCode: 4400,
  },
  {
    name: '10,000 windows',
    act: many(10_000, (a, index) => created(index + 2)(a)),
    code: 'bridge.too-many',
    closeCode: 4429,
  },
  {
    name: 'pixels of no window',
    act: frame({ windowId: 77 }),
    code: 'bridge.unknown-window',
    closeCode: 4400,
  },
  { name: 'a gap in the frames', act: frame({ sequence: 2 }), code: 'bridge.frame-gap', closeCode: 4400 },
  {
    name: 'a part for a first frame',
    act: frame({ whole: false }),
    code: 'bridge.bad-frame',
    closeCode: 4400,
  },
  {
    name: 'a rectangle outside',
    act: frame({ patches: [{ ...fill, rect: { x: 1, y: 0, ...size } }] }),
    code: 'bridge.bad-frame',
    closeCode: 4400,
  },
  {
    name: 'a copy from outside',
    act: frame({ patches: [{ ...fill, kind: 'copy', from: { x: 0, y: 1 } }] }),
    code: 'bridge.bad-frame',
    closeCode: 4400,
  },
  {
    name: 'frames without waiting',
    act: many(9, (a, index) => frame({ sequence: index + 1 })(a)),
    code: 'bridge.flood',
    closeCode: 4429,
  },
  {
    name: 'a flood of small messages',
    act: many(60_000, (a) => a.sendText('{"type":"log","level":"info","text":"x"}')),
    code: 'bridge.flood',
    closeCode: 4429,
  },
  {
    name: 'a flood of WebSocket pings',
    act: (a) => a.sendBytes(Buffer.alloc(2 * 60_000, Buffer.from('8900', 'hex'))),
    code: 'bridge.flood',
    closeCode: 4429,
  },
  { name: 'a deflate bomb', act: (a) => a.sendBinary(bomb()), code: 'bridge.bad-frame', closeCode: 4400 },
  {
    name: 'a message begun and never finished',
    act: (a) => a.sendBytes(Buffer.concat([head(2, 1000), Buffer.alloc(10)])),
    code: 'bridge.timeout',
    closeCode: 4408,
  },
  { name: 'a message that comes drop by drop', act: trickle, code: 'bridge.timeout', closeCode: 4408 },
];

/** 64 MiB of zeros for a rectangle of eight pixels. */
function bomb(): Buffer {
  const packed = deflateSync(Buffer.alloc(64 * MIB), { level: 9 });
  const rest = encodeFrame({ windowId: 1, sequence: 1, whole: true, size, patches: [] });
  rest.writeUInt16LE(1, 2);
  const rect = Buffer.alloc(16);
  rect.writeUInt16LE(size.width, 4);
  rect.writeUInt16LE(size.height, 6);
  rect.writeUInt8(3, 8);
  rect.writeUInt32LE(packed.length, 12);
  return Buffer.concat([rest, rect, packed]);
}

function trickle(agent: FakeAgent): void {
  agent.sendBytes(head(2, 1_000_000));
  const timer = setInterval(() => agent.sendBytes(Buffer.alloc(1)), 20);
  const stop = () => clearInterval(timer);
  agent.until(() => agent.closes.length > 0, 20_000).then(stop, stop);
}

describe('a proven guest that sends', () => {
  it.each(attacks)('$name is closed by a clear code, and welcome again', async (attack) => {
    const agent = await rig.startAgent();
    agent.addWindow({ windowId: 1 });
    // A heartbeat so slow that it cannot be what finds a stalled message.
    const bridge = rig.dial(agent.endpoint, { timing: { messageMs: 300, heartbeatMs: 60_000 } });
    await bridge.ready(soon);
    const before = process.memoryUsage().rss;
    const lost = next(bridge, 'lost');
    attack.act(agent);
    const reason = await lost;
    expect(reason.code).toBe(attack.code);
    // A sentence and a hint, and nothing of the guest's own words in them.
    expect(reason.message).toMatch(/^[\x20-\x7e]{10,300}$/);
    expect(reason.hint).not.toBe('');
    await agent.until(() => agent.closes.length > 0);
    expect(agent.closes[0]?.code).toBe(attack.closeCode);
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * MIB);
    // The bridge itself is fine: it dials again, and this time the guest behaves.
    await bridge.ready(soon);
    expect(bridge.model.windows.size).toBe(1);
  });

  it('violations again and again is given up', async () => {
    const agent = await rig.startAgent();
    const bridge = rig.dial(agent.endpoint);
    bridge.on('ready', () => agent.sendText('nonsense'));
    const reason = await next(bridge, 'failed');
    expect(reason.code).toBe('bridge.gave-up');
    expect(agent.connections).toBe(3);
    expect(bridge.state).toBe('failed');
    await expect(bridge.ready(soon)).rejects.toMatchObject({ code: 'bridge.gave-up' });
    expect(agent.closes.map(({ code }) => code)).toEqual([4400, 4400, 4400]);
  });

  it('titles that lie has them cleaned', async () => {
    const agent = await rig.startAgent();
    agent.addWindow({ windowId: 1, title: 'Bank\u202e\u0000\nmoc.live\u2066' });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    expect(bridge.model.windows.get(1)?.title).toBe('Bank moc.live');
  });

  it('owners in a circle has the circle cut', async () => {
    const agent = await rig.startAgent();
    agent.addWindow({ windowId: 1 });
    agent.addWindow({ windowId: 2, ownerId: 1 });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    const changed = new Promise<void>((resolve) => bridge.on('windowChanged', () => resolve()));
    agent.changeWindow(1, { ownerId: 2 });
    await changed;
    expect(bridge.model.windows.get(1)?.ownerId).toBe(0);
    expect(bridge.state).toBe('ready');
  });

  it('pixels of a window that just ended has them dropped', async () => {
    const agent = await rig.startAgent();
    agent.addWindow({ windowId: 1 });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    let frames = 0;
    bridge.on('frame', () => frames++);
    agent.destroyWindow(1);
    agent.sendFill(1, size, 1);
    agent.publish({ applicationId: '0'.repeat(16) });
    await expect.poll(() => bridge.model.applications.size).toBe(1);
    expect(frames).toBe(0);
    expect(bridge.state).toBe('ready');
  });

  it('everything but reads nothing is closed with bounded memory', async () => {
    const agent = await rig.startAgent();
    const bridge = rig.dial(agent.endpoint, { timing: { heartbeatMs: 60_000 } });
    await bridge.ready(soon);
    const lost = next(bridge, 'lost');
    agent.setReading(false);
    let sent = 0;
    let reason: ErrorReport | undefined;
    void lost.then((report) => {
      reason = report;
    });
    while (!reason && sent < 2_000_000) {
      for (let burst = 0; burst < 5_000; burst++, sent++) {
        bridge.send({ type: 'pointer-move', windowId: 1, x: sent % 1000, y: 1 });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(reason?.code).toBe('bridge.timeout');
    expect(sent).toBeLessThan(2_000_000);
  });
});

/** A proof of the right secret for the challenge that this socket got. */
function prove(ws: { send(text: string): void }, challenge: { nonce: string }, secret = fakeSecret): void {
  const nonce = newNonce();
  const hmac = agentProof(secretKey(secret), challenge.nonce, nonce);
  ws.send(JSON.stringify({ type: 'proof', nonce, hmac }));
}

describe('before the proof, whoever answers', () => {
  const hello = { major: 1 };

  it('with another secret is refused for good, and learns nothing', async () => {
    const agent = await rig.startAgent({ secret: 'e'.repeat(64) });
    const bridge = rig.dial(agent.endpoint);
    expect(await next(bridge, 'failed')).toMatchObject({ code: 'bridge.not-proven' });
    await agent.until(() => agent.closes.length === 1);
    expect(agent.closes[0]).toEqual({ code: 4401, reason: 'bridge.not-proven' });
    expect(agent.received).toEqual([]);
  });

  it('that does not believe the host ends it for good', async () => {
    const agent = await rig.startAgent({
      takeOver: (ws) => {
        ws.on('message', () => ws.close(4401));
        return true;
      },
    });
    expect(await next(rig.dial(agent.endpoint), 'failed')).toMatchObject({ code: 'bridge.not-proven' });
  });

  it('with another version is told so', async () => {
    const agent = await rig.startAgent({ hello: { ...hello, major: 2 } });
    const bridge = rig.dial(agent.endpoint);
    const reason = await next(bridge, 'failed');
    expect(reason).toMatchObject({ code: 'bridge.version', hint: expect.stringMatching(/agent/) });
    await agent.until(() => agent.closes.length === 1);
    expect(agent.closes[0]?.code).toBe(4406);
  });

  const early: [string, (ws: { send(data: string | Buffer): void }, socket: Socket) => void, number][] = [
    ['pixels', (ws) => ws.send(Buffer.alloc(16)), 4400],
    ['a hello', (ws) => ws.send('{"type":"hello"}'), 4400],
    ['windows', (ws) => ws.send(JSON.stringify({ type: 'window-destroyed', windowId: 1 })), 4400],
    ['garbage', (ws) => ws.send('what?'), 4400],
    ['a message of more than 1 KiB', (ws) => ws.send(' '.repeat(1025)), 4400],
    ['the head of one of 15 MiB', (_, socket) => socket.write(head(1, 15 * MIB)), 4400],
    ['nothing', () => {}, 4408],
    ['half a message', (_, socket) => socket.write(Buffer.from('817e', 'hex')), 4408],
  ];

  it.each(early)('with %s is closed', async (_, act, closeCode) => {
    const agent = await rig.startAgent({
      takeOver: (ws, socket, index) => {
        if (index > 0) return false;
        act(ws, socket);
        return true;
      },
    });
    const bridge = rig.dial(agent.endpoint, { timing: { handshakeStepMs: 200 } });
    await agent.until(() => agent.closes.length > 0);
    expect(agent.closes[0]?.code).toBe(closeCode);
    await bridge.ready(soon);
  });

  it('with a proof but no hello is closed', async () => {
    const agent = await rig.startAgent({
      takeOver: (ws, _, index) => {
        if (index > 0) return false;
        ws.once('message', (data) => prove(ws, JSON.parse(data.toString())));
        return true;
      },
    });
    const bridge = rig.dial(agent.endpoint, { timing: { handshakeStepMs: 200 } });
    await agent.until(() => agent.closes.length > 0);
    expect(agent.closes[0]?.code).toBe(4408);
    await bridge.ready(soon);
  });

  it('and never gets ready is closed', async () => {
    const agent = await rig.startAgent({ getsReady: false });
    const bridge = rig.dial(agent.endpoint, { timing: { readyMs: 200 } });
    expect(await next(bridge, 'lost')).toMatchObject({ code: 'bridge.timeout' });
  });

  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
  const servers: [string, (socket: Socket) => void][] = [
    ['garbage', (socket) => socket.write(Buffer.alloc(4096, 0xfe))],
    ['a web page', (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi')],
    ['a redirection', (socket) => socket.end('HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n')],
    ['a wrong key', (socket) => socket.write(`${upgrade}Sec-WebSocket-Accept: AAAA\r\n\r\n`)],
    ['endless headers', endlessHeaders],
    ['silence', () => {}],
  ];

  it.each(servers)('with %s is no guest', async (_, answer) => {
    let attempts = 0;
    const endpoint = await rig.listen((socket) => {
      attempts++;
      socket.once('data', () => answer(socket));
    });
    const bridge = rig.dial(endpoint, { timing: { dialAttemptMs: 100, dialAttemptMaxMs: 200 } });
    await expect(bridge.ready({ timeoutMs: 900 })).rejects.toMatchObject({ code: 'bridge.unreachable' });
    expect(attempts).toBeGreaterThan(1);
    expect(bridge.state).toBe('connecting');
  });
});

function endlessHeaders(socket: Socket): void {
  socket.write('HTTP/1.1 101 Switching Protocols\r\n');
  const more = () => {
    while (!socket.destroyed && socket.write(`X-Padding: ${'x'.repeat(1000)}\r\n`));
  };
  socket.on('drain', more);
  more();
}
