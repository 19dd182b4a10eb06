import { inspect } from 'node:util';

const mask = '[secret]';

/**
 * A value that nobody may see: a product key, a password. Whatever prints it by accident (a log, an error, JSON,
 * `inspect`, a template string) prints a mask; `reveal` is the one way to it, and easy to look for.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** For the medium that carries it to the guest, and nothing else. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
