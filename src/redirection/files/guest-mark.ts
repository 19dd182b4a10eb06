import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { privateFolder } from '../../shared/paths.ts';

/**
 * Says for as long as a guest runs that it does, on the medium. Who finds it at the next guest's start knows that the
 * one before was cut off, with programs that may have been in the middle of a save.
 */
export class GuestMark {
  readonly #folder: string;
  readonly #path: string;
  #isSet = false;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'guest-runs');
  }

  /** A guest begins. True: the one before was cut off. */
  async begin(): Promise<boolean> {
    const wasCutOff = existsSync(this.#path);
    this.#isSet = false;
    await this.set();
    return wasCutOff;
  }

  /** Whoever runs on after all. */
  async set(): Promise<void> {
    if (this.#isSet) return;
    this.#isSet = true;
    privateFolder(this.#folder);
    await writeFileAtomically(this.#path, '');
  }

  /** The guest ends in order, or rests. */
  async clear(): Promise<void> {
    this.#isSet = false;
    await rm(this.#path, { force: true });
  }
}
