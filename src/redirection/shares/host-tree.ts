import type { BigIntStats, Dirent } from 'node:fs';
import { access, constants, lstat, readdir, realpath } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { displayText } from '../../shared/text.ts';
import { type FileRules, isByTheWay, refusal } from '../files/file-rules.ts';
import { guestNameOf } from '../files/guest-name.ts';
import { identityOf, isProgram, mayWrite, sameIdentity } from '../files/host-file.ts';
import type { HostEntry } from './share-entries.ts';

export interface ShareLimits {
  readonly maxFiles: number;
  readonly maxBytes: number;
}

/** As the guest's side takes them. */
export const maxDepth = 8;

/** Why something of the folder is not in the share. */
export type LeftOut =
  | 'hidden'
  | 'link'
  | 'special'
  | 'unreadable'
  /** It went while the folder was looked at: perhaps all of that did. The next look tells. */
  | 'vanished'
  | 'too-deep'
  | 'program'
  | 'not-allowed'
  | 'too-large'
  | 'too-many'
  | 'too-much';

export interface HostTree {
  /** By the names here, joined by slashes. */
  readonly files: ReadonlyMap<string, HostEntry>;
  readonly folders: ReadonlySet<string>;
  /** Files, and folders with all that may be in them. */
  readonly leftOut: ReadonlyMap<string, LeftOut>;
  readonly sizeBytes: number;
}

/** What XPane itself has under way there: see `temporaryNameFor`. */
const ownTemporary = /\.xpane-/;
/** A folder with more is looked at without end. */
const maxEntries = 200_000;

/** What the user may do with a file, and what kind of content it has, until something of it changes. */
interface KnownFile {
  readonly identity: HostEntry['identity'];
  /** Of its last change, rights among them. */
  readonly changedNs: bigint;
  readonly why: LeftOut | undefined;
  readonly readOnly: boolean;
}

/** Looks at a shared folder. Remembers what it has found out of files that are as they were: each look costs less then. */
export class HostTreeReader {
  #known: ReadonlyMap<string, KnownFile> = new Map();

  /**
   * All of a folder at this moment, as far as it belongs into a share. `folder` is real: without links. Throws
   * `share.not-there`, or the system's error where it cannot be told what is there: nothing follows from that then.
   */
  async read(folder: string, rules: FileRules, limits: ShareLimits): Promise<HostTree> {
    const walk = new Walk(folder, rules, limits, this.#known);
    await walk.folder('', 1);
    this.#known = walk.known;
    return walk;
  }
}

class Walk implements HostTree {
  readonly files = new Map<string, HostEntry>();
  readonly folders = new Set<string>();
  readonly leftOut = new Map<string, LeftOut>();
  readonly known = new Map<string, KnownFile>();
  sizeBytes = 0;
  readonly #root: string;
  readonly #rules: FileRules;
  readonly #limits: ShareLimits;
  readonly #before: ReadonlyMap<string, KnownFile>;
  #entries = 0;

  constructor(root: string, rules: FileRules, limits: ShareLimits, before: ReadonlyMap<string, KnownFile>) {
    this.#root = root;
    this.#rules = rules;
    this.#limits = limits;
    this.#before = before;
  }

