import { describe, expect, test } from 'vitest';
import { decide, type Side } from '../../../../src/redirection/urls/decision.ts';
import { RuleIndex } from '../../../../src/redirection/urls/rule-index.ts';
import { readRuleList } from '../../../../src/redirection/urls/rule-list.ts';
import { webAddress } from '../../../../src/redirection/urls/web-address.ts';

const sourceOf = (text: string, name = 'list') => ({ name, index: new RuleIndex(readRuleList(text).rules) });

function verdict(list: string, url: string, from: Side = 'host'): string {
  const { to, workspace } = decide([sourceOf(list)], webAddress(url, from), from);
  return workspace === undefined ? to : `${to}:${workspace}`;
}

const goes = (pattern: string, url: string) => verdict(pattern, url) === 'guest';

describe('a pattern', () => {
  test.each<[string, string[], string[]]>([
    [
      'http://*.contoso.com',
      ['http://www.contoso.com/', 'http://a.b.contoso.com/x?y', 'http://contoso.com/'],
      ['https://www.contoso.com/', 'http://notcontoso.com/', 'http://contoso.com.evil.example/'],
    ],
    [
      'https://host/path/*',
      [
        'https://host/path/',
        'https://host/path/deep/x',
        'https://HOST/PATH/x',
        'https://host/path?x',
        'https://host/path',
      ],
      [
        'https://host/',
        'https://host/pathology',
        'http://host/path/',
        'https://a.host/path/',
        'https://host:8443/path/../x',
      ],
    ],
    [
      'contoso.com',
      ['http://contoso.com/', 'https://www.contoso.com:8080/x', 'http://contoso.com./'],
      ['http://contoso.co/', 'mailto:a@contoso.com'],
    ],
    [
      'contoso.com/travel',
      ['https://contoso.com/travel/x', 'http://www.contoso.com/Travel'],
      ['http://contoso.com/travelling', 'http://contoso.com/'],
    ],
    ['contoso.com/tra*', ['http://contoso.com/travel', 'http://contoso.com/tra'], ['http://contoso.com/tr']],
    [
      'http://contoso.com',
      ['http://contoso.com/x', 'http://contoso.com:8080/'],
      ['http://www.contoso.com/', 'https://contoso.com/'],
    ],
    ['http://contoso.com:80', ['http://contoso.com/'], ['http://contoso.com:8080/']],
    [
      'contoso.com:8080',
      ['http://contoso.com:8080/', 'https://a.contoso.com:8080/'],
      ['http://contoso.com/'],
    ],
    ['contoso.com:443', ['https://contoso.com/'], ['http://contoso.com/']],
    ['*://contoso.com:80', ['http://contoso.com/'], ['https://contoso.com/', 'https://contoso.com:8443/']],
    [
      'contoso.com//public',
      ['http://contoso.com/public/x', 'http://contoso.com//public'],
      ['http://contoso.com/'],
    ],
    ['contoso.com/%2fpublic//', ['http://contoso.com/public'], ['http://contoso.com/']],
    ['*://contoso.com/', ['https://contoso.com/', 'http://contoso.com/x'], ['http://a.contoso.com/']],
    ['*', ['http://contoso.com/', 'https://127.0.0.1/', 'http://[::1]/'], ['mailto:a@contoso.com']],
    ['bücher.example', ['http://xn--bcher-kva.example/', 'http://BÜCHER.example/'], []],
    ['10.0.0.1', ['http://10.0.0.1/', 'http://0xa.1/'], ['http://10.0.0.11/']],
    ['0.1', ['http://0.0.0.1/'], ['http://10.0.0.1/']],
    ['[::1]', ['http://[0:0::1]:81/'], ['http://[::2]/']],
    [
      'mailto:*@contoso.com',
      ['mailto:a@contoso.com'],
      ['mailto:a@x.contoso.com', 'mailto:a@contoso.com,b@x.example', 'http://contoso.com/'],
    ],
    ['mailto:*', ['mailto:a@contoso.com', 'mailto:?subject=x'], ['http://contoso.com/']],
    ['http://contoso.com/%41dmin', ['http://contoso.com/admin', 'http://contoso.com/%61DMIN/x'], []],
  ])('%s', (pattern, inside, outside) => {
    expect(inside.filter((url) => !goes(pattern, url))).toEqual([]);
    expect(outside.filter((url) => goes(pattern, url))).toEqual([]);
  });

  test('ftp is a matter of the guest', () => {
    expect(verdict('host contoso.com', 'ftp://contoso.com/', 'guest')).toBe('host');
    expect(verdict('host ftp://contoso.com:21', 'ftp://contoso.com/', 'guest')).toBe('host');
  });
});

