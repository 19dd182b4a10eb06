import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { privateFolder } from '../../shared/paths.ts';

/**
 * That a guest, when it ended in order or went to rest, had nothing of its documents that this computer has not. It is on the medium
 * only while that is sure: whatever is killed, nobody takes a disk for empty that may have the only copy.
 */
export class SettledMark {
  readonly #folder: string;
  readonly #path: string;

  /** `folder`: of the journal. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'settled');
  }

  async isSet(): Promise<boolean> {
    return await open(this.#path).then(
      async (file) => {
        await file.close();
        return true;
      },
      () => false,
    );
  }

  /** Rejects with the system's error. */
  async set(): Promise<void> {
    privateFolder(this.#folder);
    await writeFileAtomically(this.#path, 'settled\n');
  }

  /** Before the guest can change anything. Rejects with the system's error. */
  async clear(): Promise<void> {
    if (!(await this.isSet())) return;
    await rm(this.#path, { force: true });
    const folder = await open(this.#folder);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
