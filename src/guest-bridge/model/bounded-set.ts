/** Remembers the last `capacity` different values; older ones are forgotten. */
export class BoundedSet<T> {
  readonly #capacity: number;
  readonly #values = new Set<T>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(value: T): void {
    this.#values.add(value);
    if (this.#values.size <= this.#capacity) return;
    // A Set iterates in the order of insertion: the first is the oldest.
    for (const oldest of this.#values) {
      this.#values.delete(oldest);
      break;
    }
  }

  has(value: T): boolean {
    return this.#values.has(value);
  }

  clear(): void {
    this.#values.clear();
  }
}
