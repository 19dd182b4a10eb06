import { afterEach, expect, test } from 'vitest';
import type { ServiceClient } from '../../../../src/launcher/client.ts';
import type { ToBrowser } from '../../../../src/launcher/native-messaging/browser-messages.ts';
import { feedRules } from '../../../../src/launcher/native-messaging/rules-feed.ts';
import { XPaneError } from '../../../../src/shared/errors.ts';
import { waitFor } from '../../../component/fixtures/wait-for.ts';

const filter = { priority: 1, action: 'block' } as const;
let ending = new AbortController();
afterEach(() => ending.abort());

/** A service with `revisions[0]` now, in pages of two filters. */
function feed(revisions: Record<string, number>) {
  ending = new AbortController();
  let revision = Object.keys(revisions)[0] ?? '';
  let closed = Promise.withResolvers<XPaneError>();
  let refused: XPaneError | undefined;
  let closes = 0;
  const sent: ToBrowser[] = [];
  const opened: string[] = [];
  const troubles: unknown[] = [];
  const service = { afterPage: () => {} };
  const open = (how: string) => async () => {
    opened.push(how);
    closed = Promise.withResolvers();
    return {
      closed: closed.promise,
      close() {
        closes += 1;
      },
      async call(_: string, { revision: known, from }: { revision?: string; from: number }) {
        if (refused) throw refused;
        if (known === revision) return { revision };
        const all = Array(revisions[revision]).fill(filter);
        const page = { revision, filters: all.slice(from, from + 2), total: all.length };
        service.afterPage();
        return page;
      },
    } as unknown as ServiceClient;
  };
  void feedRules({
    ...{ start: open('start'), connect: open('connect'), signal: ending.signal, pollMs: 1, retryMs: 1 },
    ...{
      send: (message) => sent.push(message),
      onService: () => {},
      onTrouble: (error) => troubles.push(error),
    },
  });
  const numbers = () =>
    sent.map((message) =>
      message.kind === 'rules' ? `${message.revision} ${message.from}/${message.total}` : message.kind,
    );
  return {
    ...{ sent, opened, troubles, service, numbers },
    change(to: string) {
      revision = to;
    },
    refuse(error: XPaneError | undefined) {
      refused = error;
    },
    closes: () => closes,
    lose: () => closed.resolve(new XPaneError('service.lost', 'It is lost.', 'Try again.')),
  };
}

test('the browser gets all rules in parts, and again when they change', async () => {
  const fed = feed({ a: 5, b: 1, none: 0 });
  await waitFor('all of them', () => fed.sent.length === 3);
  expect(fed.numbers()).toEqual(['a 0/5', 'a 2/5', 'a 4/5']);
  fed.change('b');
  await waitFor('the others', () => fed.sent.length === 4);
  fed.change('none');
  await waitFor('none', () => fed.sent.length === 5);
  expect(fed.numbers().slice(3)).toEqual(['b 0/1', 'none 0/0']);
});

test('rules that change while they are sent are sent from their beginning', async () => {
  const fed = feed({ a: 5, b: 3 });
  fed.service.afterPage = () => fed.change('b');
  await waitFor('all of them', () => fed.numbers().includes('b 2/3'));
  expect(fed.numbers()).toEqual(['a 0/5', 'b 0/3', 'b 2/3']);
});

test('a service that goes is told, and looked for; only the first time it is started', async () => {
  const fed = feed({ a: 1 });
  await waitFor('the rules', () => fed.sent.length === 1);
  fed.lose();
  await waitFor('the rules again', () => fed.sent.length === 3);
  expect(fed.numbers()).toEqual(['a 0/1', 'gone', 'a 0/1']);
  expect(fed.opened).toEqual(['start', 'connect']);
  expect(fed.closes()).toBe(1);
  ending.abort();
  await waitFor('the end', () => fed.closes() === 2);
});

test.each(['settings.invalid', 'service.busy', 'service.timeout'])(
  'while there is no answer (%s) what was known holds',
  async (code) => {
    const fed = feed({ a: 1, b: 1 });
    await waitFor('the rules', () => fed.sent.length === 1);
    fed.refuse(new XPaneError(code, 'They are spoilt.', 'Mend them.'));
    await waitFor('the trouble', () => fed.troubles.length > 0);
    fed.change('b');
    fed.refuse(undefined);
    await waitFor('the others', () => fed.sent.length === 2);
    expect(fed.numbers()).toEqual(['a 0/1', 'b 0/1']);
  },
);
