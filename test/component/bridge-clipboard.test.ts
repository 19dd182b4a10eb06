import { afterEach, describe, expect, test } from 'vitest';
import type { GuestOffer } from '../../src/guest-bridge/guest-clipboard.ts';
import { CLIPBOARD_CHUNK_KIND, encodeChunk } from '../../src/guest-bridge/protocol/chunk-codec.ts';
import { limits } from '../../src/guest-bridge/protocol/limits.ts';
import { pause } from '../../src/shared/deadline.ts';
import { BridgeRig } from './fixtures/bridge-rig.ts';
import type { FakeAgent } from './fixtures/fake-agent.ts';
import { waitFor } from './fixtures/wait-for.ts';

const rig = new BridgeRig();
afterEach(() => rig.close());

const refused = (code: string) => expect.objectContaining({ code });
const offer: GuestOffer = { offerId: 1, formats: ['text'] };
const most = { maxBytes: limits.clipboardBytes };

async function connected(capabilities = ['clipboard']) {
  const agent = await rig.startAgent({ hello: { capabilities } });
  const bridge = rig.dial(agent.endpoint, { timing: { clipboardProgressMs: 300 } });
  await bridge.ready({ timeoutMs: 5_000 });
  const lost: string[] = [];
  bridge.on('lost', ({ code }) => lost.push(code));
  const offers: GuestOffer[] = [];
  bridge.on('clipboardOffer', (each) => offers.push(each));
  return { agent, bridge, lost, offers, clipboard: bridge.clipboard };
}
const piece = (agent: FakeAgent, transferId: number, offset: number, bytes: number) =>
  agent.sendBinary(encodeChunk({ transferId, offset, data: new Uint8Array(bytes) }, CLIPBOARD_CHUNK_KIND));

describe('from the guest', () => {
  test('content comes in pieces, each acknowledged', async () => {
    const { agent, clipboard } = await connected();
    const content = clipboard.read(offer, 'text', most);
    const { requestId } = await agent.waitFor('clipboard-request');
    agent.send({ type: 'clipboard-reply', requestId, sizeBytes: 5 });
    piece(agent, requestId, 0, 3);
    expect((await agent.waitFor('clipboard-ack')).bytes).toBe(3);
    piece(agent, requestId, 3, 2);
    expect(await content).toHaveLength(5);
    // What comes for it now is late.
    piece(agent, requestId, 5, 2);
    const empty = clipboard.read(offer, 'html', most);
    await waitFor(
      'the question',
      () => agent.received.filter((m) => m.type === 'clipboard-request').length === 2,
    );
    agent.send({ type: 'clipboard-reply', requestId: 2, sizeBytes: 0 });
    expect(await empty).toHaveLength(0);
  });

  test.each([
    ['gone', 'bridge.clipboard-gone'],
    ['failed', 'bridge.clipboard-refused'],
    ['too-large', 'bridge.clipboard-too-large'],
  ] as const)('a refusal: %s', async (reason, code) => {
    const { agent, clipboard } = await connected();
    const content = clipboard.read(offer, 'text', most);
    const { requestId } = await agent.waitFor('clipboard-request');
    agent.send({ type: 'clipboard-refusal', requestId, reason });
    await expect(content).rejects.toEqual(refused(code));
  });

  test('more than is wanted, silence, and who waits no longer: given up, the guest told', async () => {
    const { agent, clipboard, lost } = await connected();
    const large = clipboard.read(offer, 'text', { maxBytes: 10 });
    const { requestId } = await agent.waitFor('clipboard-request');
    agent.send({ type: 'clipboard-reply', requestId, sizeBytes: 11 });
    await expect(large).rejects.toEqual(refused('bridge.clipboard-too-large'));
    await expect(clipboard.read(offer, 'text', most)).rejects.toEqual(refused('bridge.clipboard-timeout'));
    const cancel = new AbortController();
    const waiting = clipboard.read(offer, 'text', { ...most, signal: cancel.signal });
    cancel.abort();
    await expect(waiting).rejects.toEqual(refused('bridge.clipboard-cancelled'));
    const cancels = () => agent.received.filter((message) => message.type === 'clipboard-cancel').length;
    await waitFor('three cancels', () => cancels() === 3);
    expect(lost).toEqual([]);
  });

  test('the connection goes in the middle of it', async () => {
    const { agent, clipboard } = await connected();
    const content = clipboard.read(offer, 'text', most);
    const { requestId } = await agent.waitFor('clipboard-request');
    agent.send({ type: 'clipboard-reply', requestId, sizeBytes: 5 });
    piece(agent, requestId, 0, 3);
    await agent.waitFor('clipboard-ack');
    agent.drop();
    await expect(content).rejects.toEqual(refused('bridge.lost'));
    expect(clipboard.works).toBe(false);
    await expect(clipboard.read(offer, 'text', most)).rejects.toEqual(refused('bridge.not-connected'));
  });

  test.each<[string, (agent: FakeAgent, requestId: number) => void]>([
    ['more than announced', (agent, id) => piece(agent, id, 0, 6)],
    ['a gap', (agent, id) => piece(agent, id, 1, 1)],
    ['content nobody asked for', (agent, id) => piece(agent, id + 1, 0, 1)],
    [
      'a second answer',
      (agent, requestId) => agent.send({ type: 'clipboard-reply', requestId, sizeBytes: 5 }),
    ],
    [
      'an answer to nothing',
      (agent) => agent.send({ type: 'clipboard-refusal', requestId: 9, reason: 'gone' }),
    ],
    [
      'a word about what it never asked for',
      (agent) => agent.send({ type: 'clipboard-ack', requestId: 1, bytes: 0 }),
    ],
    [
      'a request for what was never offered',
      (agent) => agent.send({ type: 'clipboard-request', requestId: 1, offerId: 9, format: 'text' }),
    ],
    [
      'an old offer',
      (agent) => {
        agent.send({ type: 'clipboard-offer', offerId: 5, formats: [] });
        agent.send({ type: 'clipboard-offer', offerId: 5, formats: [] });
      },
    ],
  ])('ends the connection: %s', async (_, attack) => {
    const { agent, clipboard, lost } = await connected();
    const content = clipboard.read(offer, 'text', most).catch(() => undefined);
    const { requestId } = await agent.waitFor('clipboard-request');
    agent.send({ type: 'clipboard-reply', requestId, sizeBytes: 5 });
    attack(agent, requestId);
    await waitFor('the end', () => lost.length === 1);
    expect(lost[0]).toMatch(/^bridge\.(clipboard-lies|bad-chunk|wrong-order)$/);
    await content;
  });

  test('what is offered is told; an older agent is neither asked nor told', async () => {
    const { agent, offers } = await connected();
    agent.send({ type: 'clipboard-offer', offerId: 3, formats: ['rtf', 'text'] });
    await waitFor('the offer', () => offers.length === 1);
    expect(offers).toEqual([{ offerId: 3, formats: ['rtf', 'text'] }]);
    const older = await connected([]);
    expect(older.clipboard.works).toBe(false);
    expect(older.clipboard.offer(['text'], async () => 'gone')).toBe(false);
    await expect(older.clipboard.read(offer, 'text', most)).rejects.toEqual(refused('bridge.not-connected'));
  });
});

