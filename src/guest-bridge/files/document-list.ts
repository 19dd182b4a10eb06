import { fileKey, type GuestFile, type GuestFileName } from '../guest-files.ts';
import type { WireDocumentFile } from '../protocol/file-messages.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

/** The files of the guest's documents, as it told them. */
export class DocumentList {
  readonly #files = new Map<string, GuestFile>();
  /** Files of each document. */
  readonly #documents = new Map<string, number>();

  get files(): ReadonlyMap<string, GuestFile> {
    return this.#files;
  }

  /** Adds or replaces. Throws ProtocolViolation. */
  put(untrusted: WireDocumentFile): GuestFile {
    const { documentId, path, stamp, sizeBytes, modifiedUnixMs, inUse } = untrusted;
    const file: GuestFile = { documentId, path, stamp, sizeBytes, modifiedMs: modifiedUnixMs, inUse };
    const key = fileKey(file);
    if (!this.#files.has(key)) {
      if (this.#files.size >= limits.documentFiles) throw tooMany(`${limits.documentFiles} files`);
      const files = this.#documents.get(documentId) ?? 0;
      if (files === 0 && this.#documents.size >= limits.documents)
        throw tooMany(`${limits.documents} documents`);
      this.#documents.set(documentId, files + 1);
    }
    this.#files.set(key, file);
    return file;
  }

  /** False when there is no such file. */
  remove(untrusted: GuestFileName): boolean {
    if (!this.#files.delete(fileKey(untrusted))) return false;
    const left = (this.#documents.get(untrusted.documentId) ?? 1) - 1;
    if (left > 0) this.#documents.set(untrusted.documentId, left);
    else this.#documents.delete(untrusted.documentId);
    return true;
  }

  clear(): void {
    this.#files.clear();
    this.#documents.clear();
  }
}

function tooMany(what: string): ProtocolViolation {
  return new ProtocolViolation('bridge.too-many', `more than ${what}`, closeCodes.flood);
}
