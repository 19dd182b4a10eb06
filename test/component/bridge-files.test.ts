import { afterEach, describe, expect, test } from 'vitest';
import type { GuestBridge } from '../../src/guest-bridge/guest-bridge.ts';
import type { TransferOptions } from '../../src/guest-bridge/guest-files.ts';
import { encodeChunk } from '../../src/guest-bridge/protocol/chunk-codec.ts';
import type { TransferOutcome, WireDocumentFile } from '../../src/guest-bridge/protocol/file-messages.ts';
import type { FromGuest } from '../../src/guest-bridge/protocol/from-guest.ts';
import { limits } from '../../src/guest-bridge/protocol/limits.ts';
import type { BridgeTiming } from '../../src/guest-bridge/timing.ts';
import { BridgeRig } from './fixtures/bridge-rig.ts';
import type { FakeAgent, FakeAgentOptions } from './fixtures/fake-agent.ts';
import { waitFor } from './fixtures/wait-for.ts';

const rig = new BridgeRig();
afterEach(() => rig.close());

const file = { documentId: '00000000000000aa', path: ['a.txt'] };
const stamp = '0123456789abcdef';
const state = { stamp, sizeBytes: 10, modifiedUnixMs: 1_700_000_000_000 };
const taking = { hello: { capabilities: ['files'] } };
const wait = { timeoutMs: 5_000 };
const refused = (code: string) => expect.objectContaining({ code });

async function connected(timing: Partial<BridgeTiming> = {}, options: FakeAgentOptions = taking) {
  const agent = await rig.startAgent(options);
  const bridge = rig.dial(agent.endpoint, { timing });
  await bridge.ready(wait);
  return { agent, bridge };
}

const put = (
  bridge: GuestBridge,
  sizeBytes: number,
  content: AsyncIterable<Uint8Array>,
  options?: TransferOptions,
) => bridge.files.put({ ...file, sizeBytes, modifiedMs: 0, readOnly: false }, content, options);

async function* pieces(...all: number[]) {
  for (const bytes of all) yield new Uint8Array(bytes).fill(bytes & 0xff);
}

const begin = (transferId: number, part: Partial<typeof state> = {}): FromGuest => ({
  type: 'transfer-begin',
  transferId,
  ...state,
  ...part,
});
const failed = (transferId: number, outcome: TransferOutcome) =>
  ({ type: 'transfer-end', transferId, outcome, systemError: 0 }) as const;
const end = (transferId: number) => ({ ...failed(transferId, 'done'), stamp });
const piece = (agent: FakeAgent, transferId: number, offset: number, bytes: number) =>
  agent.sendBinary(encodeChunk({ transferId, offset, data: new Uint8Array(bytes) }));
const bytesIn = (agent: FakeAgent) => agent.chunks.reduce((sum, { data }) => sum + data.length, 0);

