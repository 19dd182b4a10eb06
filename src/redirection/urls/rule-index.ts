import { type Rule, severity } from './rule.ts';
import type { WebAddress } from './web-address.ts';

/** The rules of one host, or of all below one. */
interface HostRules {
  /** By path; of one path the more particular first. */
  readonly byPath: Map<string, Rule[]>;
  /** Paths with an open end, longest first. */
  readonly open: Rule[];
  longestPath: number;
}

/**
 * Rules by host, so that a decision costs the same whether there are ten of them or a hundred thousand. Of all that
 * match the most particular one decides: first by the host, then by the length of the path, then one with a port, then
 * one with fewer schemes, then the severest, then the first.
 */
export class RuleIndex {
  readonly #exact = new Map<string, HostRules>();
  /** The host itself and what is below; the empty name is every host. */
  readonly #below = new Map<string, HostRules>();

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) add(rule.pattern.below ? this.#below : this.#exact, rule);
    for (const each of [...this.#exact.values(), ...this.#below.values()]) {
      for (const same of each.byPath.values()) if (same.length > 1) same.sort(byRank);
      each.open.sort((a, b) => b.pattern.path.length - a.pattern.path.length || byRank(a, b));
    }
  }

  find(address: WebAddress): Rule | undefined {
    const { host } = address;
    const found = match(this.#exact.get(host), address) ?? match(this.#below.get(host), address);
    if (found || host === '') return found;
    // Of an IP address nothing is above: no rule's host is a part of one.
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      const above = match(this.#below.get(host.slice(dot + 1)), address);
      if (above) return above;
    }
    return match(this.#below.get(''), address);
  }
}

function add(hosts: Map<string, HostRules>, rule: Rule): void {
  const { host, path, open } = rule.pattern;
  let rules = hosts.get(host);
  if (!rules) {
    rules = { byPath: new Map(), open: [], longestPath: 0 };
    hosts.set(host, rules);
  }
  if (open) {
    rules.open.push(rule);
    return;
  }
  rules.longestPath = Math.max(rules.longestPath, path.length);
  const same = rules.byPath.get(path);
  if (same) same.push(rule);
  else rules.byPath.set(path, [rule]);
}

function match(rules: HostRules | undefined, address: WebAddress): Rule | undefined {
  if (!rules) return undefined;
  const whole = longestWhole(rules, address);
  const open = rules.open.find((rule) => address.path.startsWith(rule.pattern.path) && fits(rule, address));
  if (!whole || !open) return whole ?? open;
  const longer = open.pattern.path.length - whole.pattern.path.length;
  return longer > 0 || (longer === 0 && byRank(open, whole) < 0) ? open : whole;
}

/** The path itself, then each folder above it. */
function longestWhole(rules: HostRules, address: WebAddress): Rule | undefined {
  let path = address.path.endsWith('/') ? address.path.slice(0, -1) : address.path;
  if (path.length > rules.longestPath) {
    // What is longer than every rule cannot be one: cut to where the longest may end.
    const end =
      path[rules.longestPath] === '/' ? rules.longestPath : path.lastIndexOf('/', rules.longestPath - 1);
    path = path.slice(0, Math.max(end, 0));
  }
  for (;;) {
    const found = rules.byPath.get(path)?.find((rule) => fits(rule, address));
    if (found || path === '') return found;
    path = path.slice(0, path.lastIndexOf('/'));
  }
}

function fits({ pattern }: Rule, { scheme, port }: WebAddress): boolean {
  return pattern.schemes.has(scheme) && (pattern.port === undefined || pattern.port === port);
}

function byRank(a: Rule, b: Rule): number {
  const ported = Number(b.pattern.port !== undefined) - Number(a.pattern.port !== undefined);
  return (
    ported ||
    a.pattern.schemes.size - b.pattern.schemes.size ||
    severity[a.verdict.kind] - severity[b.verdict.kind] ||
    a.line - b.line
  );
}
