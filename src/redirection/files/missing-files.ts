import { type DocumentRecord, mainFile } from './document-record.ts';
import { type GuestFiles, guestKey } from './guest-port.ts';

/**
 * Documents whose own file, the one that was opened, is missing in the guest while others of it are there: for a moment,
 * as an application saves by a rename, or for good, as one was killed in the middle of it. Owner must call `clear`.
 */
export class MissingFiles {
  readonly #files: GuestFiles;
  readonly #momentMs: number;
  readonly #onForGood: (documentId: string) => void;
  readonly #since = new Map<string, NodeJS.Timeout>();
  readonly #forGood = new Set<string>();

  constructor(files: GuestFiles, momentMs: number, onForGood: (documentId: string) => void) {
    this.#files = files;
    this.#momentMs = momentMs;
    this.#onForGood = onForGood;
  }

  forGood(documentId: string): boolean {
    return this.#forGood.has(documentId);
  }

  /** The guest has told something of it. */
  note(record: DocumentRecord): void {
    const { documentId } = record;
    const { path } = mainFile(record);
    const told = this.#files.of(documentId);
    if (told.size === 0 || told.has(guestKey({ documentId, path }))) {
      clearTimeout(this.#since.get(documentId));
      this.#since.delete(documentId);
      this.#forGood.delete(documentId);
    } else if (!this.#since.has(documentId)) {
      const isOver = () => {
        this.#forGood.add(documentId);
        this.#onForGood(documentId);
      };
      this.#since.set(documentId, setTimeout(isOver, this.#momentMs));
    }
  }

  clear(): void {
    for (const timer of this.#since.values()) clearTimeout(timer);
    this.#since.clear();
    this.#forGood.clear();
  }
}
