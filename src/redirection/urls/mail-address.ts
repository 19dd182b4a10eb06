import { hostName, invalid, quoteFree, type WebAddress } from './web-address.ts';

/** Header fields that only write text (RFC 6068, section 4); mail programs know others, which attach files. */
const harmless: ReadonlySet<string> = new Set([
  'to',
  'cc',
  'bcc',
  'subject',
  'body',
  'keywords',
  'in-reply-to',
  'references',
]);

/** A `mailto` URL (RFC 6068). Throws `url.invalid`. Pure. */
export function mailAddress(url: URL): WebAddress {
  const fields = [...url.searchParams].map(([name, value]) => [name.toLowerCase(), value] as const);
  const other = fields.find(([name]) => !harmless.has(name));
  if (other) throw invalid(url.href, `a mail link may not set "${other[0]}"`);
  const path = decoded(url);
  const recipients = [path, ...fields.flatMap(([name, value]) => (isRecipient(name) ? [value] : []))]
    .flatMap((list) => list.split(','))
    .filter((each) => each.trim() !== '');
  const domains = new Set(recipients.map(domainOf));
  const [domain] = domains;
  return {
    href: quoteFree(url.href),
    scheme: 'mailto',
    host: domains.size === 1 ? (domain ?? '') : '',
    port: '',
    path: '/',
  };
}

function isRecipient(name: string): boolean {
  return name === 'to' || name === 'cc' || name === 'bcc';
}

function decoded(url: URL): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    throw invalid(url.href, 'its recipients are escaped wrongly');
  }
}

/** In the form that URLs have; empty for what is none. */
function domainOf(recipient: string): string {
  const at = recipient.lastIndexOf('@');
  const host = at < 0 ? undefined : URL.parse(`http://${recipient.slice(at + 1).trim()}`)?.hostname;
  return host === undefined ? '' : (hostName(host) ?? '');
}