describe('of all that match', () => {
  test.each([
    [
      'the longer path',
      'guest contoso.com\nhost contoso.com/travel\nguest contoso.com/travel/old',
      'http://contoso.com/travel/new',
      'host',
    ],
    ['the longer host', 'guest contoso.com\nhost www.contoso.com', 'http://www.contoso.com/', 'host'],
    [
      'a host over a domain',
      'guest *.contoso.com/a/b\nhost http://www.contoso.com',
      'http://www.contoso.com/a/b',
      'host',
    ],
    [
      'an open end that is longer',
      'guest contoso.com/tra\nhost contoso.com/trav*',
      'http://contoso.com/travel',
      'host',
    ],
    [
      'the severest of one length, open end or not',
      'host contoso.com/pub\ndeny contoso.com/pub*',
      'http://contoso.com/pub',
      'deny',
    ],
    [
      'another spelling of a path',
      'host contoso.com\ndeny contoso.com/admin',
      'http://contoso.com//admin%2fx',
      'deny',
    ],
    [
      'one of several recipients',
      'guest mailto:*\ndeny mailto:*@b.example',
      'mailto:x@a.example,y@b.example',
      'deny',
    ],
    [
      'a recipient of whom nothing is said',
      'guest mailto:*@a.example',
      'mailto:x@a.example?cc=y@b.example',
      'host',
    ],
    ['what is said of all', 'guest mailto:*', 'mailto:x@a.example,y@b.example', 'guest'],
    ['one with a port', 'guest contoso.com\nhost contoso.com:8080', 'http://contoso.com:8080/', 'host'],
    ['one with a scheme', 'guest *://contoso.com\nhost https://contoso.com', 'https://contoso.com/', 'host'],
    ['the severest', 'guest contoso.com\nhost contoso.com\ndeny contoso.com', 'http://contoso.com/', 'deny'],
    [
      'not one that only looks longer',
      'guest contoso.com\nhost contoso.com/travel:x',
      'http://contoso.com/travel',
      'guest',
    ],
    ['what is written', 'guest:old-shop *.shop.example', 'http://a.shop.example/', 'guest:old-shop'],
    ['nothing', 'guest contoso.com', 'http://elsewhere.example/', 'host'],
    ['stay', 'guest contoso.com\nstay contoso.com/public', 'http://contoso.com/public/x', 'host'],
  ])('%s', (_, list, url, expected) => expect(verdict(list, url)).toBe(expected));

  test('the first source that has a rule decides, and is named with it', () => {
    const sources = [
      sourceOf('deny contoso.com', 'first'),
      sourceOf('\n\nguest contoso.com/x # more particular', 'second'),
    ];
    const asked = (url: string) => decide(sources, webAddress(url, 'host'), 'host').by;
    expect(asked('http://contoso.com/x')).toMatchObject({ source: 'first', rule: { line: 1 } });
    expect(
      decide([...sources].reverse(), webAddress('http://contoso.com/x', 'host'), 'host').by,
    ).toMatchObject({
      source: 'second',
      rule: { line: 3, text: 'guest contoso.com/x' },
    });
    expect(asked('http://x.example/')).toBeUndefined();
  });

  test('a path is looked up as by trying every rule', () => {
    const paths = ['', '/a', '/a/b', '/a/b/c', '/abc', '/a/b/c/d/e', '/longest/of/all/that/there/are'];
    const list = paths.map((path, at) => `guest:w${at} contoso.com${path}`).join('\n');
    for (const path of [
      ...paths,
      '/a/',
      '/a/bc',
      '/a/b/c/d',
      '/abc/d',
      '/z',
      '/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q',
    ]) {
      const above = paths.filter((each) => path === each || path.startsWith(`${each}/`));
      const longest = above.reduce((a, b) => (b.length > a.length ? b : a), '');
      expect([path, verdict(list, `http://contoso.com${path}`)]).toEqual([
        path,
        `guest:w${paths.indexOf(longest)}`,
      ]);
    }
  });

  test('no address goes to and fro: both sides are told the same', () => {
    const list = 'guest a.example\nhost b.example\ndeny c.example\nstay d.example\nguest:w e.example';
    const sides = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => {
      const url = `http://${name}.example/`;
      return [verdict(list, url, 'host'), verdict(list, url, 'guest')];
    });
    expect(sides).toEqual([
      ['guest', 'guest'],
      ['host', 'host'],
      ['deny', 'deny'],
      ['host', 'guest'],
      ['guest:w', 'guest:w'],
      ['host', 'guest'],
    ]);
    expect(sides.filter(([host, guest]) => host?.startsWith('guest') && guest === 'host')).toEqual([]);
  });
});

