import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type ListSource, RuleBook } from '../../src/redirection/urls/rule-book.ts';
import { addressOrigin } from '../../src/redirection/urls/sources/address-origin.ts';
import { fileOrigin } from '../../src/redirection/urls/sources/file-origin.ts';
import type { ListOrigin } from '../../src/redirection/urls/sources/list-origin.ts';
import { WatchedList } from '../../src/redirection/urls/sources/watched-list.ts';
import { silentLog } from '../../src/shared/log.ts';
import { waitFor } from './fixtures/wait-for.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xpane-urls-'));
  // After all that was opened since has been closed.
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function bookOf(sources: () => readonly ListSource[], onChange: () => void = () => undefined) {
  const book = new RuleBook({ sources, keepFolder: join(folder, 'kept'), onChange, log: silentLog });
  onTestFinished(() => book.close());
  return book;
}
const file = (path: string, optional = false): ListSource => ({ kind: 'file', path, optional });
const whither = async (book: RuleBook, url = 'http://contoso.com/') =>
  (await book.ask(url, 'host')).decision.to;
const failures = (book: RuleBook) => book.known.map(({ failure }) => failure?.code);
const xml = (openIn: string) =>
  `<site-list><site url="contoso.com"><open-in>${openIn}</open-in></site></site-list>`;

test('an edit counts at the next link, however the editor saves', async () => {
  const path = join(folder, 'rules');
  writeFileSync(path, 'guest contoso.com');
  const book = bookOf(() => [file(path)]);
  expect(await whither(book)).toBe('guest');
  writeFileSync(path, 'deny contoso.com');
  await waitFor('the edit', async () => (await whither(book)) === 'deny');
  writeFileSync(`${path}.new`, xml('IE11'));
  renameSync(`${path}.new`, path);
  await waitFor('the new file', async () => (await whither(book)) === 'guest');
});

test('an edit is noticed within seconds when nobody clicks', async () => {
  const path = join(folder, 'rules');
  writeFileSync(path, 'guest contoso.com');
  const book = bookOf(() => [file(path)]);
  await whither(book);
  const rules = () => book.known[0]?.list?.rules.map(({ text }) => text).join();
  writeFileSync(path, 'guest a.example');
  await waitFor('the first edit', () => rules() === 'guest a.example', 2_500);
  writeFileSync(path, 'guest b.example');
  await waitFor('the second edit', () => rules() === 'guest b.example', 2_500);
});

test('a folder that nobody can watch is looked at from time to time', async () => {
  const path = join(folder, 'later', 'rules');
  const timing = { settleMs: 1, lookAgainMs: 50 };
  const list = new WatchedList(fileOrigin(path, { timing }), { onChange: () => undefined, log: silentLog });
  onTestFinished(() => list.close());
  await waitFor('what is wrong', () => list.failure?.code === 'url.list-missing');
  mkdirSync(join(folder, 'later'));
  writeFileSync(path, 'guest contoso.com');
  await waitFor('the list', () => list.list?.rules.length === 1 && list.failure === undefined);
});

test('a list that is spoilt leaves the last good one in force, and says so until it is mended', async () => {
  const path = join(folder, 'rules');
  writeFileSync(path, 'guest contoso.com');
  let told = 0;
  const book = bookOf(
    () => [file(path)],
    () => {
      told += 1;
    },
  );
  expect([await whither(book), failures(book)]).toEqual(['guest', [undefined]]);
  for (const spoilt of [
    'guest con*oso.com',
    '<site-list><site url="contoso.com">',
    Buffer.from([0xc3, 0x28]),
  ]) {
    writeFileSync(path, spoilt);
    await waitFor(`what is wrong with ${spoilt}`, () => failures(book)[0] === 'url.bad-list');
    expect(await whither(book)).toBe('guest');
    expect(failures(book)).toEqual(['url.bad-list']);
    writeFileSync(path, 'guest contoso.com # mended');
    await waitFor('the end of it', () => failures(book)[0] === undefined);
  }
  expect(told).toBe(6);
  rmSync(path);
  await waitFor('that it is gone', () => failures(book)[0] === 'url.list-missing');
  expect(await whither(book)).toBe('guest');
});

test('only a list that need not be there can be taken away', async () => {
  const path = join(folder, 'rules');
  const book = bookOf(() => [file(path, true)]);
  expect([await whither(book), failures(book)]).toEqual(['host', [undefined]]);
  writeFileSync(path, 'guest contoso.com');
  await waitFor('the list', async () => (await whither(book)) === 'guest');
  rmSync(path);
  await waitFor('its end', async () => (await whither(book)) === 'host');
  expect(failures(book)).toEqual([undefined]);
});

test('a pipe, a folder and a device are no lists, and keep nobody waiting', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const book = bookOf(() => [file(pipe), file(folder), file('/dev/zero')]);
  expect(await whither(book)).toBe('host');
  expect(failures(book)).toEqual(['url.bad-list', 'url.bad-list', 'url.bad-list']);
});

test('UTF-16, as tools of Windows write it', async () => {
  const path = join(folder, 'rules');
  writeFileSync(path, Buffer.from(`\ufeff${xml('IE11')}`, 'utf16le'));
  expect(await whither(bookOf(() => [file(path)]))).toBe('guest');
});

test('a change of the settings counts at the next link', async () => {
  const [one, two] = [join(folder, 'one'), join(folder, 'two')];
  writeFileSync(one, 'guest contoso.com');
  writeFileSync(two, 'deny contoso.com');
  let sources = [file(one)];
  const book = bookOf(() => sources);
  expect(await whither(book)).toBe('guest');
  sources = [file(two), file(one)];
  expect(await whither(book)).toBe('deny');
  sources = [];
  expect(await whither(book)).toBe('host');
});

