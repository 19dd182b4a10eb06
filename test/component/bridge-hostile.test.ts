import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import { agentProof, newNonce, secretKey } from '../../src/guest-bridge/protocol/proof.ts';
import type { ErrorReport } from '../../src/shared/errors.ts';
import { silentLog } from '../../src/shared/log.ts';
import { attacks, head } from './fixtures/bridge-attacks.ts';
import { BridgeRig } from './fixtures/bridge-rig.ts';
import { FakeAgent, fakeSecret } from './fixtures/fake-agent.ts';

const soon = { timeoutMs: 10_000 };
const size = { width: 4, height: 2 };
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
    // The agent hears of the end from its own end of the socket.
    await agent.until(() => agent.closes.length === 3);
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
    // Only what the bridge takes counts: it refuses from its limit on, and is lost once the socket is closed.
    const tooMany = 500_000;
    let taken = 0;
    while (taken < tooMany && bridge.send({ type: 'pointer-move', windowId: 1, x: taken % 1000, y: 1 })) {
      taken++;
      if (taken % 5_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(tooMany);
    expect((await lost).code).toBe('bridge.timeout');
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