describe('a list', () => {
  test('MED-V’s, with comments, any line ends, and a mark at its beginning', () => {
    const { rules } = readRuleList(
      '\ufeff# ours\r\nhttp://*.contoso.com\r\n\r\n  https://host/path/*  # this too\rdeny x.example',
    );
    expect(rules.map(({ text, line, verdict: { kind } }) => [line, kind, text])).toEqual([
      [2, 'guest', 'http://*.contoso.com'],
      [4, 'guest', 'https://host/path/*'],
      [5, 'deny', 'deny x.example'],
    ]);
  });

  test.each([
    ['http://con*toso.com', 1],
    ['ok.example\nhttp://contoso.com/a*b', 2],
    ['allow contoso.com', 1],
    ['guest contoso.com twice', 1],
    ['guest:UPPER contoso.com', 1],
    ['javascript://x', 1],
    ['contoso.com/?q=1', 1],
    ['contoso..com', 1],
    ['contoso.com\\public', 1],
    ['contoso.com?x', 1],
    ['contoso.com#x', 1],
    ['contoso.com%2fx', 1],
    ['mailto:a@contoso.com', 1],
    ['http://user@contoso.com', 1],
  ])('%j is refused, with its line', (list, line) => {
    expect(() => readRuleList(list)).toThrow(
      expect.objectContaining({ code: 'url.bad-list', message: expect.stringContaining(`line ${line}`) }),
    );
  });

  test('no list keeps the service busy', () => {
    const long = 1_000_000;
    const begunMs = performance.now();
    for (const list of [
      `contoso.com/a${'/'.repeat(long)}x`,
      `${' #\u2028'.repeat(long / 3)}`,
      `x\n${'a '.repeat(long)}`,
      `<site-list><site url="contoso.com?${'?\u2028'.repeat(long / 2)}"/></site-list>`,
      `<site-list><${'x'.repeat(long)}>${'<a/>'.repeat(20_000)}</${'x'.repeat(long)}></site-list>`,
    ]) {
      try {
        readRuleList(list);
      } catch (error) {
        expect(error).toMatchObject({
          code: 'url.bad-list',
          message: expect.stringContaining('more than 8192'),
        });
      }
    }
    expect(() => readRuleList('a\n'.repeat(4_000_000))).toThrow(/more than 100000/);
    expect(performance.now() - begunMs).toBeLessThan(4_000);
  });

  test('a line is kept as it can be shown', () => {
    const [rule] = readRuleList(`contoso.com/\u001b[2J\u202e${'x'.repeat(500)}`).rules;
    expect(rule?.text).toMatch(/^contoso\.com\/ \[2J x{1,240}$/);
  });

  test('one that is too large is refused', () => {
    expect(() => readRuleList('a.example\n'.repeat(100_001))).toThrow(/more than 100000/);
    expect(() => readRuleList(' '.repeat(8 * 1024 * 1024 + 1))).toThrow(/too large/);
  });
});
