import { Duplex } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { QmpClient, type QmpEvent } from '../../../src/vm/qemu/qmp.ts';

const greeting =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}\r\n';

interface Request {
  readonly execute: string;
  readonly arguments: object;
  readonly id: number;
}

/** A QEMU that answers as the test says. */
function scripted(answer: (request: Request, say: (text: string) => void) => void) {
  const requests: Request[] = [];
  const stream: Duplex = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      for (const line of String(chunk).trim().split('\n')) {
        const request: Request = JSON.parse(line);
        requests.push(request);
        answer(request, (text) => stream.push(text));
      }
      done();
    },
  });
  onTestFinished(() => {
    stream.destroy();
  });
  return { stream, requests };
}

function polite(request: Request, say: (text: string) => void): void {
  say(`{"return": {}, "id": ${request.id}}\r\n`);
}

async function connected(answer = polite, events: QmpEvent[] = []) {
  const peer = scripted((request, say) =>
    request.execute === 'qmp_capabilities' ? polite(request, say) : answer(request, say),
  );
  peer.stream.push(greeting);
  const qmp = await QmpClient.connect(peer.stream, {
    timeoutMs: 1000,
    onEvent: (event) => events.push(event),
  });
  return { qmp, ...peer };
}

describe('talking', () => {
  test('negotiates capabilities first, then sends commands with their arguments', async () => {
    const { qmp, requests } = await connected();
    await qmp.execute('device_del', { id: 'x' });
    expect(requests).toEqual([
      { execute: 'qmp_capabilities', arguments: {}, id: 1 },
      { execute: 'device_del', arguments: { id: 'x' }, id: 2 },
    ]);
  });

  test('events between replies are told, and the reply is still found', async () => {
    const events: QmpEvent[] = [];
    const { qmp } = await connected((request, say) => {
      say('{"timestamp": {"seconds": 1}, "event": "STOP"}\r\n');
      say(
        `{"return": {"status": "paused"}, "id": ${request.id}}\r\n{"event": "SHUTDOWN", "data": {"guest": true}}\r\n`,
      );
    }, events);
    expect(await qmp.execute('query-status')).toEqual({ status: 'paused' });
    expect(events).toEqual([
      { event: 'STOP', data: {} },
      { event: 'SHUTDOWN', data: { guest: true } },
    ]);
  });

  test('replies in another order, cut into single bytes, reach who asked', async () => {
    const asked: Request[] = [];
    const { qmp, stream } = await connected((request) => {
      asked.push(request);
      if (asked.length < 2) return;
      const text = asked
        .toReversed()
        .map(({ id, execute }) => `{"return": "${execute} ä", "id": ${id}}\n`)
        .join('');
      for (const byte of Buffer.from(text)) stream.push(Buffer.of(byte));
    });
    expect(await Promise.all([qmp.execute('one'), qmp.execute('two')])).toEqual(['one ä', 'two ä']);
  });
});

describe('what goes wrong has a code', () => {
  test('a refusal names the command and what QEMU said', async () => {
    const { qmp } = await connected((request, say) =>
      say(`{"error": {"class": "GenericError", "desc": "No such thing"}, "id": ${request.id}}\n`),
    );
    await expect(qmp.execute('cont')).rejects.toMatchObject({
      code: 'vm.qmp-refused',
      message: 'QEMU refused "cont": No such thing',
    });
  });

  test('no greeting', async () => {
    const { stream } = scripted(polite);
    const connecting = QmpClient.connect(stream, { timeoutMs: 20, onEvent: () => {} });
    await expect(connecting).rejects.toMatchObject({ code: 'vm.qmp-timeout' });
    expect(stream.destroyed).toBe(true);
  });

  test('no answer: the wait ends, a late answer disturbs nobody', async () => {
    let late = () => {};
    const { qmp } = await connected((request, say) => {
      if (request.execute === 'slow') late = () => polite(request, say);
      else polite(request, say);
    });
    await expect(qmp.execute('slow', {}, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'vm.qmp-timeout',
    });
    late();
    expect(await qmp.execute('query-status')).toEqual({});
  });

  test('QEMU quits without answering "quit"', async () => {
    const { qmp, stream } = await connected(() => stream.destroy());
    await expect(qmp.execute('quit')).rejects.toMatchObject({ code: 'vm.qmp-closed' });
    await expect(qmp.execute('query-status')).rejects.toMatchObject({ code: 'vm.qmp-closed' });
  });

  test.each([
    ['no JSON', 'hello\n'],
    ['no object', '[1]\n'],
    ['no known message', '{"surprise": true}\n'],
    ['a reply with an id of another type', '{"return": {}, "id": "1"}\n'],
    ['a line that never ends', 'x'.repeat((1 << 20) + 1)],
  ])('%s', async (_name, text) => {
    const { qmp, stream } = await connected((_request, say) => say(text));
    await expect(qmp.execute('query-status')).rejects.toMatchObject({ code: 'vm.qmp-broken' });
    expect(stream.destroyed).toBe(true);
  });

  test('a cancelled wait', async () => {
    const { qmp } = await connected(() => {});
    const cancel = new AbortController();
    const waiting = qmp.execute('slow', {}, { signal: cancel.signal });
    cancel.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
