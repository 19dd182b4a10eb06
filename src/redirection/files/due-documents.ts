/** When documents are looked at again. Its owner must call `clear`. */
export class DueDocuments {
  readonly #longestMs: number;
  readonly #look: (documentId: string) => void;
  readonly #due = new Map<string, { readonly timer: NodeJS.Timeout; readonly sinceMs: number }>();

  /** A look that is put off is put off for `longestMs` at most. */
  constructor(longestMs: number, look: (documentId: string) => void) {
    this.#longestMs = longestMs;
    this.#look = look;
  }

  get size(): number {
    return this.#due.size;
  }

  has(documentId: string): boolean {
    return this.#due.has(documentId);
  }

  /** Puts off a look that is due already. Returns whether none was. */
  schedule(documentId: string, afterMs: number): boolean {
    const due = this.#due.get(documentId);
    const now = performance.now();
    // A guest that goes on telling does not hold up what it told first.
    if (due && afterMs > 0 && now - due.sinceMs > this.#longestMs) return false;
    clearTimeout(due?.timer);
    const timer = setTimeout(() => this.#look(documentId), afterMs);
    this.#due.set(documentId, { timer, sinceMs: due?.sinceMs ?? now });
    return !due;
  }

  /** It is looked at now. */
  take(documentId: string): void {
    clearTimeout(this.#due.get(documentId)?.timer);
    this.#due.delete(documentId);
  }

  clear(): void {
    for (const { timer } of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }
}
