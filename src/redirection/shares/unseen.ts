import type { HostTree } from './host-tree.ts';
import type { NameMap } from './name-map.ts';
import { keyOf } from './share-entries.ts';

/**
 * What of the guest's lies, or would lie, where this computer has something that is left out of the share: nothing is
 * done about it. A guest that spells a name in another way does not get there either. Pure.
 */
export class Unseen {
  readonly #tree: HostTree;
  readonly #names: NameMap;
  /** By `keyOf`: of the names in the guest, and of those here. */
  readonly #there: ReadonlySet<string>;
  readonly #here: ReadonlySet<string>;

  /** `names` has to know all that is in the share already: what is left out comes after it. */
  constructor(tree: HostTree, names: NameMap) {
    this.#tree = tree;
    this.#names = names;
    const rels = [...tree.leftOut.keys()];
    this.#there = new Set(rels.map((rel) => keyOf(names.guestPathOf(rel))));
    this.#here = new Set(rels.map((rel) => keyOf(rel.split('/'))));
  }

  /** `untrustedPath`: as the guest spells what has that key. */
  has(key: string, untrustedPath: readonly string[] | undefined): boolean {
    if (this.#there.size > 0 && prefixes(key).some((prefix) => this.#there.has(prefix))) return true;
    return untrustedPath !== undefined && this.#isLeftOut(this.#names.hostRelOf(untrustedPath));
  }

  #isLeftOut(rel: string): boolean {
    const { leftOut, files, folders } = this.#tree;
    return prefixes(rel).some((prefix) => {
      if (leftOut.has(prefix) || isHidden(prefix)) return true;
      // File systems without case have one of both only.
      return !files.has(prefix) && !folders.has(prefix) && this.#here.has(keyOf(prefix.split('/')));
    });
  }
}

/** `a`, `a/b`, `a/b/c`. */
export function prefixes(joined: string): string[] {
  const names = joined.split('/');
  return names.map((_, at) => names.slice(0, at + 1).join('/'));
}

function isHidden(rel: string): boolean {
  return /(?:^|\/)\.[^/]*$/.test(rel);
}
