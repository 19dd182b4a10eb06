import { basename, dirname, join } from 'node:path';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { DocumentJournal } from './document-journal.ts';
import {
  type DocumentRecord,
  type FileRecord,
  fileAt,
  mainFile,
  samePath,
  withFile,
} from './document-record.ts';
import { type FileRules, isByTheWay, refusal } from './file-rules.ts';
import type { GuestFile, GuestFiles } from './guest-port.ts';
import { hostNameOf } from './host-name.ts';
import type { TransferList } from './transfer-list.ts';
import type { Brought, WriteBack } from './write-back.ts';

export interface SyncParts {
  readonly files: GuestFiles;
  readonly journal: DocumentJournal;
  readonly writeBack: WriteBack;
  readonly rescuedFolder: string;
  readonly rules: () => FileRules;
  readonly transfers: TransferList;
  readonly onBrought: (brought: Brought) => void;
  readonly log: Log;
}

/** What is wrong with a file of the guest that has not come, or that the user need not wait for. */
export interface NotBrought {
  readonly file: GuestFile;
  readonly error: unknown;
}

/** Files of a document as the guest tells of them. */
export function filesOf(files: GuestFiles, documentId: string): GuestFile[] {
  return [...files.files.values()].filter((file) => file.documentId === documentId);
}

/**
 * What the guest has of a document and this computer has not. What applications make by the way counts only with
 * `brokenOff`: the file itself is gone for good, so its content may be there only.
 */
export function newerInGuest(files: GuestFiles, record: DocumentRecord, brokenOff: boolean): GuestFile[] {
  return filesOf(files, record.documentId).filter(({ path, stamp }) => {
    if (fileAt(record, path)?.stamp === stamp) return false;
    return brokenOff || samePath(path, mainFile(record).path) || !isByTheWay(path.at(-1) ?? '');
  });
}

/** Brings what is newer in the guest to this computer, as far as the rules let it. */
export class DocumentSync {
  readonly #parts: SyncParts;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /**
   * One call at a time for each document. Resolves to what did not come, each with its reason; rejects with
   * `signal.reason`.
   */
  async run(
    documentId: string,
    signal: AbortSignal,
    { brokenOff = false } = {},
  ): Promise<readonly NotBrought[]> {
    const failed: NotBrought[] = [];
    const record = this.#parts.journal.get(documentId);
    if (!record) return failed;
    for (const file of newerInGuest(this.#parts.files, record, brokenOff)) {
      signal.throwIfAborted();
      try {
        await this.#bring(file, signal);
      } catch (error) {
        const { code } = reportOf(error);
        if (code !== 'bridge.file-not-found') failed.push({ file, error });
      }
    }
    return failed;
  }

  async #bring(file: GuestFile, signal: AbortSignal): Promise<void> {
    const { journal, files, writeBack, transfers, onBrought } = this.#parts;
    const { documentId, path } = file;
    const record = journal.get(documentId);
    if (!record) return;
    const known = this.#place(record, file);
    const names = [path.at(-1) ?? '', basename(known.hostPath)];
    const refused = refusal(this.#parts.rules(), 'from-guest', { names, sizeBytes: file.sizeBytes });
    if (refused) throw refused;
    if (known.putOver !== undefined && known.stamp === undefined && file.stamp === known.putOver) {
      // The put that was under way did not happen: the guest has what it had, and it was fetched before that.
      const { putOver: stamp, identity: _, ...rest } = known;
      await journal.save(withFile(record, { ...rest, stamp }));
      return;
    }
    if (!fileAt(record, path)) await journal.save(withFile(record, known));
    // Whether the put happened that was to replace other content cannot be told: nothing is replaced here by it.
    const aside = known.putOver === undefined ? undefined : ('changed' as const);
    const transfer = { name: basename(known.hostPath), direction: 'from-guest' } as const;
    const brought = await transfers.follow(transfer, file.sizeBytes, (onProgress) =>
      writeBack.bring(
        file,
        (take) => files.get({ documentId, path }, this.#bounded(names, take), { signal, onProgress }),
        aside,
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

  /** Where a file belongs. One that came beside gets a name of its own beside, one from a deeper folder is kept apart. */
  #place(record: DocumentRecord, { path }: GuestFile): FileRecord {
    const known = fileAt(record, path);
    if (known) return known;
    const folder = path.length === 1 ? dirname(record.hostPath) : this.#parts.rescuedFolder;
    const name = path.map(hostNameOf).join(' - ');
    return { path: [...path], hostPath: join(folder, hostNameOf(name)) };
  }
}
