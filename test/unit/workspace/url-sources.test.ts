import { expect, test } from 'vitest';
import { isAllowed } from '../../../src/workspace/settings-schema.ts';
import { urlSources } from '../../../src/workspace/url-sources.ts';

test('files and addresses, in the order they are named', () => {
  const text =
    'url-rules.txt  /etc/sites.xml file:///srv/our%20sites.xml HTTPS://Contoso.com/sites.xml /etc/sites.xml';
  expect(urlSources(text, '/home/u/.config/xpane')).toEqual([
    { kind: 'file', path: '/home/u/.config/xpane/url-rules.txt', optional: true },
    { kind: 'file', path: '/etc/sites.xml', optional: false },
    { kind: 'file', path: '/srv/our sites.xml', optional: false },
    { kind: 'address', url: 'https://contoso.com/sites.xml' },
  ]);
  expect(urlSources('none', '/')).toEqual([]);
});

test.each([
  ['', false],
  ['none', true],
  ['rules.txt', false],
  ['url-rules.txt none', false],
  ['ftp://contoso.com/sites.xml', false],
  ['http://user:secret@contoso.com/', false],
  ['file://server/sites.xml', false],
  ['file:///a%2fb', false],
  ['file:///a%00b', false],
  ['/a '.repeat(17), false],
  ['/a '.repeat(16), true],
])('%j is allowed: %s', (text, allowed) => expect(isAllowed('urlRules', text)).toBe(allowed));