describe('to the guest', () => {
  test('content goes when it is asked for, with no more under way than the window', async () => {
    const { agent, clipboard } = await connected();
    const size = limits.transferWindowBytes + 100_000;
    const asked: string[] = [];
    clipboard.offer(['text', 'html'], async (format) => {
      asked.push(format);
      return new Uint8Array(size);
    });
    const { offerId } = await agent.waitFor('clipboard-offer');
    expect(asked).toEqual([]);
    agent.send({ type: 'clipboard-request', requestId: 1, offerId, format: 'html' });
    expect((await agent.waitFor('clipboard-reply')).sizeBytes).toBe(size);
    const bytes = () => agent.chunks.reduce((sum, { data }) => sum + data.length, 0);
    await waitFor('a window', () => bytes() === limits.transferWindowBytes);
    agent.send({ type: 'clipboard-ack', requestId: 1, bytes: limits.transferWindowBytes });
    await waitFor('the rest', () => bytes() === size);
    expect(asked).toEqual(['html']);
  });

  test('files are for an agent that knows of them, which hears that they are on their way', async () => {
    const { agent, clipboard } = await connected(['clipboard', 'clipboard-files']);
    expect(clipboard.takesFiles).toBe(true);
    clipboard.offer(['files'], async (_format, _signal, onProgress) => {
      for (let i = 0; i < 10; i++) onProgress();
      return Buffer.from('names');
    });
    const { offerId } = await agent.waitFor('clipboard-offer');
    agent.send({ type: 'clipboard-request', requestId: 1, offerId, format: 'files' });
    expect((await agent.waitFor('clipboard-reply')).sizeBytes).toBe(5);
    // Once a second is enough.
    expect(agent.received.filter(({ type }) => type === 'clipboard-progress')).toHaveLength(1);
    expect((await connected()).clipboard.takesFiles).toBe(false);
  });

  test('refused: what was offered no more, what was not offered, and what its giver refuses', async () => {
    const { agent, clipboard } = await connected();
    clipboard.offer(['text'], async () => 'refused');
    clipboard.offer(['text'], async () => 'refused');
    await waitFor('both', () => agent.received.filter((m) => m.type === 'clipboard-offer').length === 2);
    agent.send({ type: 'clipboard-request', requestId: 1, offerId: 1, format: 'text' });
    agent.send({ type: 'clipboard-request', requestId: 2, offerId: 2, format: 'image' });
    agent.send({ type: 'clipboard-request', requestId: 3, offerId: 2, format: 'text' });
    const reasons = () => agent.received.flatMap((m) => (m.type === 'clipboard-refusal' ? [m.reason] : []));
    await waitFor('three refusals', () => reasons().length === 3);
    expect(reasons()).toEqual(['gone', 'gone', 'refused']);
  });

  test('a guest that takes nothing more is waited for no longer; one that goes on taking is', async () => {
    const { agent, clipboard, lost } = await connected();
    clipboard.offer(['text'], async () => new Uint8Array(1000));
    const { offerId } = await agent.waitFor('clipboard-offer');
    const refusals = () => agent.received.flatMap((m) => (m.type === 'clipboard-refusal' ? [m] : []));
    agent.send({ type: 'clipboard-request', requestId: 1, offerId, format: 'text' });
    agent.send({ type: 'clipboard-request', requestId: 2, offerId, format: 'text' });
    await waitFor('both', () => agent.chunks.length === 2);
    for (let bytes = 1; refusals().length === 0; bytes++) {
      agent.send({ type: 'clipboard-ack', requestId: 2, bytes });
      // The same again is no progress.
      agent.send({ type: 'clipboard-ack', requestId: 1, bytes: 0 });
      await pause(20);
    }
    expect(refusals()).toEqual([{ type: 'clipboard-refusal', requestId: 1, reason: 'failed' }]);
    // What comes for it now is late; the other is whole.
    agent.send({ type: 'clipboard-ack', requestId: 1, bytes: 1000 });
    agent.send({ type: 'clipboard-ack', requestId: 2, bytes: 1000 });
    for (let requestId = 3; requestId < 3 + limits.clipboardRequests; requestId++) {
      agent.send({ type: 'clipboard-request', requestId, offerId, format: 'text' });
      await waitFor('the next', () => agent.chunks.length === requestId);
    }
    expect(lost).toEqual([]);
  });

  test('nobody waits for an answer about what was offered before', async () => {
    const { agent, clipboard } = await connected();
    const asked = Promise.withResolvers<AbortSignal>();
    clipboard.offer(['text'], async (_, signal) => {
      asked.resolve(signal);
      return await new Promise(() => undefined);
    });
    const { offerId } = await agent.waitFor('clipboard-offer');
    agent.send({ type: 'clipboard-request', requestId: 1, offerId, format: 'text' });
    const signal = await asked.promise;
    clipboard.offer(['html'], async () => 'failed');
    expect(await agent.waitFor('clipboard-refusal')).toMatchObject({ requestId: 1, reason: 'gone' });
    expect(signal.aborted).toBe(true);
  });

  test('files that are under way go on when something else is offered', async () => {
    const { agent, clipboard } = await connected(['clipboard', 'clipboard-files']);
    const there = Promise.withResolvers<Uint8Array>();
    let given: AbortSignal | undefined;
    clipboard.offer(['files'], async (_, signal, onProgress) => {
      given = signal;
      onProgress();
      return await there.promise;
    });
    const { offerId } = await agent.waitFor('clipboard-offer');
    agent.send({ type: 'clipboard-request', requestId: 1, offerId, format: 'files' });
    await agent.waitFor('clipboard-progress');
    clipboard.offer(['text'], async () => 'failed');
    expect(given?.aborted).toBe(false);
    there.resolve(Buffer.from('names'));
    expect(await agent.waitFor('clipboard-reply')).toMatchObject({ requestId: 1, sizeBytes: 5 });
  });

  test('a guest that asks for more at once than it may loses its connection, its questions are dropped', async () => {
    const { agent, clipboard, lost } = await connected();
    const signals: AbortSignal[] = [];
    clipboard.offer(['text'], async (_, signal) => {
      signals.push(signal);
      return await new Promise(() => undefined);
    });
    for (let requestId = 1; requestId <= limits.clipboardRequests + 1; requestId++) {
      agent.send({ type: 'clipboard-request', requestId, offerId: 1, format: 'text' });
    }
    await waitFor('the end', () => lost.length === 1);
    expect(lost).toEqual(['bridge.too-many']);
    expect(signals.map(({ aborted }) => aborted)).toEqual(Array(limits.clipboardRequests).fill(true));
  });
});