describe('put', () => {
  test('goes in order, with no more under way than the window', async () => {
    const { agent, bridge } = await connected();
    const size = limits.transferWindowBytes + 300_000;
    const progress: number[] = [];
    const done = put(bridge, size, pieces(1, size - 1), { onProgress: (bytes) => progress.push(bytes) });
    const asked = await agent.waitFor('file-put');
    // A file older than the protocol has words for.
    expect(asked).toMatchObject({ ...file, sizeBytes: size, modifiedUnixMs: limits.earliestUnixMs });
    await agent.until(() => bytesIn(agent) > limits.transferWindowBytes - limits.transferChunkBytes);
    // Time enough for more, if it came.
    for (let turn = 0; turn < 3; turn++) await bridge.launch(stamp, wait);
    expect(bytesIn(agent)).toBeLessThanOrEqual(limits.transferWindowBytes);
    agent.send({ type: 'transfer-ack', transferId: 1, bytes: bytesIn(agent) });
    await agent.until(() => bytesIn(agent) === size);
    let at = 0;
    for (const { offset, data } of agent.chunks) {
      expect(offset).toBe(at);
      at += data.length;
    }
    agent.send(end(1));
    expect(await done).toEqual({ stamp });
    expect(progress.at(-1)).toBe(size);
  });

  test('more is under way with an agent that was told so', async () => {
    const hello = { capabilities: ['files', 'transfer-window'] };
    const { agent, bridge } = await connected({}, { hello });
    const window = limits.wideTransferWindowBytes;
    expect(await agent.waitFor('welcome')).toMatchObject({ transferWindowBytes: window });
    const size = window + 1;
    const done = put(bridge, size, pieces(size));
    await agent.until(() => bytesIn(agent) === window);
    agent.send({ type: 'transfer-ack', transferId: 1, bytes: window });
    await agent.until(() => bytesIn(agent) === size);
    agent.send(end(1));
    await done;
    const got = bridge.files.get(file, async () => undefined);
    await agent.waitFor('file-get');
    agent.send(begin(2, { sizeBytes: window }));
    for (let at = 0; at < window; at += limits.transferChunkBytes) {
      piece(agent, 2, at, limits.transferChunkBytes);
    }
    const acks = () => agent.received.filter((message) => message.type === 'transfer-ack');
    await agent.until(() => acks().some((message) => 'bytes' in message && message.bytes === window));
    expect(acks()).toHaveLength(8);
    agent.send(end(2));
    await got;
  });

  test.each([
    ['less', 8],
    ['more', 12],
  ])('content of %s than was said is cancelled in the guest', async (_, bytes) => {
    const { agent, bridge } = await connected();
    await expect(put(bridge, 10, pieces(bytes))).rejects.toThrow(refused('bridge.file-changed'));
    expect(await agent.waitFor('transfer-cancel')).toMatchObject({ transferId: 1 });
    agent.send(failed(1, 'cancelled'));
    // Late, as the guest may have been told of the end before it said this.
    agent.send({ type: 'transfer-ack', transferId: 1, bytes: 0 });
    const next = put(bridge, 1, pieces(1));
    await agent.until(() => agent.chunks.at(-1)?.transferId === 2);
    agent.send(end(2));
    expect(await next).toEqual({ stamp });
  });

  test.each([
    ['in-use', 'bridge.file-in-use'],
    ['not-found', 'bridge.file-not-found'],
    ['no-room', 'bridge.file-no-room'],
    ['too-large', 'bridge.file-refused'],
    ['access-denied', 'bridge.file-refused'],
    ['failed', 'bridge.file-refused'],
    ['changed', 'bridge.file-unexpected'],
  ] as const)('%s is %s', async (outcome, code) => {
    const { agent, bridge } = await connected();
    agent.onMessage(({ type }) => {
      if (type === 'file-put') agent.send(failed(1, outcome));
    });
    await expect(put(bridge, 5, pieces(5))).rejects.toThrow(refused(code));
  });

  test('a guest that stands still is given up; one that does not end it either is left', async () => {
    const { agent, bridge } = await connected({ fileProgressMs: 100 });
    await expect(put(bridge, 5, pieces(5))).rejects.toThrow(refused('bridge.file-timeout'));
    await agent.waitFor('transfer-cancel');
    await agent.until(() => agent.closes.length === 1);
    expect(agent.closes[0]?.code).toBe(4408);
  });

  test('a host that takes its time is not the guest’s delay', async () => {
    const { agent, bridge } = await connected({ fileProgressMs: 100 });
    const slow = async function* () {
      await new Promise((resolve) => setTimeout(resolve, 300));
      yield new Uint8Array(5);
    };
    const done = put(bridge, 5, slow());
    await agent.until(() => bytesIn(agent) === 5);
    agent.send(end(1));
    expect(await done).toEqual({ stamp });
  });

  test('more than eight wait for each other; who waits can be cancelled', async () => {
    const { agent, bridge } = await connected();
    const stop = new AbortController();
    const all = Array.from({ length: 9 }, () => put(bridge, 1, pieces(1)));
    const waiting = put(bridge, 1, pieces(1), { signal: stop.signal });
    await agent.until(() => agent.chunks.length === limits.transfers);
    stop.abort();
    await expect(waiting).rejects.toThrow(refused('bridge.file-cancelled'));
    expect(agent.received.filter(({ type }) => type === 'file-put')).toHaveLength(limits.transfers);
    agent.send(end(3));
    await agent.until(() => agent.chunks.length === 9);
    for (const id of [1, 2, 4, 5, 6, 7, 8, 9]) agent.send(end(id));
    expect(await Promise.all(all)).toHaveLength(9);
  });
});

