import { comparablePath, hostName, type Scheme, schemes } from './web-address.ts';

/** Which addresses a rule is about. */
export interface Pattern {
  readonly schemes: ReadonlySet<Scheme>;
  /** Empty: every host. */
  readonly host: string;
  /** Hosts below it, too. */
  readonly below: boolean;
  /** In digits, also where it is a scheme's own. Absent: every port. */
  readonly port?: string;
  /** Without a final slash: this path and what lies below it; empty for all. With `open`: whatever begins so. */
  readonly path: string;
  readonly open: boolean;
}

const web: ReadonlySet<Scheme> = new Set(['http', 'https', 'ftp']);
const mail: ReadonlySet<Scheme> = new Set(['mailto']);

/**
 * `http://*.contoso.com`, `https://host/path/*`, `mailto:*@contoso.com`, `contoso.com/path`, `*`. With a scheme the host is
 * meant alone, without one also what is below it. The reason in words where it is none of these. Pure.
 */
export function patternOf(text: string): Pattern | string {
  if (/^mailto:/i.test(text)) return mailPattern(text.slice('mailto:'.length));
  const parts = /^(?:([a-z*]+):\/\/)?([^/]*)(\/.*)?$/i.exec(text);
  if (!parts) return 'it is no address';
  const [, scheme, authority = '', path = ''] = parts;
  const kinds = scheme === undefined || scheme === '*' ? web : schemeOf(scheme.toLowerCase());
  if (typeof kinds === 'string') return kinds;
  const where = authorityOf(authority, scheme === undefined);
  if (typeof where === 'string') return where;
  const under = pathOf(path);
  if (typeof under === 'string') return under;
  return { schemes: kinds, ...where, ...under };
}

function schemeOf(name: string): ReadonlySet<Scheme> | string {
  const known = schemes.find((each) => each === name && each !== 'mailto');
  return known ? new Set([known]) : `"${name}" is not http, https, ftp or *`;
}

function authorityOf(text: string, withBelow: boolean): Pick<Pattern, 'host' | 'below' | 'port'> | string {
  // The standard would end the host there, or see another one, and the rule would be about more than was written.
  if (/[\\?#%\s]/.test(text)) return 'its host has a character in it that no host has';
  const parts = /^(\*\.)?(\[[0-9a-f:.]+\]|[^:@[\]]+)(?::(\d{1,5}))?$/i.exec(text);
  if (!parts) return 'its host is no name';
  const [, star, name = '', port] = parts;
  const onPort = port === undefined ? {} : { port: String(Number(port)) };
  if (name === '*' && star === undefined) return { host: '', below: true, ...onPort };
  if (name.includes('*')) return 'a * may only stand for the first part of a host';
  const parsed = URL.parse(`http://${name}/`)?.hostname;
  const host = parsed === undefined ? undefined : hostName(parsed);
  if (host === undefined) return 'its host is no name';
  return { host, below: withBelow || star !== undefined, ...onPort };
}

function pathOf(text: string): Pick<Pattern, 'path' | 'open'> | string {
  if (/[?#]/.test(text)) return 'rules do not look at what follows a ? or #';
  const star = text.indexOf('*');
  if (star >= 0 && star < text.length - 1) return 'a * may only end a path';
  const open = star >= 0 && !text.endsWith('/*');
  const parsed = URL.parse(`http://x${star >= 0 ? text.slice(0, -1) : text}`)?.pathname ?? '/';
  const path = comparablePath(parsed);
  return { path: open || !path.endsWith('/') ? path : path.slice(0, -1), open };
}

function mailPattern(text: string): Pattern | string {
  const every = { schemes: mail, host: '', below: true, path: '', open: false };
  if (text === '*') return every;
  if (!text.startsWith('*@')) return 'a mail rule is mailto:* or mailto:*@host';
  const where = authorityOf(text.slice(2), false);
  if (typeof where === 'string') return where;
  return where.port === undefined ? { ...every, ...where } : 'mail has no port';
}
