import { posix } from 'node:path';
import { guestNameOf, numberedGuestName } from '../files/guest-name.ts';
import { hostNameOf } from '../files/host-name.ts';
import { type BaseEntry, keyOf } from './share-entries.ts';

/**
 * Which name on this computer is which in the guest, folder by folder: a path has as many names on either side. What
 * was the same once keeps its names. In the guest two names that differ only in case are one. Pure.
 */
export class NameMap {
  /** Both by names joined with slashes; the guest's without case. */
  readonly #guestPaths = new Map<string, readonly string[]>([['', []]]);
  readonly #hostRels = new Map<string, string>([['', '']]);
  /** As the guest spells what it has. */
  readonly #spelled = new Map<string, readonly string[]>();

  /** `guestPaths`: of files that the guest has. */
  constructor(base: Iterable<BaseEntry>, guestPaths: Iterable<readonly string[]>) {
    for (const path of guestPaths) {
      for (let depth = 1; depth <= path.length; depth++) {
        this.#spelled.set(keyOf(path.slice(0, depth)), path.slice(0, depth));
      }
    }
    for (const { rel, path } of base) {
      const names = rel.split('/');
      for (let depth = 1; depth <= names.length && names.length === path.length; depth++) {
        this.#learn(names.slice(0, depth).join('/'), path.slice(0, depth));
      }
    }
  }

  /** Of a file or folder that is on this computer. */
  guestPathOf(rel: string): readonly string[] {
    const known = this.#guestPaths.get(rel);
    if (known) return known;
    const folder = this.guestPathOf(parentOf(rel));
    const name = guestNameOf(posix.basename(rel));
    for (let number = 1; ; number++) {
      const wanted = [...folder, number === 1 ? name : numberedGuestName(name, number)];
      if (this.#hostRels.has(keyOf(wanted))) continue;
      const path = this.#spelled.get(keyOf(wanted)) ?? wanted;
      this.#learn(rel, path);
      return path;
    }
  }

  /** Where a file belongs that the guest has made; what is there on this computer may be another one. */
  hostRelOf(path: readonly string[]): string {
    const known = this.#hostRels.get(keyOf(path));
    if (known !== undefined) return known;
    const folder = this.#hostFolderOf(path.slice(0, -1));
    return posix.join(folder, hostNameOf(path.at(-1) ?? ''));
  }

  #hostFolderOf(path: readonly string[]): string {
    const rel = this.hostRelOf(path);
    // Two folders of the guest whose safe names are the same become one here.
    if (!this.#guestPaths.has(rel)) this.#learn(rel, path);
    else if (!this.#hostRels.has(keyOf(path))) this.#hostRels.set(keyOf(path), rel);
    return rel;
  }

  #learn(rel: string, path: readonly string[]): void {
    if (this.#guestPaths.has(rel) || this.#hostRels.has(keyOf(path))) return;
    this.#guestPaths.set(rel, path);
    this.#hostRels.set(keyOf(path), rel);
  }
}

function parentOf(rel: string): string {
  const folder = posix.dirname(rel);
  return folder === '.' ? '' : folder;
}
