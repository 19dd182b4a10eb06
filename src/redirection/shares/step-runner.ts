import { rm, rmdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import { type FileRules, refusal } from '../files/file-rules.ts';
import { type GuestFile, guestKey } from '../files/guest-port.ts';
import { contentOf, identityOf, lookAt, sameContent, sameIdentity } from '../files/host-file.ts';
import { fetchInto, temporaryNameFor } from '../files/incoming-file.ts';
import { type Scan, scanFetched } from '../files/scan.ts';
import type { ShareGuest } from './guest-port.ts';
import type { NameMap } from './name-map.ts';
import { makeFolderFor, type PlacedContent, placeInShare, requirePlain } from './place-in-share.ts';
import { type BaseEntry, type HostEntry, keyOf, nextBase } from './share-entries.ts';
import type { ShareJournal } from './share-journal.ts';
import type { ShareStep } from './share-plan.ts';
import type { RoomTaken, ShareRoom } from './share-room.ts';
import type { ShareTrash } from './share-trash.ts';

export interface StepParts {
  readonly guest: ShareGuest;
  readonly journal: ShareJournal;
  /** The folder, without links. */
  readonly root: string;
  readonly names: NameMap;
  readonly readOnly: boolean;
  readonly workspaceName: string;
  readonly trash: ShareTrash;
  readonly rules: () => FileRules;
  readonly scan?: Scan | undefined;
  /** Content that may still come from the guest, so that the share stays in its bounds. */
  readonly room: ShareRoom;
  readonly onBytes: (bytes: number) => void;
  readonly onAside: (placed: PlacedContent, name: string) => void;
  readonly log: Log;
}

/** Content of the guest, whole in a temporary file. */
interface Fetched {
  readonly temporary: string;
  readonly taken: RoomTaken;
}

/** Temporary files of a share; those of opened documents end in other letters, and are theirs. */
const temporaryMark = /\.xpane-share-[0-9a-f]{6}$/;
const requestMs = 20_000;

export const isShareTemporary = (name: string): boolean => temporaryMark.test(name);

/** Does the steps of a plan, each whole or not at all, and notes what both sides have then. */
export class StepRunner {
  readonly #parts: StepParts;
  readonly #documentId: string;

  constructor(parts: StepParts) {
    this.#parts = parts;
    this.#documentId = parts.journal.share.shareId;
  }

  /** Throws `files.*`, `share.*`, `bridge.*`, the system's error, `signal.reason`: then it is to be planned anew. */
  async run(step: ShareStep, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    switch (step.kind) {
      case 'put':
        return await this.#put(step.host, step.over, signal);
      case 'fetch':
        return await this.#fetch(step.guest, step.host, signal);
      case 'compare':
        return await this.#compare(step.guest, step.host, signal);
      case 'set-aside':
        return await this.#setAside(step.guest, signal);
      case 'remove':
        return await this.#remove(step.guest, signal);
      case 'trash':
        return await this.#trash(step.host, step.path, signal);
      case 'drop':
        return await this.#parts.journal.drop(step.key.split('/'));
    }
  }

  async #put(host: HostEntry, over: GuestFile | undefined, signal: AbortSignal): Promise<void> {
    const { guest, names, readOnly, onBytes } = this.#parts;
    const path = over?.path ?? names.guestPathOf(host.rel);
    const file = {
      ...{ documentId: this.#documentId, path, modifiedMs: host.modifiedMs },
      ...{ sizeBytes: host.identity.sizeBytes, readOnly: readOnly || host.readOnly },
      expect: over ? { stamp: over.stamp } : ('absent' as const),
    };
    const content = contentOf({ ...host, name: basename(host.rel) });
    const { stamp } = await guest.files.put(file, content, { signal, onProgress: onBytes });
    const told = guest.files.files.get(guestKey(file));
    const modifiedMs = told?.stamp === stamp ? told.modifiedMs : host.modifiedMs;
    await this.#note({ path, rel: host.rel, identity: host.identity, stamp, modifiedMs });
  }

  async #fetch(guest: GuestFile, host: HostEntry | undefined, signal: AbortSignal): Promise<void> {
    const rel = host?.rel ?? this.#parts.names.hostRelOf(guest.path);
    const replacedBytes = host?.identity.sizeBytes;
    const { fetched, ...got } = await this.#fetchFor(guest, { rel, host, replacedBytes }, signal);
    const { rel: placedAt, identity } = await this.#place(fetched, rel, host);
    await this.#note({ path: guest.path, rel: placedAt, identity, ...got });
  }

  /** The file here stays; what is other content of the guest's lies beside it, and the file here goes there next. */
  async #compare(guest: GuestFile, host: HostEntry, signal: AbortSignal): Promise<void> {
    const { fetched, ...got } = await this.#fetchFor(guest, { rel: host.rel, host }, signal);
    const same = await sameContent(fetched.temporary, host.path).catch(async (error: unknown) => {
      await drop(fetched);
      throw error;
    });
    const entry = { path: guest.path, rel: host.rel, ...got };
    if (same) {
      await drop(fetched);
      const now = await lookAt(host.path);
      // It was compared as it is now, if it is what it was before.
      const isOld = typeof now !== 'string' && sameIdentity(identityOf(now), host.identity);
      return await this.#note(isOld ? { ...entry, identity: host.identity } : entry);
    }
    const placed = await this.#place(fetched, host.rel, host, 'changed');
    this.#parts.onAside(placed, basename(host.rel));
    await this.#note(entry);
  }

  async #setAside(file: GuestFile, signal: AbortSignal): Promise<void> {
    const { guest, journal } = this.#parts;
    const options = { timeoutMs: requestMs, signal };
    const name = file.path.at(-1) ?? '';
    const extension = extname(name);
    const there = [...guest.files.files.values()].filter(({ documentId }) => documentId === this.#documentId);
    const taken = new Set(there.map(({ path }) => keyOf(path)));
    for (let number = 1; ; number++) {
      const mark = number === 1 ? ' (changed here)' : ` (changed here, ${number})`;
      const other = name.slice(0, name.length - extension.length) + mark + extension;
      const to = [...file.path.slice(0, -1), other];
      if (taken.has(keyOf(to))) continue;
      await guest.shares.move(file, file.stamp, to, options);
      break;
    }
    await journal.drop(file.path);
  }

  async #remove(file: GuestFile, signal: AbortSignal): Promise<void> {
    const { guest, journal } = this.#parts;
    await guest.shares.remove(file, file.stamp, { timeoutMs: requestMs, signal }).catch(unlessGone);
    await journal.drop(file.path);
  }

  async #trash(host: HostEntry, path: readonly string[], signal: AbortSignal): Promise<void> {
    const { journal, trash, root, log } = this.#parts;
    if (!(await this.#isGone(path, signal))) return;
    // A link goes, and what it leads to stays.
    const own = join(root, host.rel);
    await requirePlain(dirname(own), host.rel);
    const now = await lookAt(host.path);
    if (typeof now === 'string' || !sameIdentity(identityOf(now), host.identity)) return;
    if (own === host.path) {
      const where = await trash.take({ path: own, rel: host.rel, identity: host.identity }, new Date());
      log.info({ where }, 'a file that was deleted in the guest was moved');
    } else await rm(own);
    await journal.drop(path);
    await this.#removeFoldersAbove(host.rel, path, signal);
  }

  /** Those that the guest has removed, too, and that are empty here. */
  async #removeFoldersAbove(rel: string, path: readonly string[], signal: AbortSignal): Promise<void> {
    let folder = dirname(rel);
    for (let above = path.slice(0, -1); above.length > 0; above = above.slice(0, -1)) {
      if (!(await this.#isGone(above, signal))) return;
      const removed = await rmdir(join(this.#parts.root, folder)).then(
        () => true,
        () => false,
      );
      if (!removed) return;
      await this.#parts.journal.dropFolder(folder);
      folder = dirname(folder);
    }
  }

  /** The guest is asked; only what it says is not there is gone. */
  async #isGone(path: readonly string[], signal: AbortSignal): Promise<boolean> {
    const below = keyOf([...path, '']);
    const told = this.#parts.guest.files.files.values();
    // A folder that has taken its name.
    for (const file of told) {
      if (file.documentId === this.#documentId && keyOf(file.path).startsWith(below)) return true;
    }
    const isThere = new Error('it is there');
    const take = () => Promise.reject(isThere);
    return await this.#parts.guest.files.get({ documentId: this.#documentId, path }, take, { signal }).then(
      () => false,
      (error: unknown) => {
        signal.throwIfAborted();
        return reportOf(error).code === 'bridge.file-not-found';
      },
    );
  }

  /** `replacedBytes`: of what goes when it is placed. */
  async #fetchFor(
    file: GuestFile,
    place: {
      readonly rel: string;
      readonly host?: HostEntry | undefined;
      readonly replacedBytes?: number | undefined;
    },
    signal: AbortSignal,
  ): Promise<{ readonly fetched: Fetched; readonly stamp: string; readonly modifiedMs: number }> {
    const { guest, root, room, onBytes } = this.#parts;
    const { rel, host, replacedBytes } = place;
    const names = [file.path.at(-1) ?? '', basename(rel), basename(host?.path ?? rel)];
    const allow = (sizeBytes: number) => {
      const refused = refusal(this.#parts.rules(), 'from-guest', { names, sizeBytes });
      if (refused) throw refused;
    };
    allow(file.sizeBytes);
    const folder = host ? dirname(host.path) : join(root, dirname(rel));
    const taken = await room.take(host ? folder : root, file.sizeBytes, replacedBytes);
    const temporary = join(folder, temporaryNameFor(rel).replace(/\.xpane-/, '.xpane-share-'));
    try {
      if (host) await requirePlain(folder, rel);
      else await makeFolderFor(root, rel);
      let sizeBytes = 0;
      let { modifiedMs } = file;
      const { stamp } = await fetchInto(temporary, async (take) => {
        const bounded = async (chunk: Uint8Array) => {
          sizeBytes += chunk.length;
          // Whatever the guest said of the size before.
          allow(sizeBytes);
          await taken.came(sizeBytes);
          await take(chunk);
        };
        const name = { documentId: this.#documentId, path: file.path };
        const got = await guest.files.get(name, bounded, { signal, onProgress: onBytes });
        ({ modifiedMs } = got);
        return got;
      });
      await scanFetched(this.#parts.scan, temporary, basename(rel), signal);
      return { fetched: { temporary, taken }, stamp, modifiedMs };
    } catch (error) {
      taken.done(false);
      throw error;
    }
  }

  async #place(
    { temporary, taken }: Fetched,
    rel: string,
    host: HostEntry | undefined,
    aside?: 'changed',
  ): Promise<PlacedContent> {
    const { root, workspaceName } = this.#parts;
    let isPlaced = false;
    try {
      const content = { root, temporary, rel, host, workspaceName, now: new Date(), aside };
      const placed = await placeInShare(content);
      if (placed === 'again') throw again(rel);
      isPlaced = true;
      if (placed.aside && !aside) this.#parts.onAside(placed, basename(rel));
      return placed;
    } finally {
      taken.done(isPlaced);
      await rm(temporary, { force: true });
    }
  }

  async #note(now: Omit<BaseEntry, 'older'>): Promise<void> {
    const { journal } = this.#parts;
    await journal.set(nextBase(journal.base.get(keyOf(now.path)), now));
  }
}

async function drop({ temporary, taken }: Fetched): Promise<void> {
  taken.done(false);
  await rm(temporary, { force: true });
}

function unlessGone(error: unknown): void {
  if (reportOf(error).code !== 'bridge.file-not-found') throw error;
}

function again(rel: string): XPaneError {
  return new XPaneError(
    'files.changed',
    `${displayText(rel, 200)} was changed while content of the guest came for it.`,
    'Nothing needs to be done: XPane tries again.',
  );
}
