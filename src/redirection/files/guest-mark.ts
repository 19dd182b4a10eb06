import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { privateFolder } from '../../shared/paths.ts';

/**
 * Says on the medium that a guest runs, or rests suspended; nothing once it has ended in order. Who finds at the next
 * guest's start that the one before still runs, or rests and is not what goes on, knows that it was cut off, with
 * programs that may have been in the middle of a save.
 */
export class GuestMark {
  readonly #folder: string;
  readonly #path: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'guest');
  }

  /**
   * A guest begins; `resumed`: it is the one that rested. Resolves to whether the one before was cut off. Rejects with
   * the system's error.
   */
  async begin(resumed: boolean): Promise<boolean> {
    const before = await this.#read();
    // What goes on, or was given up, rests no more.
    if (before === 'rests') await this.runs();
    return before === 'rests' ? !resumed : before !== undefined;
  }

  /** Programs of the guest may be at work. Rejects with the system's error, as the others do. */
  async runs(): Promise<void> {
    await this.#write('runs');
  }

  /** It is suspended, and its disk as after a power cut. */
  async rests(): Promise<void> {
    await this.#write('rests');
  }

  /** It has shut itself down. */
  async ended(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  async #write(word: 'runs' | 'rests'): Promise<void> {
    privateFolder(this.#folder);
    await writeFileAtomically(this.#path, word);
  }

  async #read(): Promise<string | undefined> {
    return await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  }
}
