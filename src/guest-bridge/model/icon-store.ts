import type { GuestIcon } from '../guest-model.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

/** The icons of one connection, by id; number and memory are bounded. */
export class IconStore {
  readonly #icons = new Map<string, GuestIcon>();
  #bytes = 0;

  get(iconId: string): GuestIcon | undefined {
    return this.#icons.get(iconId);
  }

  /** An icon that came before stays as it was: ids are hashes of the pixels. Throws ProtocolViolation. */
  add(icon: GuestIcon): void {
    if (this.#icons.has(icon.iconId)) return;
    if (this.#icons.size >= limits.icons || this.#bytes + icon.bgra.length > limits.iconBytesTotal) {
      throw new ProtocolViolation('bridge.too-many', 'too many icons', closeCodes.flood);
    }
    this.#icons.set(icon.iconId, icon);
    this.#bytes += icon.bgra.length;
  }

  clear(): void {
    this.#icons.clear();
    this.#bytes = 0;
  }
}