  /** `depth`: of names in it. */
  async folder(rel: string, depth: number): Promise<void> {
    for (const entry of await this.#entriesOf(rel)) {
      if (++this.#entries > maxEntries) throw tooBig(this.#root);
      const inner = rel === '' ? entry.name : `${rel}/${entry.name}`;
      const why = await this.#take(inner, entry, depth);
      if (why) this.leftOut.set(inner, why);
    }
  }

  /** In an order that is the same each time: what is over a limit is. */
  async #entriesOf(rel: string): Promise<Dirent[]> {
    try {
      const entries = await readdir(join(this.#root, rel), { withFileTypes: true });
      return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (rel === '') throw notThere(this.#root, cause);
      if (code === 'EACCES' || code === 'EPERM') this.leftOut.set(rel, 'unreadable');
      else if (code === 'ENOENT' || code === 'ENOTDIR') this.leftOut.set(rel, 'vanished');
      else throw cause;
      return [];
    }
  }

  async #take(rel: string, entry: Dirent, depth: number): Promise<LeftOut | undefined> {
    const { name } = entry;
    // A name that is no text, too: it leads nowhere when it is given back.
    if (name.startsWith('.') || ownTemporary.test(name) || isByTheWay(name)) return 'hidden';
    if (name.includes('\ufffd')) return 'unreadable';
    if (entry.isDirectory()) {
      if (depth >= maxDepth) return 'too-deep';
      this.folders.add(rel);
      await this.folder(rel, depth + 1);
      return undefined;
    }
    if (!entry.isFile() && !entry.isSymbolicLink()) return 'special';
    return await this.#takeFile(rel, name, entry.isSymbolicLink());
  }

  async #takeFile(rel: string, name: string, isLink: boolean): Promise<LeftOut | undefined> {
    const path = isLink ? await this.#inside(rel) : join(this.#root, rel);
    if (path === undefined) return 'link';
    const stats = await statsOf(path);
    if (stats === 'gone') return 'vanished';
    // A link to a folder would show it twice, or without end.
    if (!stats.isFile()) return isLink ? 'link' : 'special';
    const identity = identityOf(stats);
    const names = [name, guestNameOf(name), basename(path)];
    const refused = refusal(this.#rules, 'to-guest', { names, sizeBytes: identity.sizeBytes });
    if (refused) return reasonOf(refused.code);
    const known = await this.#knownOf(rel, path, stats);
    if (known.why) return known.why;
    if (this.files.size >= this.#limits.maxFiles) return 'too-many';
    if (this.sizeBytes + identity.sizeBytes > this.#limits.maxBytes) return 'too-much';
    this.sizeBytes += identity.sizeBytes;
    const modifiedMs = Number(stats.mtimeNs / 1_000_000n);
    this.files.set(rel, { rel, path, identity, modifiedMs, readOnly: known.readOnly });
    return undefined;
  }

  /** Where a link leads that stays in the folder, and to nothing that is hidden in it. */
  async #inside(rel: string): Promise<string | undefined> {
    const target = await realpath(join(this.#root, rel)).catch(() => undefined);
    if (target === undefined || !target.startsWith(this.#root + sep)) return undefined;
    const names = target.slice(this.#root.length + 1).split(sep);
    return names.some((name) => name.startsWith('.')) ? undefined : target;
  }

  async #knownOf(rel: string, path: string, stats: BigIntStats): Promise<KnownFile> {
    const identity = identityOf(stats);
    const changedNs = stats.ctimeNs;
    const before = this.#before.get(rel);
    const isSame = before && sameIdentity(before.identity, identity) && before.changedNs === changedNs;
    const known = isSame
      ? before
      : { identity, changedNs, why: await whyNot(path, stats), readOnly: !(await mayWrite(path, stats)) };
    this.known.set(rel, known);
    return known;
  }
}

async function whyNot(path: string, stats: BigIntStats): Promise<LeftOut | undefined> {
  if (!(await isReadable(path))) return 'unreadable';
  // One that cannot be read just now is none that could be shared.
  const isOne = (Number(stats.mode) & 0o111) !== 0 && (await isProgram(path).catch(() => true));
  return isOne ? 'program' : undefined;
}

async function statsOf(path: string): Promise<BigIntStats | 'gone'> {
  return await lstat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return 'gone' as const;
    throw error;
  });
}

async function isReadable(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function reasonOf(code: string): LeftOut {
  if (code === 'files.program') return 'program';
  return code === 'files.too-large' ? 'too-large' : 'not-allowed';
}

function notThere(folder: string, cause: unknown): XPaneError {
  return new XPaneError(
    'share.not-there',
    `The shared folder ${displayText(folder, 200)} cannot be read.`,
    'Look whether it was moved, or whether its disk or network share is connected. Nothing is deleted in the guest meanwhile.',
    cause,
  );
}

function tooBig(folder: string): XPaneError {
  return new XPaneError(
    'share.too-big',
    `The shared folder ${displayText(folder, 200)} has more than ${maxEntries} files.`,
    'Share a smaller folder of it.',
  );
}
