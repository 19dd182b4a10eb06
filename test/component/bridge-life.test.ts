import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { GuestBridge, GuestBridgeEvents } from '../../src/guest-bridge/guest-bridge.ts';
import type { GuestEndpoint } from '../../src/shared/endpoint.ts';
import type { ErrorReport } from '../../src/shared/errors.ts';
import { BridgeRig } from './fixtures/bridge-rig.ts';

const soon = { timeoutMs: 5_000 };
const notepad = '0123456789abcdef';
const code = (value: string) => expect.objectContaining({ code: value });
const rig = new BridgeRig();

afterEach(async () => {
  await rig.close();
});

/** The next time this event comes. */
function once<K extends keyof GuestBridgeEvents>(bridge: GuestBridge, event: K): Promise<unknown[]> {
  return new Promise((resolve) => {
    const stop = bridge.on(event, (...args: unknown[]) => {
      stop();
      resolve(args);
    });
  });
}

function recordOf(bridge: GuestBridge): string[] {
  const record: string[] = [];
  bridge.on('reset', ({ sameInstance }) => record.push(`reset ${sameInstance}`));
  bridge.on('connected', (facts) => record.push(`connected ${facts.agentVersion}`));
  bridge.on('ready', () => record.push('ready'));
  bridge.on('windowCreated', (window) => record.push(`created ${window.windowId}`));
  bridge.on('windowChanged', (window) => record.push(`changed ${window.windowId}`));
  bridge.on('windowDestroyed', (window) => record.push(`destroyed ${window.windowId}`));
  bridge.on('desktopChanged', (desktop) => record.push(`desktop ${desktop.zOrder}`));
  bridge.on('applicationsChanged', (list) => record.push(`applications ${list.length}`));
  bridge.on('lost', (reason) => record.push(reason.code));
  bridge.on('failed', (reason) => record.push(`failed ${reason.code}`));
  return record;
}

describe.each(['tcp', 'unix'] as const)('over %s', (over) => {
  it('tells all there is, then ready, then what changes', async () => {
    const agent = await rig.startAgent({ over });
    agent.addIcon('00000000000000aa', { width: 1, height: 1 }, Buffer.from([1, 2, 3, 4]));
    agent.addWindow({ windowId: 1, iconId: '00000000000000aa' });
    agent.addWindow({ windowId: 2, ownerId: 1, kind: 'dialog' });
    agent.publish({ applicationId: notepad, name: 'Notepad' });
    const bridge = rig.dial(agent.endpoint);
    const record = recordOf(bridge);
    const facts = once(bridge, 'connected');
    await bridge.ready(soon);
    expect(record).toEqual([
      'reset false',
      'connected 0.0.0-fake',
      'created 1',
      'created 2',
      'desktop 2,1',
      'applications 1',
      'ready',
    ]);
    expect(bridge.state).toBe('ready');
    expect((await facts)[0]).toMatchObject({ system: 'Fake 5.1', desktop: { width: 1280, height: 800 } });
    expect(bridge.model.windows.get(2)).toMatchObject({ ownerId: 1, kind: 'dialog' });
    expect(bridge.model.icon('00000000000000aa')).toMatchObject({ width: 1, height: 1 });
    record.length = 0;
    agent.destroyWindow(1);
    await agent.waitFor('destroyed-ack');
    expect(record).toEqual(['changed 2', 'destroyed 1']);
    expect(agent.received[0]).toEqual({
      type: 'welcome',
      major: 1,
      minor: 0,
      heartbeatMs: 5000,
      frameWindow: 2,
    });
  });

  it('carries pixels exactly, and acknowledgements back', async () => {
    const agent = await rig.startAgent({ over });
    agent.addWindow({ windowId: 1 });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    const size = { width: 300, height: 200 };
    const pixels = Buffer.alloc(300 * 200 * 4, 0).map((_, index) => (index * 31) & 0xff);
    const rect = { x: 0, y: 0, ...size };
    for (const kind of ['raw', 'deflate'] as const) {
      const seen = once(bridge, 'frame');
      const sequence = agent.sendFrame(1, { size, whole: true, patches: [{ kind, rect, bgrx: pixels }] });
      const [frame] = await seen;
      expect(frame).toMatchObject({
        windowId: 1,
        sequence,
        whole: true,
        size,
        patches: [{ kind: 'raw', rect }],
      });
      const { patches } = frame as { patches: [{ bgrx: Uint8Array }] };
      expect(Buffer.from(patches[0].bgrx).equals(pixels)).toBe(true);
      bridge.ackFrame(1, sequence);
      await agent.until(() => agent.received.some((m) => m.type === 'frame-ack' && m.sequence === sequence));
    }
  });

  it('sends commands in order', async () => {
    const agent = await rig.startAgent({ over });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    expect(bridge.send({ type: 'key', scancode: 30, extended: false, down: true })).toBe(true);
    expect(bridge.send({ type: 'pointer-move', windowId: 1, x: -3, y: 4 })).toBe(true);
    expect(bridge.send({ type: 'release-all' })).toBe(true);
    await agent.waitFor('release-all');
    expect(agent.received.map((message) => message.type)).toEqual([
      'welcome',
      'key',
      'pointer-move',
      'release-all',
    ]);
  });

  it('says goodbye', async () => {
    const agent = await rig.startAgent({ over });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    await bridge.close();
    await agent.until(() => agent.closes.length === 1);
    expect(agent.closes).toEqual([{ code: 1000, reason: 'bridge.closed' }]);
    expect(bridge.state).toBe('closed');
    expect(bridge.send({ type: 'release-all' })).toBe(false);
    await expect(bridge.ready(soon)).rejects.toThrowError(code('bridge.closed'));
    await bridge.close();
  });
});

