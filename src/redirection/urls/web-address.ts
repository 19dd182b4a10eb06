import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { mailAddress } from './mail-address.ts';

/** What may be handed on at all; `ftp` only from the guest, as browsers of today no longer open it. */
export const schemes = ['http', 'https', 'ftp', 'mailto'] as const;
export type Scheme = (typeof schemes)[number];

/** In UTF-16 units, before and after it is normalised: what fits a command line of Windows with room to spare. */
export const longestUrl = 8192;

/** A URL in the one form that rules see and browsers get. */
export interface WebAddress {
  /** ASCII without spaces, quotes, and control characters. */
  readonly href: string;
  readonly scheme: Scheme;
  /** ASCII, lower case, without a final dot. Of `mailto` the first recipient's; empty without one. */
  readonly host: string;
  /** Of `mailto` those of all further recipients. */
  readonly furtherHosts?: readonly string[];
  /** In digits, also where it is the scheme's own; empty for `mailto`. */
  readonly port: string;
  /** For comparison only, see `comparablePath`; `/` at least. Of `mailto` always `/`. */
  readonly path: string;
}

/**
 * Reads a URL by the WHATWG URL standard: case, IDN, default ports and dot segments are its business. Pure.
 * Throws `url.too-long`, `url.invalid`, `url.credentials`, `url.scheme`.
 */
export function webAddress(untrusted: string, from: 'host' | 'guest'): WebAddress {
  if (untrusted.length > longestUrl) throw tooLong(untrusted.length);
  // The standard would take them out unseen: what then is opened is not what was looked at.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the point
  if (/[\u0000-\u0020\u007f-\u009f]/.test(untrusted)) {
    throw invalid(untrusted, 'it has spaces or control characters in it');
  }
  const url = URL.parse(untrusted);
  if (!url) throw invalid(untrusted, 'it is no complete address');
  const scheme = schemes.find((known) => url.protocol === `${known}:`);
  if (!scheme || (scheme === 'ftp' && from === 'host')) throw wrongScheme(url.protocol);
  const address = scheme === 'mailto' ? mailAddress(url) : siteAddress(url, scheme);
  if (address.href.length > longestUrl) throw tooLong(address.href.length);
  return address;
}

/** The standard leaves them out of what it reads. */
const ownPort = { http: '80', https: '443', ftp: '21' } as const;

function siteAddress(url: URL, scheme: Exclude<Scheme, 'mailto'>): WebAddress {
  if (url.username !== '' || url.password !== '') throw withCredentials();
  const host = hostName(url.hostname);
  if (host === undefined) throw invalid(url.href, 'its host is no name');
  const { href, port, pathname } = url;
  return {
    href: quoteFree(href),
    scheme,
    host,
    port: port || ownPort[scheme],
    path: comparablePath(pathname),
  };
}

/** Without the final dot, which means the same host to every name server. Undefined if a label is empty. Pure. */
export function hostName(hostname: string): string | undefined {
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  return host === '' || host.startsWith('.') || host.endsWith('.') || host.includes('..') ? undefined : host;
}

/**
 * A path as servers of Windows compare it: without case, with what need not be escaped unescaped, and with one slash for
 * several, and for an escaped slash or backslash, so that no rule is escaped by another spelling. Pure.
 */
export function comparablePath(pathname: string): string {
  let path = pathname.toLowerCase();
  if (path.includes('%')) path = path.replace(/%([0-7][0-9a-f])/g, unescaped);
  if (path.includes('//')) path = path.replace(/\/{2,}/g, '/');
  // A slash that was escaped may have hidden a segment of dots.
  return path.includes('/.') ? (URL.parse(`http://x${path}`)?.pathname.toLowerCase() ?? path) : path;
}

function unescaped(escaped: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16)).toLowerCase();
  if (character === '/' || character === '\\') return '/';
  return /[a-z0-9._~-]/.test(character) ? character : escaped;
}

/** The standard leaves these in queries and fragments; on a command line they could end the argument. Pure. */
export function quoteFree(href: string): string {
  if (!/["`<>\\^{|} ]/.test(href)) return href;
  return href.replace(
    /["`<>\\^{|} ]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function invalid(untrusted: string, why: string): XPaneError {
  return new XPaneError(
    'url.invalid',
    `XPane cannot open "${displayText(untrusted, 120)}": ${why}.`,
    'Give an address such as https://example.com/page or mailto:somebody@example.com.',
  );
}

function tooLong(length: number): XPaneError {
  return new XPaneError(
    'url.too-long',
    `This address is too long to be opened: it has ${length} characters.`,
    `XPane takes up to ${longestUrl}. Open the site's first page, and go on from there.`,
  );
}

function withCredentials(): XPaneError {
  return new XPaneError(
    'url.credentials',
    'This address has a user name or a password in it, so XPane does not hand it on.',
    'Open it without them; the site asks for them then.',
  );
}

function wrongScheme(protocol: string): XPaneError {
  return new XPaneError(
    'url.scheme',
    `XPane does not open addresses that begin with "${displayText(protocol, 40)}".`,
    'It opens http, https and mailto, and ftp for programs in the guest.',
  );
}
