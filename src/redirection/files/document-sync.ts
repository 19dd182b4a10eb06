import { basename, dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { reportOf, XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { displayText } from '../../shared/text.ts';
import { makeWayTo, placeInFolder, removeEmpty } from './document-folder.ts';
import type { DocumentJournal } from './document-journal.ts';
import {
  type DocumentRecord,
  type FileRecord,
  fileAt,
  mainFile,
  requireRoom,
  withFile,
} from './document-record.ts';
import { type FileRules, isByTheWay, refusal } from './file-rules.ts';
import { type GuestFile, type GuestFiles, guestKey } from './guest-port.ts';
import { hostNameOf } from './host-name.ts';
import type { TransferList } from './transfer-list.ts';
import type { Brought, WriteBack } from './write-back.ts';

export interface SyncParts {
  readonly files: GuestFiles;
  readonly journal: DocumentJournal;
  readonly writeBack: WriteBack;
  readonly rescuedFolder: string;
  /** The same object for as long as they say the same. */
  readonly rules: () => FileRules;
  readonly transfers: TransferList;
  /** Nobody knows whether the program that wrote this came to its end. */
  readonly wasCutOff: (file: GuestFile) => boolean;
  readonly onBrought: (brought: Brought) => void;
  readonly log: Log;
}

const looksAtOnce = 256;

/** What is wrong with a file of the guest that has not come, or that the user need not wait for. */
export interface NotBrought {
  readonly file: GuestFile;
  readonly error: unknown;
}

/**
 * What the guest has of a document and this computer has not, the file that was opened first. What applications make by
 * the way counts only with `brokenOff`: the file itself is gone for good, so its content may be there only.
 */
export function newerInGuest(files: GuestFiles, record: DocumentRecord, brokenOff: boolean): GuestFile[] {
  const { documentId } = record;
  const stamps = new Map(record.files.map(({ path, stamp }) => [guestKey({ documentId, path }), stamp]));
  const main = guestKey({ documentId, path: mainFile(record).path });
  const newer: GuestFile[] = [];
  for (const [key, file] of files.of(documentId)) {
    if (stamps.get(key) === file.stamp) continue;
    if (key === main) newer.unshift(file);
    else if (brokenOff || !isByTheWay(file.path.at(-1) ?? '')) newer.push(file);
  }
  return newer;
}

/** Brings what is newer in the guest to this computer, as far as the rules let it. */
export class DocumentSync {
  readonly #parts: SyncParts;
  /** What the rules keep in the guest: stamps by `guestKey`, of each document. */
  readonly #kept = new Map<string, ReadonlyMap<string, string>>();
  /** Stamps by `guestKey`. */
  readonly #cancelled = new Map<string, string>();
  #keptBy: FileRules | undefined;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /**
   * One call at a time for each document. Resolves to what did not come, each with its reason, but for what was refused
   * before as it is now; rejects with `signal.reason`.
   */
  async run(
    documentId: string,
    signal: AbortSignal,
    { brokenOff = false } = {},
  ): Promise<readonly NotBrought[]> {
    const failed: NotBrought[] = [];
    const record = this.#parts.journal.get(documentId);
    if (!record) return failed;
    this.#followRules();
    const kept = new Map<string, string>();
    let looked = 0;
    for (const file of newerInGuest(this.#parts.files, record, brokenOff)) {
      signal.throwIfAborted();
      // A guest may have thousands of them, and others wait.
      if (++looked % looksAtOnce === 0) await setImmediate();
      if (this.isKept(file)) {
        if (!this.#cancelled.has(guestKey(file))) kept.set(guestKey(file), file.stamp);
      } else {
        const error = await this.#bring(file, signal).then(
          () => undefined,
          (why: unknown) => why,
        );
        if (error === undefined || reportOf(error).code === 'bridge.file-not-found') continue;
        failed.push({ file, error });
        if (reportOf(error).code === 'files.cancelled') this.#cancelled.set(guestKey(file), file.stamp);
        else if (isRefused(error)) kept.set(guestKey(file), file.stamp);
      }
    }
    this.#kept.set(documentId, kept);
    return failed;
  }

  /** The rules alone, or the user, keep it in the guest: trying again changes nothing. */
  isKept(file: GuestFile): boolean {
    const key = guestKey(file);
    return (
      this.#kept.get(file.documentId)?.get(key) === file.stamp || this.#cancelled.get(key) === file.stamp
    );
  }

  /** What the user has cancelled is tried once more. */
  resume(): void {
    this.#cancelled.clear();
  }

  forget(documentId: string): void {
    this.#kept.delete(documentId);
  }

  /** Where a file of the guest belongs on this computer. */
  placeOf(record: DocumentRecord, file: GuestFile): string {
    return this.#place(record, file).hostPath;
  }

  /** What was refused by other rules is looked at again. */
  #followRules(): void {
    let rules: FileRules;
    try {
      rules = this.#parts.rules();
    } catch {
      // Nothing comes then; each file says why.
      return;
    }
    if (rules !== this.#keptBy) this.#kept.clear();
    this.#keptBy = rules;
  }

  async #bring(file: GuestFile, signal: AbortSignal): Promise<void> {
    const { path } = file;
    const record = this.#parts.journal.get(file.documentId);
    if (!record) return;
    requireRoom(record, path);
    const place = this.#place(record, file);
    if (place.putOver !== undefined && place.stamp === undefined && file.stamp === place.putOver) {
      // The put that was under way did not happen: the guest has what it had, and it was fetched before that. No rule
      // has a say in it: nothing comes.
      const { putOver: stamp, identity: _, ...rest } = place;
      await this.#parts.journal.save(withFile(record, { ...rest, stamp }));
      return;
    }
    const names = [path.at(-1) ?? '', basename(place.hostPath)];
    const refused = refusal(this.#parts.rules(), 'from-guest', { names, sizeBytes: file.sizeBytes });
    if (refused) throw refused;
    // The folder for what has no place may lie below that of the document; whoever writes there makes it, as its user's.
    const way =
      dirname(place.hostPath) === this.#parts.rescuedFolder
        ? ({ leadsElsewhere: false, made: [] } as const)
        : await makeWayTo(record, place.hostPath);
    // Nothing outside the document's folder is written, whatever has become of the folders in it.
    const { incoming } = place;
    const known = way.leadsElsewhere ? { ...this.#apart(path), ...(incoming ? { incoming } : {}) } : place;
    try {
      await this.#fetch(record, file, known, { names, signal, noFolder: way.leadsElsewhere });
    } catch (error) {
      await removeEmpty(way.made);
      throw error;
    }
  }

  /** `noFolder`: it has lost its place. */
  async #fetch(
    record: DocumentRecord,
    file: GuestFile,
    known: FileRecord,
    { names, signal, noFolder }: { names: readonly string[]; signal: AbortSignal; noFolder: boolean },
  ): Promise<void> {
    const { journal, files, writeBack, transfers, onBrought } = this.#parts;
    const { documentId, path } = file;
    if (noFolder || !fileAt(record, path)) await journal.save(withFile(record, known));
    // Whether the put happened that was to replace other content cannot be told: nothing is replaced here by it. Nor
    // by what may be half of a save.
    const cutOff = this.#parts.wasCutOff(file) && known.identity ? ('cut-off' as const) : undefined;
    const unsure = known.putOver === undefined ? cutOff : ('changed' as const);
    const aside = noFolder ? ('no-folder' as const) : unsure;
    const name = displayText(basename(known.hostPath), 80);
    const transfer = { name, direction: 'from-guest', sizeBytes: file.sizeBytes } as const;
    const brought = await transfers.follow(transfer, signal, (following) =>
      writeBack.bring(
        file,
        (take) => files.get({ documentId, path }, this.#bounded(names, take), following),
        aside,
        following.signal,
      ),
    );
    onBrought(brought);
  }

  /** Lets no more through than the rules allow, whatever the guest said of the size before. */
  #bounded(names: readonly string[], take: (chunk: Uint8Array) => Promise<void>) {
    let sizeBytes = 0;
    return async (chunk: Uint8Array) => {
      sizeBytes += chunk.length;
      const refused = refusal(this.#parts.rules(), 'from-guest', { names, sizeBytes });
      if (refused) throw refused;
      await take(chunk);
    };
  }

  /** What came earlier and has no place yet gets it. Throws as `WriteBack.finish`. */
  async finish(documentId: string, path: readonly string[]): Promise<void> {
    const brought = await this.#parts.writeBack.finish({ documentId, path });
    if (brought) this.#parts.onBrought(brought);
  }

  /** Where a file belongs. What came beside gets a name of its own beside, what has no folder here is kept apart. */
  #place(record: DocumentRecord, { path }: GuestFile): FileRecord {
    const known = fileAt(record, path);
    if (known) return known;
    const hostPath = placeInFolder(record, path);
    return hostPath === undefined ? this.#apart(path) : { path: [...path], hostPath };
  }

  #apart(path: readonly string[]): FileRecord {
    const name = hostNameOf(path.map(hostNameOf).join(' - '));
    return { path: [...path], hostPath: join(this.#parts.rescuedFolder, name) };
  }
}

/** By the rules: trying again changes nothing. */
export function isRefused(error: unknown): boolean {
  const codes = [
    'files.program',
    'files.not-allowed',
    'files.too-large',
    'files.too-many',
    'files.cancelled',
  ];
  return error instanceof XPaneError && codes.includes(error.code);
}