describe('dialling', () => {
  it('waits for an agent that comes later', async () => {
    const first = await rig.startAgent();
    if (first.endpoint.kind !== 'tcp') throw new Error('no port');
    const { port } = first.endpoint;
    await first.stop();
    const bridge = rig.dial(first.endpoint);
    await expect(bridge.ready({ timeoutMs: 200 })).rejects.toThrowError(code('bridge.unreachable'));
    await rig.startAgent({ port });
    await bridge.ready(soon);
  });

  it('gets past a forward that closes, resets or hangs before the guest listens', async () => {
    const agent = await rig.startAgent();
    let attempts = 0;
    const forward = await rig.listen((socket) => {
      attempts++;
      if (attempts === 1) socket.end();
      else if (attempts === 2) socket.resetAndDestroy();
      else if (attempts > 3) join(socket, agent.endpoint);
    });
    const bridge = rig.dial(forward, { timing: { dialAttemptMs: 200 } });
    await bridge.ready(soon);
    expect(attempts).toBe(4);
  });

  it('tells why nobody answers, and can be cancelled', async () => {
    const gone = { kind: 'unix', path: '/tmp/xpane-no-such-socket' } as const;
    const bridge = rig.dial(gone);
    await expect(bridge.ready({ timeoutMs: 150 })).rejects.toThrowError(/ENOENT/);
    const abort = new AbortController();
    const waiting = bridge.ready({ timeoutMs: 60_000, signal: abort.signal });
    abort.abort(new Error('changed my mind'));
    await expect(waiting).rejects.toThrowError('changed my mind');
    const other = bridge.ready({ timeoutMs: 60_000 });
    const rejected = expect(other).rejects.toThrowError(code('bridge.closed'));
    await bridge.close();
    await rejected;
  });

  it('can be closed in the middle of an attempt', async () => {
    let dialled = () => {};
    const reached = new Promise<void>((resolve) => {
      dialled = resolve;
    });
    const bridge = rig.dial(await rig.listen(() => dialled()));
    await reached;
    await bridge.close();
    expect(bridge.state).toBe('closed');
  });

  it('refuses a damaged secret at once', () => {
    const endpoint = { kind: 'unix', path: '/nowhere' } as const;
    expect(() => rig.dial(endpoint, { secret: 'abc' })).toThrowError(code('bridge.bad-secret'));
  });
});