describe('get', () => {
  test('acknowledges what was taken, one piece after the other', async () => {
    const { agent, bridge } = await connected();
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const taken: number[] = [];
    const got = bridge.files.get(file, async (chunk) => {
      taken.push(chunk.length);
      await gates[taken.length - 1]?.promise;
    });
    await agent.waitFor('file-get');
    agent.send(begin(1));
    piece(agent, 1, 0, 4);
    piece(agent, 1, 4, 6);
    agent.send(end(1));
    await waitFor('the first piece', () => taken.length === 1);
    expect(agent.received.some(({ type }) => type === 'transfer-ack')).toBe(false);
    gates[0]?.resolve();
    await waitFor('the second piece', () => taken.length === 2);
    gates[1]?.resolve();
    expect(await got).toEqual({ stamp, sizeBytes: 10, modifiedMs: state.modifiedUnixMs });
    expect(taken).toEqual([4, 6]);
  });

  test('who cannot take it gets his own error, and the guest hears of it', async () => {
    const { agent, bridge } = await connected();
    const got = bridge.files.get(file, () => Promise.reject(new Error('full')));
    await agent.waitFor('file-get');
    agent.send(begin(1));
    piece(agent, 1, 0, 4);
    await expect(got).rejects.toThrow('full');
    await agent.waitFor('transfer-cancel');
    piece(agent, 1, 4, 6);
    agent.send(failed(1, 'cancelled'));
    // Late words are nothing.
    piece(agent, 1, 4, 6);
    await bridge.launch(stamp, wait);
    expect(agent.closes).toEqual([]);
  });

  const lies: [string, string, (agent: FakeAgent) => void][] = [
    ['begins twice', 'bridge.wrong-order', (agent) => [agent.send(begin(1)), agent.send(begin(1))]],
    ['a piece before it begins', 'bridge.wrong-order', (agent) => piece(agent, 1, 0, 1)],
    ['a gap', 'bridge.bad-chunk', (agent) => [agent.send(begin(1)), piece(agent, 1, 1, 1)]],
    ['more than announced', 'bridge.file-lies', (agent) => [agent.send(begin(1)), piece(agent, 1, 0, 11)]],
    ['less than announced', 'bridge.file-lies', (agent) => [agent.send(begin(1)), agent.send(end(1))]],
    ['done without a beginning', 'bridge.file-lies', (agent) => agent.send(end(1))],
    [
      'done without a stamp',
      'bridge.file-lies',
      (agent) => [agent.send(begin(1, { sizeBytes: 0 })), agent.send(failed(1, 'done'))],
    ],
    [
      'an acknowledgement of what it sends itself',
      'bridge.wrong-order',
      (agent) => agent.send({ type: 'transfer-ack', transferId: 1, bytes: 0 }),
    ],
    ['a transfer that never was', 'bridge.unknown-transfer', (agent) => agent.send(end(2))],
    ['a piece of what never was', 'bridge.unknown-transfer', (agent) => piece(agent, 2, 0, 1)],
    [
      'more at once than the window',
      'bridge.too-many',
      (agent) => {
        agent.send(begin(1, { sizeBytes: 2 ** 40 }));
        const size = limits.transferChunkBytes;
        for (let at = 0; at <= limits.transferWindowBytes; at += size) piece(agent, 1, at, size);
      },
    ],
    [
      'a document forgotten unasked',
      'bridge.wrong-order',
      (agent) => agent.send({ type: 'document-forgotten', documentId: file.documentId, gone: true }),
    ],
  ];
  test.each(lies)('a guest that lies: %s', async (_, code, lie) => {
    const { agent, bridge } = await connected({ dialPauseMs: 1 });
    const got = bridge.files.get(file, () => new Promise(() => undefined));
    const outcome = expect(got).rejects.toThrow(refused(code));
    await agent.waitFor('file-get');
    lie(agent);
    await outcome;
    await agent.until(() => agent.closes.length > 0);
    expect(agent.closes[0]).toEqual({ code: 4400, reason: code });
    // The host lives on.
    await bridge.ready(wait);
    const next = bridge.files.get(file, async () => undefined);
    await agent.until(() => agent.received.filter(({ type }) => type === 'file-get').length === 2);
    agent.send(begin(1, { sizeBytes: 0 }));
    agent.send(end(1));
    expect(await next).toMatchObject({ sizeBytes: 0 });
  });

  test('a guest that lies of a put: more taken than sent, done before it has all', async () => {
    for (const lie of [{ type: 'transfer-ack', transferId: 1, bytes: 6 } as const, end(1)]) {
      const { agent, bridge } = await connected();
      const stuck = async function* () {
        yield new Uint8Array(5);
        await new Promise(() => undefined);
      };
      const outcome = expect(put(bridge, 10, stuck())).rejects.toThrow(refused('bridge.file-lies'));
      await agent.until(() => bytesIn(agent) === 5);
      agent.send(lie);
      await outcome;
      await agent.until(() => agent.closes.length > 0);
    }
  });

  test('a connection lost in the middle is told to who waits', async () => {
    const { agent, bridge } = await connected();
    const gate = Promise.withResolvers<void>();
    const slow = async function* () {
      yield new Uint8Array(4);
      await gate.promise;
      yield new Uint8Array(4);
    };
    const half = put(bridge, 8, slow());
    const got = bridge.files.get(file, async () => undefined);
    const forgotten = bridge.files.forget(file.documentId, wait);
    const outcomes = [half, got, forgotten].map((one) => expect(one).rejects.toThrow(refused('bridge.lost')));
    await agent.waitFor('document-forget');
    agent.drop();
    await Promise.all(outcomes);
    // What it goes on with is nothing to the next connection.
    await bridge.ready(wait);
    gate.resolve();
    await bridge.launch(stamp, wait);
    expect(bytesIn(agent)).toBe(4);
  });
});

