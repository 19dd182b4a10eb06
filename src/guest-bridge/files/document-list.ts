import { fileKey, type GuestFile, type GuestFileName } from '../guest-files.ts';
import type { WireDocumentFile } from '../protocol/file-messages.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

const nothing: ReadonlyMap<string, GuestFile> = new Map();

/** The files of the guest's documents, as it told them. */
export class DocumentList {
  readonly #files = new Map<string, GuestFile>();
  readonly #documents = new Map<string, Map<string, GuestFile>>();

  get files(): ReadonlyMap<string, GuestFile> {
    return this.#files;
  }

  /** Of one document, by `fileKey`. */
  of(documentId: string): ReadonlyMap<string, GuestFile> {
    return this.#documents.get(documentId) ?? nothing;
  }

  /** Adds or replaces. Throws ProtocolViolation. */
  put(untrusted: WireDocumentFile): GuestFile {
    const { documentId, path, stamp, sizeBytes, modifiedUnixMs, inUse } = untrusted;
    const file: GuestFile = { documentId, path, stamp, sizeBytes, modifiedMs: modifiedUnixMs, inUse };
    const key = fileKey(file);
    if (!this.#files.has(key) && this.#files.size >= limits.documentFiles) {
      throw tooMany(`${limits.documentFiles} files`);
    }
    let document = this.#documents.get(documentId);
    if (!document) {
      if (this.#documents.size >= limits.documents) throw tooMany(`${limits.documents} documents`);
      document = new Map();
      this.#documents.set(documentId, document);
    }
    document.set(key, file);
    this.#files.set(key, file);
    return file;
  }

  /** False when there is no such file. */
  remove(untrusted: GuestFileName): boolean {
    const key = fileKey(untrusted);
    if (!this.#files.delete(key)) return false;
    const document = this.#documents.get(untrusted.documentId);
    document?.delete(key);
    if (document?.size === 0) this.#documents.delete(untrusted.documentId);
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