describe('after a loss', () => {
  it('comes back to the same agent: windows under their ids, applications, frames from 1', async () => {
    const agent = await rig.startAgent();
    agent.addWindow({ windowId: 1 });
    agent.addWindow({ windowId: 2 });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    agent.sendFill(1, { width: 4, height: 4 }, 5);
    const record = recordOf(bridge);
    const back = once(bridge, 'ready');
    agent.windows.delete(2);
    agent.zOrder = [1];
    agent.drop();
    await back;
    expect(record).toEqual([
      'bridge.lost',
      'reset true',
      'connected 0.0.0-fake',
      'created 1',
      'desktop 1',
      'applications 0',
      'ready',
    ]);
    const frame = once(bridge, 'frame');
    agent.sendFill(1, { width: 4, height: 4 }, 6);
    expect(await frame).toMatchObject([{ sequence: 1, patches: [{ bgrx: 6 }] }]);
  });

  it('tells another agent from the one before, and takes its ids anew', async () => {
    const agent = await rig.startAgent();
    agent.addWindow({ windowId: 1 });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    agent.destroyWindow(1);
    await agent.waitFor('destroyed-ack');
    const record = recordOf(bridge);
    const back = once(bridge, 'ready');
    agent.restart();
    agent.addWindow({ windowId: 1 });
    await back;
    expect(record.slice(0, 4)).toEqual(['bridge.lost', 'reset false', 'connected 0.0.0-fake', 'created 1']);
  });

  it('keeps the model as it was until it is back', async () => {
    const agent = await rig.startAgent();
    agent.addWindow({ windowId: 1 });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    const lost = once(bridge, 'lost');
    await agent.stop();
    await lost;
    expect(bridge.state).toBe('connecting');
    expect(bridge.model.windows.has(1)).toBe(true);
    expect(bridge.send({ type: 'release-all' })).toBe(false);
  });

  it('hears that an agent is dead by its silence', async () => {
    const agent = await rig.startAgent({ answersPings: false });
    const bridge = rig.dial(agent.endpoint, { timing: { heartbeatMs: 100 } });
    await bridge.ready(soon);
    const [reason] = await once(bridge, 'lost');
    expect(reason).toMatchObject({ code: 'bridge.timeout' } satisfies Partial<ErrorReport>);
    await agent.until(() => agent.closes.length > 0);
    expect(agent.closes[0]).toMatchObject({ code: 4408 });
  });

  it('stays connected to one that answers', async () => {
    const agent = await rig.startAgent();
    const bridge = rig.dial(agent.endpoint, { timing: { heartbeatMs: 100 } });
    await bridge.ready(soon);
    await agent.until(() => agent.received.filter((message) => message.type === 'ping').length >= 8);
    expect(agent.connections).toBe(1);
  });

  it('does not fight with another host that took over', async () => {
    const agent = await rig.startAgent();
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    const failed = once(bridge, 'failed');
    agent.hangUp(4409);
    expect(await failed).toMatchObject([{ code: 'bridge.replaced' }]);
    expect(bridge.state).toBe('failed');
    await expect(bridge.ready(soon)).rejects.toThrowError(code('bridge.replaced'));
  });
});