describe('documents', () => {
  const told = (part: Partial<WireDocumentFile> = {}): FromGuest => ({
    type: 'document-file',
    ...file,
    ...state,
    inUse: false,
    ...part,
  });

  test('are known once the guest is ready, and events tell what changes', async () => {
    const agent = await rig.startAgent({ ...taking, getsReady: false });
    const bridge = rig.dial(agent.endpoint);
    const events: string[] = [];
    bridge.on('documentFile', ({ path, inUse }) => events.push(`${path} ${inUse}`));
    bridge.on('documentFileGone', ({ path }) => events.push(`${path} gone`));
    await agent.until(() => agent.connected);
    agent.send(told());
    const heard = agent.received.length;
    await agent.until(() => agent.received.length >= heard);
    expect(bridge.files.files.size).toBe(0);
    agent.ready();
    await bridge.ready(wait);
    expect([...bridge.files.files]).toEqual([
      [
        '00000000000000aa/a.txt',
        { ...file, stamp, sizeBytes: 10, modifiedMs: state.modifiedUnixMs, inUse: false },
      ],
    ]);
    expect(events).toEqual([]);
    agent.send(told({ inUse: true }));
    agent.send({ type: 'document-file-gone', ...file });
    agent.send({ type: 'document-file-gone', ...file });
    await waitFor('both events', () => events.length === 2);
    expect(events).toEqual(['a.txt true', 'a.txt gone']);
    expect(bridge.files.files.size).toBe(0);
  });

  test('more than a guest may have end the connection', async () => {
    const { agent } = await connected();
    for (let i = 0; i <= limits.documents; i++)
      agent.send(told({ documentId: i.toString(16).padStart(16, '0') }));
    await agent.until(() => agent.closes.length > 0);
    expect(agent.closes[0]).toEqual({ code: 4429, reason: 'bridge.too-many' });
  });

  test('are opened and forgotten by request', async () => {
    const { agent, bridge } = await connected();
    agent.onMessage((message) => {
      const { type } = message;
      if (type === 'document-forget') {
        agent.send({ type: 'document-forgotten', documentId: message.documentId, gone: false });
      }
      if (type !== 'file-open') return;
      const { requestId } = message;
      agent.send({ type: 'launch-result', requestId, outcome: 'started', processId: 7, systemError: 0 });
    });
    expect(await bridge.files.forget(file.documentId, wait)).toBe(false);
    const opened = await bridge.files.open({ ...file, applicationId: stamp }, wait);
    expect(opened).toEqual({ outcome: 'started', processId: 7, systemError: 0 });
    expect(await agent.waitFor('file-open')).toMatchObject({ ...file, applicationId: stamp });
    await expect(bridge.files.open({ ...file, path: ['..', 'x'] }, wait)).rejects.toThrow(
      refused('bridge.bad-command'),
    );
  });

  test('without an agent that takes files nothing is asked', async () => {
    const { bridge } = await connected({}, {});
    await expect(put(bridge, 1, pieces(1))).rejects.toThrow(refused('bridge.file-refused'));
    await expect(bridge.files.forget(file.documentId, wait)).rejects.toThrow(refused('bridge.file-refused'));
    await bridge.close();
    await expect(put(bridge, 1, pieces(1))).rejects.toThrow(refused('bridge.not-connected'));
  });
});
