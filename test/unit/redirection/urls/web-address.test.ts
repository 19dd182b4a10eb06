import { describe, expect, test } from 'vitest';
import { webAddress } from '../../../../src/redirection/urls/web-address.ts';

const href = (text: string) => webAddress(text, 'guest').href;

function refusal(text: string, from: 'host' | 'guest' = 'guest'): string {
  try {
    return `opened as ${webAddress(text, from).href}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('one form for every spelling', () => {
  test.each([
    ['HTTP://WWW.Contoso.COM', 'http://www.contoso.com/'],
    ['http://contoso.com:80/', 'http://contoso.com/'],
    ['https://contoso.com:443/', 'https://contoso.com/'],
    ['https://contoso.com:8443/', 'https://contoso.com:8443/'],
    ['http://bücher.example/', 'http://xn--bcher-kva.example/'],
    ['http://contoso.com/a/../b/%2e%2e/c', 'http://contoso.com/c'],
    ['http:\\\\contoso.com\\x', 'http://contoso.com/x'],
    ['http://0x7f.1/', 'http://127.0.0.1/'],
    ['http://contoso.com/?q="a"&b=|', 'http://contoso.com/?q=%22a%22&b=%7C'],
    ['ftp://contoso.com/file', 'ftp://contoso.com/file'],
    ['mailto:a@contoso.com?subject=x"y', 'mailto:a@contoso.com?subject=x%22y'],
  ])('%s', (text, expected) => expect(href(text)).toBe(expected));

  test('a final dot is the same host', () => {
    expect(webAddress('http://contoso.com./x', 'host').host).toBe('contoso.com');
  });

  test('a path is compared without case and needless escapes, and opened as it was', () => {
    const address = webAddress('http://contoso.com/%41dmin/%2Fx%e4', 'host');
    expect(address.path).toBe('/admin/x%e4');
    expect(address.href).toBe('http://contoso.com/%41dmin/%2Fx%e4');
  });

  test.each([
    ['http://contoso.com//admin', '/admin'],
    ['http://contoso.com/a%2F%5c///b', '/a/b'],
    ['http://contoso.com/x%2f%2e%2E%5Cadmin', '/admin'],
  ])('%s is compared as %s', (text, path) => expect(webAddress(text, 'host').path).toBe(path));

  test('mail has the domains of all its recipients', () => {
    const host = (text: string) => {
      const { host, furtherHosts = [] } = webAddress(text, 'host');
      return [host, ...furtherHosts].join();
    };
    expect(host('mailto:a@Contoso.com,b@contoso.COM?cc=c@contoso.com')).toBe('contoso.com');
    expect(host('mailto:a@contoso.com?bcc=b@elsewhere.example')).toBe('contoso.com,elsewhere.example');
    expect(host('mailto:?cc=a+b@contoso.com')).toBe('contoso.com');
    expect(host('mailto:a%40contoso.com')).toBe('contoso.com');
    expect(host('mailto:?subject=x')).toBe('');
  });
});

describe('a refusal', () => {
  test.each([
    ['', 'url.invalid'],
    ['contoso.com', 'url.invalid'],
    ['http://', 'url.invalid'],
    ['http://contoso..com/', 'url.invalid'],
    ['http://contoso.com/a b', 'url.invalid'],
    ['http://contoso.com/\u0000', 'url.invalid'],
    ['java\tscript:alert(1)', 'url.invalid'],
    ['http://contoso.com/\n', 'url.invalid'],
    ['http://contoso.com/\u0085', 'url.invalid'],
    ['http://contoso.com:99999/', 'url.invalid'],
    ['http://user@contoso.com/', 'url.credentials'],
    ['http://user:secret@contoso.com/', 'url.credentials'],
    ['file:///etc/passwd', 'url.scheme'],
    ['javascript:alert(1)', 'url.scheme'],
    ['ms-settings:x', 'url.scheme'],
    ['data:text/html,x', 'url.scheme'],
    [`http://contoso.com/${'a'.repeat(100 * 1024)}`, 'url.too-long'],
    [`http://contoso.com/${'ä'.repeat(5000)}`, 'url.too-long'],
    ['mailto:a@contoso.com?attach=/etc/passwd', 'url.invalid'],
    ['mailto:%ff@contoso.com', 'url.invalid'],
    ['mailto:root', 'url.invalid'],
    ['mailto:a@contoso.com;b@x.example', 'url.invalid'],
    ['mailto:a@b@contoso.com', 'url.invalid'],
    ['mailto:x<a@contoso.com>', 'url.invalid'],
    ['mailto:a@contoso.com/x', 'url.invalid'],
    ['mailto:@contoso.com', 'url.invalid'],
  ])('%j is %s', (text, code) => expect(refusal(text)).toBe(code));

  test('ftp is for programs in the guest', () => {
    expect(refusal('ftp://contoso.com/', 'host')).toBe('url.scheme');
    expect(refusal('ftp://contoso.com/', 'guest')).toBe('opened as ftp://contoso.com/');
  });

  test('what a guest calls a field of a mail link is cleaned, and cut', () => {
    const url = `mailto:a@contoso.com?x%0a%e2%80%ae${'y'.repeat(500)}=1`;
    expect(() => webAddress(url, 'guest')).toThrow(/"x y{38}"\.$/);
  });

  test('what is shown of an address cannot lie about itself', () => {
    expect(() => webAddress('http://contoso.com/\u202egpj. x', 'host')).toThrow(/^[^\u202e]*$/);
  });
});