describe('launches', () => {
  it('give what the guest answers', async () => {
    const agent = await rig.startAgent();
    agent.publish({ applicationId: notepad });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    const started = await bridge.launch(notepad, soon);
    expect(started).toEqual({ outcome: 'started', processId: 1234, systemError: 0 });
    const unknown = await bridge.launch('f'.repeat(16), soon);
    expect(unknown).toEqual({ outcome: 'not-published', processId: 0, systemError: 0 });
  });

  it('end with a reason when no answer comes', async () => {
    const agent = await rig.startAgent({ onLaunch: () => undefined });
    const bridge = rig.dial(agent.endpoint);
    await expect(bridge.launch(notepad, soon)).rejects.toThrowError(code('bridge.not-connected'));
    await bridge.ready(soon);
    await expect(bridge.launch(notepad, { timeoutMs: 50 })).rejects.toThrowError(
      code('bridge.launch-timeout'),
    );
    const abort = new AbortController();
    const cancelled = bridge.launch(notepad, { ...soon, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrowError('enough');
    const cut = bridge.launch(notepad, soon);
    const rejected = expect(cut).rejects.toThrowError(code('bridge.lost'));
    agent.drop();
    await rejected;
  });

  it('take no harm from an answer that comes too late', async () => {
    const agent = await rig.startAgent({ onLaunch: () => undefined });
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    await expect(bridge.launch(notepad, { timeoutMs: 50 })).rejects.toThrowError();
    const { requestId } = await agent.waitFor('launch');
    agent.send({ type: 'launch-result', requestId, outcome: 'started', processId: 1, systemError: 0 });
    const told = once(bridge, 'agentLog');
    agent.send({ type: 'log', level: 'info', text: 'still here' });
    await told;
    expect(bridge.state).toBe('ready');
  });
});

describe('listeners', () => {
  it('that throw harm neither the others nor the bridge', async () => {
    const agent = await rig.startAgent();
    const bridge = rig.dial(agent.endpoint);
    bridge.on('windowCreated', () => {
      throw new Error('a listener of the test');
    });
    const record = recordOf(bridge);
    await bridge.ready(soon);
    agent.addWindow({ windowId: 1 });
    agent.destroyWindow(1);
    await agent.waitFor('destroyed-ack');
    expect(record.slice(-2)).toEqual(['created 1', 'destroyed 1']);
  });

  it('can close the bridge from inside an event', async () => {
    const agent = await rig.startAgent();
    agent.addWindow({ windowId: 1 });
    const bridge = rig.dial(agent.endpoint);
    const closed = new Promise<void>((resolve) => {
      bridge.on('windowCreated', () => void bridge.close().then(resolve));
    });
    await closed;
    expect(bridge.state).toBe('closed');
  });

  it('hear of many new applications as one list', async () => {
    const agent = await rig.startAgent();
    const bridge = rig.dial(agent.endpoint);
    await bridge.ready(soon);
    const lists: number[] = [];
    bridge.on('applicationsChanged', (list) => lists.push(list.length));
    for (let index = 0; index < 200; index++) {
      agent.publish({ applicationId: index.toString(16).padStart(16, '0') });
    }
    await expect.poll(() => lists.at(-1)).toBe(200);
    expect(lists.length).toBeLessThan(20);
  });

  it('that are slow make the guest wait, not the memory grow', { timeout: 60_000 }, async () => {
    const agent = await rig.startAgent();
    const size = { width: 4096, height: 4096 };
    const bgrx = Buffer.alloc(4096 * 4096 * 4);
    const bridge = rig.dial(agent.endpoint, { timing: { heartbeatMs: 100 } });
    const frames: { windowId: number; sequence: number }[] = [];
    bridge.on('frame', ({ windowId, sequence }) => frames.push({ windowId, sequence }));
    for (let windowId = 1; windowId <= 9; windowId++) agent.addWindow({ windowId });
    await bridge.ready({ timeoutMs: 20_000 });
    for (let windowId = 1; windowId <= 9; windowId++) {
      agent.sendFrame(windowId, {
        size,
        patches: [{ kind: 'deflate', rect: { x: 0, y: 0, ...size }, bgrx }],
      });
    }
    await expect.poll(() => frames.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(4);
    // Longer than a dead agent would be given: it is the host that does not read.
    const pings = () => agent.received.filter((message) => message.type === 'ping').length;
    const sofar = pings();
    await agent.until(() => pings() >= sofar + 6);
    expect(frames.length).toBeLessThanOrEqual(5);
    const acknowledge = () => {
      for (const { windowId, sequence } of frames) bridge.ackFrame(windowId, sequence);
      return frames.length;
    };
    await expect.poll(acknowledge, { timeout: 20_000 }).toBe(9);
    expect(agent.connections).toBe(1);
  });
});

/** A TCP forward, as QEMU's. */
function join(socket: Socket, endpoint: GuestEndpoint): void {
  if (endpoint.kind !== 'tcp') throw new Error('no port');
  const target = connect(endpoint.port, endpoint.host);
  target.on('error', () => socket.destroy());
  socket.on('close', () => target.destroy());
  target.on('close', () => socket.destroy());
  socket.pipe(target).pipe(socket);
}
