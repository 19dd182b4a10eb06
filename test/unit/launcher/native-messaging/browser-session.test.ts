import { expect, test } from 'vitest';
import type { ServiceClient } from '../../../../src/launcher/client.ts';
import type { ToBrowser } from '../../../../src/launcher/native-messaging/browser-messages.ts';
import { BrowserSession } from '../../../../src/launcher/native-messaging/browser-session.ts';
import { FrameReader } from '../../../../src/launcher/native-messaging/message-frames.ts';

type Call = readonly [method: string, params: unknown];

/** What comes back, and what the service is asked; it answers once `answers` resolves. */
function session({ there = true, answers = Promise.resolve() as Promise<unknown> } = {}) {
  const calls: Call[] = [];
  const sent: ToBrowser[] = [];
  const client = {
    async call(method: string, params: unknown) {
      calls.push([method, params]);
      await answers;
      return { to: 'guest' };
    },
  } as unknown as ServiceClient;
  const { signal } = new AbortController();
  const browser = new BrowserSession({
    ...{ signal, where: { display: ':7' }, send: (message) => sent.push(message) },
    service: async () => (there ? client : undefined),
  });
  return { browser, calls, sent, settled: () => new Promise((later) => setTimeout(later, 5)) };
}

test('it asks the service, and answers with the number of the question', async () => {
  const { browser, calls, sent, settled } = session();
  browser.receive({ id: 7, ask: 'test', url: 'http://a.test/' });
  browser.receive({ id: 8, ask: 'open', url: 'http://a.test/' });
  browser.receive({ id: 9, ask: 'open', url: 'http://a.test/', clicked: true });
  await settled();
  expect(calls).toEqual([
    ['testNavigation', { url: 'http://a.test/' }],
    ['openUrl', { url: 'http://a.test/', display: ':7', unasked: true }],
    ['openUrl', { url: 'http://a.test/', display: ':7', unasked: false }],
  ]);
  expect(sent).toEqual([
    { kind: 'tested', id: 7, test: { to: 'guest' } },
    { kind: 'opened', id: 8, to: 'guest' },
    { kind: 'opened', id: 9, to: 'guest' },
  ]);
});

test('an address that is too long for the service is asked about by its path', async () => {
  const { browser, calls, sent, settled } = session();
  const query = 'y'.repeat(100_000);
  browser.receive({ id: 1, ask: 'test', url: `http://a.test/x?${query}` });
  browser.receive({ id: 2, ask: 'open', url: `http://a.test/x?${query}` });
  browser.receive({ id: 3, ask: 'test', url: `http://a.test/${query}` });
  await settled();
  expect(calls).toEqual([['testNavigation', { url: 'http://a.test/x' }]]);
  expect(sent.filter(({ kind }) => kind === 'failed')).toMatchObject([
    { id: 2, failure: { code: 'url.too-long' } },
    { id: 3, failure: { code: 'url.too-long' } },
  ]);
});

test('the longest address that a browser knows is answered, and does not end it', async () => {
  const { browser, sent, settled } = session();
  const url = `http://a.test/${'\\'.repeat(2 * 1024 * 1024 - 14)}`;
  const bytes = Buffer.from(JSON.stringify({ id: 1, ask: 'open', url, clicked: true }));
  const length = Buffer.from(new Uint32Array([bytes.length]).buffer);
  for (const message of new FrameReader().push(Buffer.concat([length, bytes]))) browser.receive(message);
  await settled();
  expect(sent).toMatchObject([{ kind: 'failed', id: 1, failure: { code: 'url.too-long' } }]);
});

test('without a service there is an answer, too', async () => {
  const { browser, sent, settled } = session({ there: false });
  browser.receive({ id: 1, ask: 'test', url: 'http://a.test/' });
  await settled();
  expect(sent).toMatchObject([{ kind: 'failed', id: 1, failure: { code: 'service.lost' } }]);
});

test('a flood of questions does not reach the service', async () => {
  const { promise, resolve } = Promise.withResolvers();
  const { browser, calls, sent, settled } = session({ answers: promise });
  for (let id = 1; id <= 500; id++) browser.receive({ id, ask: 'test', url: 'http://a.test/' });
  await settled();
  expect(calls).toHaveLength(24);
  expect(sent).toHaveLength(476);
  expect(sent[0]).toMatchObject({ id: 25, failure: { code: 'browser.too-many' } });
  resolve(undefined);
  await settled();
  browser.receive({ id: 501, ask: 'test', url: 'http://a.test/' });
  await settled();
  expect(sent.at(-1)).toMatchObject({ kind: 'tested', id: 501 });
});

test('what is no question ends it', () => {
  const wrong: unknown[] = [
    null,
    'test',
    [],
    { id: 0, ask: 'test', url: 'x' },
    { id: 1, ask: 'quit', url: 'x' },
    { id: 1, ask: 'test', url: 7 },
    { id: 1, ask: 'test', url: 'x', more: 1 },
  ];
  const { browser } = session();
  for (const message of wrong) expect(() => browser.receive(message)).toThrow(/no message/);
});
