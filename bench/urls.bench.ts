import { decide } from '../src/redirection/urls/decision.ts';
import { RuleIndex } from '../src/redirection/urls/rule-index.ts';
import { readRuleList } from '../src/redirection/urls/rule-list.ts';
import { webAddress } from '../src/redirection/urls/web-address.ts';
import { type Figure, figure, type Measured } from './figure.ts';

const sites = 5_000;
const decisions = 10_000;
const rounds = 9;
/** The peer is slow enough to be measured by a part of the addresses. */
const peerDecisions = 500;

/**
 * Decisions about URLs, each from the text of an address on, by a site list of Microsoft's form; beside them, one
 * regular expression a site, tried one after the other.
 */
export async function benchUrls(): Promise<Figure[]> {
  const names = Array.from({ length: sites }, (_, at) => siteName(at));
  const addresses = Array.from({ length: decisions }, (_, at) => addressOf(at));
  const list = `<site-list version="1">${names
    .map(
      (name) => `<site url="${name}"><compat-mode>IE8Enterprise</compat-mode><open-in>IE11</open-in></site>`,
    )
    .join('\n')}</site-list>`;
  const reads: number[] = [];
  const ours: number[] = [];
  const peer: number[] = [];
  const expressions = names.map(
    (name) => new RegExp(`^https?://([^/]*\\.)?${name.replaceAll('.', '\\.')}(/|$)`, 'i'),
  );
  let found = 0;
  let foundByPeer = 0;
  for (let round = 0; round < rounds; round++) {
    const begunMs = performance.now();
    const sources = [{ name: 'sites', index: new RuleIndex(readRuleList(list).rules) }];
    const readMs = performance.now();
    for (const each of addresses)
      if (decide(sources, webAddress(each, 'host'), 'host').to === 'guest') found++;
    const decidedMs = performance.now();
    const some = addresses.slice(round * peerDecisions, (round + 1) * peerDecisions);
    for (const each of some) if (expressions.some((one) => one.test(each))) foundByPeer++;
    peer.push(((performance.now() - decidedMs) * decisions) / peerDecisions);
    reads.push(readMs - begunMs);
    ours.push(decidedMs - readMs);
  }
  const share = found / (rounds * decisions);
  if (Math.abs(share - foundByPeer / (rounds * peerDecisions)) > 0.05 || share < 0.4) {
    throw new Error(`found ${found} of ${rounds * decisions}, the peer ${foundByPeer}`);
  }
  const regex = { name: 'regex list', samples: peer } satisfies Measured;
  return [
    figure('urls.decisions_10k', 'ms', ours, 0.5, regex, { atMost: 50 }),
    figure('urls.read_site_list_5k', 'ms', reads, 0.5),
  ];
}

function siteName(at: number): string {
  const path = at % 3 === 0 ? `/area${at % 7}/page` : '';
  return `site${at}.department${at % 40}.example.com${path}`;
}

/** Half of them are of the list. */
function addressOf(at: number): string {
  const name = at % 2 === 0 ? siteName((at * 7) % sites) : `other${at}.department${at % 40}.example.net`;
  return `https://${at % 4 === 0 ? 'www.' : ''}${name}/folder/page.aspx?id=${at}`;
}
