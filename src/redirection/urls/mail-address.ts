import { displayText } from '../../shared/text.ts';
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
  // In a mail link a plus is a plus, as in a recipient's name.
  const parameters = new URLSearchParams(url.search.replaceAll('+', '%2B'));
  const fields = [...parameters].map(([name, value]) => [name.toLowerCase(), value] as const);
  const other = fields.find(([name]) => !harmless.has(name));
  if (other) throw invalid(url.href, `a mail link may not set "${displayText(other[0], 40)}"`);
  const path = decoded(url);
  const recipients = [path, ...fields.flatMap(([name, value]) => (isRecipient(name) ? [value] : []))]
    .flatMap((list) => list.split(','))
    .filter((each) => each.trim() !== '');
  const [host = '', ...furtherHosts] = new Set(recipients.map((each) => domainOf(each.trim(), url.href)));
  return {
    href: quoteFree(url.href),
    scheme: 'mailto',
    host,
    ...(furtherHosts.length > 0 ? { furtherHosts } : {}),
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

/**
 * In the form that URLs have. Only the plainest form of a recipient is taken: what a mail program might read in another
 * way than this would get round a rule.
 */
function domainOf(recipient: string, href: string): string {
  const domain = /^[^\s@;,<>"()]+@([^\s@;,<>"()/\\?#%:]+)$/.exec(recipient)?.[1];
  const parsed = domain === undefined ? undefined : URL.parse(`http://${domain}`)?.hostname;
  const host = parsed === undefined ? undefined : hostName(parsed);
  if (host === undefined)
    throw invalid(href, `"${displayText(recipient, 40)}" is no recipient such as name@host`);
  return host;
}
