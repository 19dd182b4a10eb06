/**
 * Files as the content of a clipboard on the channel: names only, a line each that ends with a line feed. The agent has
 * the same (`clipboard/copied-list.cpp`).
 */

/** Of one copy, with all that lies in folders. */
export const mostFiles = 1000;
/** Of their names: a setting's size is of what is in them. */
export const mostListBytes = 4 * 2 ** 20;
/** Names of a path, as the channel has it for documents: the folders, and the file in the last one. */
export const mostDepth = 8;

/** A file of the guest that was copied there. */
export interface UntrustedCopy {
  /** What its content is asked for by, until something else is copied. */
  readonly id: string;
  /** What the guest says. */
  readonly sizeBytes: number;
  /** From what was copied down. */
  readonly untrustedPath: readonly string[];
}

const line = /^([0-9a-f]{16}) (0|[1-9][0-9]{0,12}) (.{1,4096})$/u;

/** What the guest has copied. Undefined: it is no such list, or too long. Pure. */
export function readCopiedList(untrusted: Uint8Array): readonly UntrustedCopy[] | undefined {
  const text = Buffer.from(untrusted).toString('utf8');
  if (!text.endsWith('\n')) return undefined;
  const lines = text.slice(0, -1).split('\n', mostFiles + 1);
  if (lines.length > mostFiles) return undefined;
  const copies = lines.map(readCopy);
  return copies.every((copy) => copy !== undefined) ? copies : undefined;
}

/** What lies at the top of a document of the guest, for a program there that pastes. Pure. */
export function listForGuest(documentId: string, names: readonly string[]): Buffer {
  return Buffer.from([documentId, ...names].map((each) => `${each}\n`).join(''));
}

function readCopy(untrustedLine: string): UntrustedCopy | undefined {
  const [, id, size, path] = line.exec(untrustedLine) ?? [];
  if (id === undefined || path === undefined) return undefined;
  const untrustedPath = path.split('/');
  if (untrustedPath.length > mostDepth || untrustedPath.includes('')) return undefined;
  return { id, sizeBytes: Number(size), untrustedPath };
}
