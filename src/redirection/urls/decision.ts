import { type Rule, severity } from './rule.ts';
import type { RuleIndex } from './rule-index.ts';
import type { WebAddress } from './web-address.ts';

/** Where somebody asked for the address. */
export type Side = 'host' | 'guest';

/** The rules of one source, which is called by the name that its reader gave. */
export interface RuleSource {
  readonly name: string;
  readonly index: RuleIndex;
  /** For addresses of the guest, if others count for them. */
  readonly guestIndex?: RuleIndex;
}

export interface Decision {
  /** From the guest `guest` is: it stays there, whichever workspace the rule names. */
  readonly to: 'guest' | 'host' | 'deny';
  /** Where the rule names one. */
  readonly workspace?: string;
  /** What decided; absent: no rule is about it, so it stays. */
  readonly by?: { readonly source: string; readonly rule: Rule };
}

/**
 * The first source with a rule for it decides; without one an address stays where it was asked for. Mail to several hosts
 * goes by the severest of what is said of each. Pure.
 */
export function decide(sources: readonly RuleSource[], address: WebAddress, from: Side): Decision {
  const { furtherHosts = [] } = address;
  return furtherHosts.reduce(
    (severest, host) => severer(severest, decideOne(sources, { ...address, host }, from)),
    decideOne(sources, address, from),
  );
}

function decideOne(sources: readonly RuleSource[], address: WebAddress, from: Side): Decision {
  for (const { name, index, guestIndex = index } of sources) {
    const rule = (from === 'guest' ? guestIndex : index).find(address);
    if (rule) return { ...whither(rule, from), by: { source: name, rule } };
  }
  return { to: from };
}

function severer(one: Decision, other: Decision): Decision {
  return severityOf(other) < severityOf(one) ? other : one;
}

function severityOf({ by }: Decision): number {
  return severity[by?.rule.verdict.kind ?? 'stay'];
}

function whither({ verdict }: Rule, from: Side): Pick<Decision, 'to' | 'workspace'> {
  if (verdict.kind === 'stay') return { to: from };
  if (verdict.kind !== 'guest' || verdict.workspace === undefined) return { to: verdict.kind };
  return { to: 'guest', workspace: verdict.workspace };
}
