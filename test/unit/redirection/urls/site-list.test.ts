import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/redirection/urls/decision.ts';
import { RuleIndex } from '../../../../src/redirection/urls/rule-index.ts';
import { readRuleList } from '../../../../src/redirection/urls/rule-list.ts';
import { webAddress } from '../../../../src/redirection/urls/web-address.ts';

/** In the form of Microsoft's own example, comments and all. */
const example = `<site-list version="205">
  <!--- File creation header --->
  <created-by>
    <tool>EnterpriseSitelistManager</tool>
    <version>10240</version>
    <date-created>20150728.135021</date-created>
  </created-by>
  <!--- Begin Site List --->
  <site url="www.cpandl.com">
    <compat-mode>IE8Enterprise</compat-mode>
    <open-in>MSEdge</open-in>
  </site>
  <site url="contoso.com">
    <compat-mode>default</compat-mode>
    <open-in>IE11</open-in>
  </site>
  <site url="contoso.com/travel">
    <compat-mode>IE7</compat-mode>
    <open-in allow-redirect="true"> ie11 </open-in>
  </site>
  <site url="contoso.com/travel/new"><open-in>None</open-in></site>
  <site url="relecloud.com"/>
  <site url="HTTP://Fabrikam.com/Products/?x=1"><open-in>IE11</open-in></site>
</site-list>`;

const kinds = (list: string) => readRuleList(list).rules.map(({ verdict }) => verdict.kind);
const decided = (url: string) =>
  decide(
    [{ name: 'sites', index: new RuleIndex(readRuleList(example).rules) }],
    webAddress(url, 'host'),
    'host',
  );

test('Microsoft’s example is read whole', () => {
  const list = readRuleList(example);
  expect(list).toMatchObject({ form: 'site-list', skipped: { count: 0 } });
  expect(list.rules.map(({ verdict, text, line }) => [line, verdict.kind, text])).toEqual([
    [9, 'host', 'www.cpandl.com open-in MSEdge, compat-mode IE8Enterprise'],
    [13, 'guest', 'contoso.com open-in IE11, compat-mode default'],
    [17, 'guest', 'contoso.com/travel open-in ie11, compat-mode IE7'],
    [21, 'stay', 'contoso.com/travel/new open-in None'],
    [22, 'stay', 'relecloud.com open-in None'],
    [23, 'guest', 'Fabrikam.com/Products/?x=1 open-in IE11'],
  ]);
});

test.each([
  ['http://contoso.com/', 'guest'],
  ['https://contoso.com/', 'guest'],
  ['https://sub.contoso.com/', 'guest'],
  ['https://contoso.com/TRAVEL/x', 'guest'],
  ['https://contoso.com/travel/new/', 'host'],
  ['https://contoso.com/travel/newest', 'guest'],
  ['http://www.cpandl.com/', 'host'],
  ['http://cpandl.com/', 'host'],
  ['http://relecloud.com/', 'host'],
  ['http://fabrikam.com/products', 'guest'],
  ['http://fabrikam.com/', 'host'],
])('%s opens in the %s', (url, to) => expect(decided(url).to).toBe(to));

describe('a list that is none', () => {
  const bomb = `<!DOCTYPE site-list [<!ENTITY a "${'x'.repeat(100)}"><!ENTITY b "&a;&a;&a;&a;">]><site-list><site url="&b;"/></site-list>`;
  test.each([
    ['not closed', '<site-list><site url="a.example">', /unclosed/],
    ['with a document type', bomb, /document type/],
    ['with an entity of its own', '<site-list><site url="&a;"/></site-list>', /entity/],
    ['of schema 1', '<rules version="1"><emie/></rules>', /schema 1/],
    ['of something else', '<html/>', /<html>/],
    ['with two attributes of one name', '<site-list><site url="a" url="b"/></site-list>', /line 1/],
    ['with two roots', '<site-list/><site-list/>', /line 1/],
    ['too deep', `<site-list>${'<x>'.repeat(100_000)}`, /too deep/],
    ['of too many', `<site-list>${'<site/>'.repeat(100_001)}</site-list>`, /more than/],
    ['cut off', example.slice(0, 400), /line/],
  ])('%s', (_, text, why) => {
    expect(() => readRuleList(text)).toThrow(expect.objectContaining({ code: 'url.bad-list' }));
    expect(() => readRuleList(text)).toThrow(why);
  });
});

test('a site that cannot be used costs nobody the others', () => {
  const list = readRuleList(
    '<site-list><site/><site url=" "/><site url="*.x.example"/><site url="a..b"/><site url="ok.example"><open-in>IE11</open-in></site></site-list>',
  );
  expect(list.rules).toHaveLength(1);
  expect(list.skipped).toEqual({ count: 4, first: 'line 1: a site without url' });
});

test('what open-in says may be anything', () => {
  const openIn = (text: string) =>
    kinds(`<site-list><site url="a.example"><open-in>${text}</open-in></site></site-list>`)[0];
  expect(['IE11', 'MSEdge', 'None', 'Configurable', '', 'x'.repeat(10_000)].map(openIn)).toEqual([
    'guest',
    'host',
    'stay',
    'stay',
    'stay',
    'stay',
  ]);
});