/** Answers as the test says, and keeps what it was asked. */
async function listServer(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sites.xml` };
}

function listOf(origin: ListOrigin) {
  const list = new WatchedList(origin, { onChange: () => undefined, log: silentLog });
  onTestFinished(() => list.close());
  return list;
}
const quick = { fetchMs: 500, pollMs: 20 };

test('a list at an address is asked for anew, and sent anew only when it is another one', async () => {
  let [etag, content, sent] = ['"1"', xml('IE11'), 0];
  const { asked, url } = await listServer((request, response) => {
    if (request.headers['if-none-match'] === etag) return response.writeHead(304).end();
    sent += 1;
    response.writeHead(200, { etag }).end(content);
  });
  const list = listOf(addressOrigin(url, join(folder, 'kept'), quick));
  await list.settled();
  expect(list.list?.rules[0]?.verdict.kind).toBe('guest');
  await waitFor('some questions', () => asked.length > 5);
  expect(sent).toBe(1);
  [etag, content] = ['"2"', xml('MSEdge')];
  await waitFor('the other list', () => list.list?.rules[0]?.verdict.kind === 'host');
  expect(sent).toBe(2);
});

test('a server that fails, hangs or sends no list leaves the last good one, also for the next service', async () => {
  let how: 'good' | 'error' | 'hangs' | 'flood' | 'spoilt' = 'good';
  const { url } = await listServer((_, response) => {
    if (how === 'good') response.end(xml('IE11'));
    else if (how === 'error') response.writeHead(500).end();
    else if (how === 'spoilt') response.end('<html>log in</html>');
    else if (how === 'flood') {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(1 << 20, 32)));
      };
      response.on('drain', more);
      more();
    }
  });
  const kept = join(folder, 'kept');
  const list = listOf(addressOrigin(url, kept, { ...quick, fetchMs: 2_000 }));
  await list.settled();
  const wrong = [
    ['error', 'url.list-unreachable'],
    ['hangs', 'url.list-unreachable'],
    ['flood', 'url.bad-list'],
    ['spoilt', 'url.bad-list'],
  ] as const;
  for (const [next, code] of wrong) {
    how = next;
    await waitFor(next, () => list.failure?.code === code);
    expect(list.list?.rules).toHaveLength(1);
    how = 'good';
    await waitFor('the end of it', () => list.failure === undefined);
  }
  await list.close();
  const [name = ''] = readdirSync(kept);
  expect(statSync(join(kept, name)).mode & 0o777).toBe(0o600);

  how = 'hangs';
  const next = listOf(addressOrigin(url, kept, quick));
  await next.settled();
  expect(next.list?.rules[0]?.verdict.kind).toBe('guest');
  await waitFor('that it is not new', () => next.failure?.code === 'url.list-unreachable');
});

test('only the whole list, from where it was asked for, is taken', async () => {
  const elsewhere = await listServer((_, response) => response.end('deny contoso.com'));
  let how: 'good' | 'part' | 'nothing' | 'moved' | 'sent on' = 'good';
  const { url } = await listServer(({ url: path }, response) => {
    if (how === 'good' || path === '/there') response.end(xml('IE11'));
    else if (how === 'part') response.writeHead(206).end('deny contoso.com');
    else if (how === 'nothing') response.end(' \n');
    else response.writeHead(302, { location: how === 'moved' ? '/there' : elsewhere.url }).end();
  });
  const list = listOf(addressOrigin(url, join(folder, 'kept'), { ...quick, fetchMs: 2_000 }));
  await list.settled();
  for (const [next, code] of [
    ['part', 'url.list-unreachable'],
    ['nothing', 'url.bad-list'],
    ['sent on', 'url.list-unreachable'],
  ] as const) {
    how = next;
    await waitFor(next, () => list.failure?.code === code);
    expect(list.list?.rules[0]?.verdict.kind).toBe('guest');
    how = 'moved';
    await waitFor('the end of it', () => list.failure === undefined);
  }
  expect(elsewhere.asked).toEqual([]);
});

test('a list that is sent again as it was is not read again', async () => {
  const { asked, url } = await listServer((_, response) => response.end(xml('IE11')));
  const list = listOf(addressOrigin(url, join(folder, 'kept'), quick));
  await list.settled();
  const before = list.list;
  await waitFor('some questions', () => asked.length > 3);
  expect(before !== undefined && list.list === before).toBe(true);
});

test('what anybody on the way may have written sends no link out of the guest', async () => {
  const { url } = await listServer((_, response) =>
    response.end('host contoso.com\ndeny a.example\nstay *.contoso.com/b'),
  );
  const book = bookOf(() => [{ kind: 'address', url }]);
  const from = async (side: 'host' | 'guest', name: string) =>
    (await book.ask(`http://${name}/`, side)).decision.to;
  expect([await from('host', 'contoso.com'), await from('guest', 'contoso.com')]).toEqual(['host', 'guest']);
  expect(await from('guest', 'a.example')).toBe('deny');
});

test('a link waits for a server that says nothing, but not for long', async () => {
  const { url } = await listServer(() => undefined);
  const book = bookOf(() => [{ kind: 'address', url }]);
  const begunMs = performance.now();
  expect(await whither(book)).toBe('host');
  expect(performance.now() - begunMs).toBeLessThan(8_000);
});
