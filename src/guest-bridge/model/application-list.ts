import { displayText } from '../../shared/text.ts';
import type { GuestApplication } from '../guest-model.ts';
import type { WireApplication } from '../protocol/from-guest.ts';
import { closeCodes, limits } from '../protocol/limits.ts';
import { ProtocolViolation } from '../protocol/violation.ts';

/** Shown in place of a name that has nothing to show. */
const NAMELESS = '?';

/** What the guest's Start Menu publishes, by application id. */
export class ApplicationList {
  readonly #applications = new Map<string, GuestApplication>();

  get all(): ReadonlyMap<string, GuestApplication> {
    return this.#applications;
  }

  /** Adds or replaces. Throws ProtocolViolation. */
  publish(untrusted: WireApplication, iconId: string | undefined): void {
    const id = untrusted.applicationId;
    if (!this.#applications.has(id) && this.#applications.size >= limits.applications) {
      const detail = `more than ${limits.applications} applications`;
      throw new ProtocolViolation('bridge.too-many', detail, closeCodes.flood);
    }
    this.#applications.set(id, {
      applicationId: id,
      name: displayText(untrusted.name, limits.nameLength) || NAMELESS,
      folder: untrusted.folder.map((name) => displayText(name, limits.nameLength) || NAMELESS),
      target: displayText(untrusted.target, limits.pathLength),
      arguments: displayText(untrusted.arguments, limits.pathLength),
      iconId,
      extensions: [...new Set(untrusted.extensions)],
    });
  }

  /** False when it was not published. */
  withdraw(untrustedId: string): boolean {
    return this.#applications.delete(untrustedId);
  }

  clear(): void {
    this.#applications.clear();
  }
}
