/** Every event is a function of its listener's type. */
type Listeners<Events> = { [K in keyof Events]?: Set<Events[K]> };

/** A small typed event emitter: listeners hear synchronously, in the order in which they came. */
export class TypedEvents<Events extends { [K in keyof Events]: (...args: never[]) => void }> {
  readonly #listeners: Listeners<Events> = {};
  readonly #onThrow: (event: keyof Events, error: unknown) => void;

  /** `onThrow` hears of listeners that throw: the others still get the event. */
  constructor(onThrow: (event: keyof Events, error: unknown) => void) {
    this.#onThrow = onThrow;
  }

  /** Returns the way to stop listening. */
  on<K extends keyof Events>(event: K, listener: Events[K]): () => void {
    const listeners = this.#listeners[event] ?? new Set();
    this.#listeners[event] = listeners;
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<K extends keyof Events>(event: K, ...args: Parameters<Events[K]>): void {
    for (const listener of this.#listeners[event] ?? []) {
      try {
        listener(...args);
      } catch (error) {
        this.#onThrow(event, error);
      }
    }
  }
}
