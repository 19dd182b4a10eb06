import { expect, test } from 'vitest';
import { browserFilters } from '../../../../src/redirection/urls/browser/browser-filters.ts';
import { BrowserRulesMaker } from '../../../../src/redirection/urls/browser/browser-rules.ts';
import { decide } from '../../../../src/redirection/urls/decision.ts';
import type { Rule } from '../../../../src/redirection/urls/rule.ts';
import { RuleIndex } from '../../../../src/redirection/urls/rule-index.ts';
import { readRuleList } from '../../../../src/redirection/urls/rule-list.ts';
import { webAddress } from '../../../../src/redirection/urls/web-address.ts';
import { heldBack } from './filter-emulator.ts';

const rulesOf = (...lines: string[]) => readRuleList(lines.join('\n')).rules;
const held = (lists: readonly (readonly Rule[])[], url: string) => heldBack(browserFilters(lists), url);
/** Whether the service would take it away from the browser. */
function isTaken(lists: readonly (readonly Rule[])[], url: string): boolean {
  const address = new URL(url);
  [address.username, address.password] = ['', ''];
  const sources = lists.map((rules, name) => ({ name: String(name), index: new RuleIndex(rules) }));
  return decide(sources, webAddress(address.href, 'host'), 'host').to !== 'host';
}

test('nothing is held without a rule that takes anything away', () => {
  expect(browserFilters([])).toEqual([]);
  expect(
    browserFilters([rulesOf('stay *', 'host contoso.com', 'guest mailto:*', 'guest ftp://a.example')]),
  ).toEqual([]);
});

test('plain hosts are one filter, however many they are', () => {
  const hosts = Array.from({ length: 900 }, (_, number) => `host${number}.example`);
  const [filter, ...more] = browserFilters([rulesOf(...hosts)]);
  expect(more).toEqual([]);
  expect(filter).toEqual({ priority: 1, action: 'block', domains: hosts });
});

test('what a rule says of paths, ports and schemes is said to the browser', () => {
  const lists = [
    rulesOf(
      'guest contoso.com',
      'stay contoso.com/public',
      'guest http://one.example',
      'guest https://*.two.example/app/*',
      'deny three.example:8080',
      'guest four.example/tra*',
      'host five.example',
      'guest five.example:443',
      'stay six.example/x',
      'deny six.example/x',
      'guest seven.example',
      'stay seven.example',
    ),
  ];
  const expected: Record<string, boolean> = {
    'http://contoso.com/': true,
    'https://www.contoso.com/publicity': true,
    'http://contoso.com/public?x': false,
    'http://contoso.com/PUBLIC/y': false,
    'http://contoso.com/public#z': false,
    'http://notcontoso.com/': false,
    'http://one.example/x': true,
    'http://one.example:81/x': true,
    'https://one.example/x': false,
    'http://sub.one.example/': false,
    'https://a.two.example/app': true,
    'https://a.two.example:444/app/x': true,
    'https://a.two.example/apple': false,
    'http://a.two.example/app': false,
    'http://three.example:8080/': true,
    'http://three.example/': false,
    'https://four.example/travel': true,
    'https://four.example/x/travel': false,
    'https://five.example/': true,
    'http://five.example/': false,
    'https://elsewhere.example/contoso.com/?http://one.example/': false,
    'http://six.example/x': true,
    'http://seven.example/': false,
    'http://user:word@one.example/': true,
    'http://contoso.com:80@elsewhere.example/': false,
  };
  expect(Object.fromEntries(Object.keys(expected).map((url) => [url, held(lists, url)]))).toEqual(expected);
});

/** Every address that the service would take away is held, however it is written; few others are. */
test('what is to be asked about never passes', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const pick = <T>(of: readonly [T, ...T[]]): T => of[random(of.length)] ?? of[0];
  const hosts = ['a.test', 'b.a.test', 'c.b.a.test', 'other.test', 'a.test', '*'] as const;
  const paths = ['', '', '/', '/x', '/x/y', '/x*', '/x/*', '/x/y/z', '/a%20b'] as const;
  const rule = () =>
    `${pick(['guest', 'deny', 'stay', 'host'])} ${pick(['', '', 'http://', 'https://', '*://', 'http://*.'])}${pick(hosts)}${pick(['', '', ':8080', ':443', ':80'])}${pick(paths)}`.replace(
      '*.*',
      '*',
    );
  const url = () =>
    `${pick(['http', 'https'])}://${pick(['', '', '', 'u@', 'a.test:1@'])}${pick(['a.test', 'b.a.test', 'c.b.a.test', 'B.A.test.', 'other.test', 'nota.test'])}${pick(['', '', ':8080', ':443', ':80', ':9'])}${pick(['/', '/x', '/X', '/x/', '/x/y', '/x/y/z', '/xy', '//x', '/%78/y', '/x%2fy', '/x;y', '/q/../x', '/a%20b/c', '/é', '/q/x'])}${pick(['', '', '?q=/x', '#f', '?http://a.test/x'])}`;
  let [taken, heldForNothing, left] = [0, 0, 0];
  for (let round = 0; round < 200; round++) {
    const lists = Array.from({ length: 1 + random(2) }, () =>
      rulesOf(...Array.from({ length: 1 + random(6) }, rule)),
    );
    const filters = browserFilters(lists);
    for (let time = 0; time < 25; time++) {
      const address = new URL(url()).href;
      const isHeld = heldBack(filters, address);
      if (isTaken(lists, address)) {
        taken++;
        if (!isHeld)
          throw new Error(`${address} passes ${JSON.stringify(lists.flat().map(({ text }) => text))}`);
      } else if (isHeld) heldForNothing++;
      else left++;
    }
  }
  expect(taken).toBeGreaterThan(1000);
  // Of addresses as odd as these; see the test above for plain ones.
  expect(heldForNothing).toBeLessThan(left * 0.5);
});

test('the largest lists stay within what a browser takes, and still hold all they must', () => {
  const count = 60_000;
  const lines = Array.from({ length: count }, (_, number) => {
    return `${number % 3 === 0 ? 'stay' : 'guest'} http://h${number % 20_000}.test/path${number}`;
  });
  const lists = [rulesOf(...lines)];
  const filters = browserFilters(lists);
  expect(filters.length).toBeLessThan(30_000);
  expect(filters.filter(({ regexFilter }) => regexFilter).length).toBeLessThan(1_000);
  expect(Math.max(...filters.map((filter) => JSON.stringify(filter).length))).toBeLessThan(100_000);
  for (let number = 1; number < count; number += 9973) {
    const address = `http://h${number % 20_000}.test/path${number}/x`;
    if (isTaken(lists, address)) expect([address, heldBack(filters, address)]).toEqual([address, true]);
  }
  expect(heldBack(filters, 'http://h1.example/path1')).toBe(false);
}, 30_000);

test('rules that did not change are not made again, and the same rules are the same', () => {
  const maker = new BrowserRulesMaker();
  const rules = rulesOf('guest contoso.com', 'deny contoso.com/secret', 'deny http://x.sub.example');
  const first = maker.of([rules]);
  expect(maker.of([rules])).toBe(first);
  expect(maker.of([rulesOf('deny contoso.com')]).revision).not.toBe(first.revision);
  expect(maker.of([[...rules]]).revision).toBe(first.revision);
  const denies = ['contoso.com', 'www.contoso.com', 'sub.example', 'notcontoso.com', 'example'].filter(
    (host) => first.deniesOn(host),
  );
  expect(denies).toEqual(['contoso.com', 'www.contoso.com', 'sub.example', 'example']);
});
