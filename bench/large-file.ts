import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';

/** The size of a large file. */
export const sizeMiB = 1024;
export const MiB = 1024 * 1024;

/** Another program's save of as much: content that nothing could make smaller. */
export async function writeRandom(path: string): Promise<void> {
  const source = await open('/dev/urandom');
  const target = await open(path, 'w');
  try {
    const piece = Buffer.alloc(MiB);
    for (let done = 0; done < sizeMiB; done++) {
      await source.read(piece, 0, MiB, null);
      await target.write(piece);
    }
    await target.sync();
  } finally {
    await source.close();
    await target.close();
  }
}

/** How much memory a process has at most, above what it had. */
export class Growth {
  readonly #id: number;
  readonly #beforeMB: number;
  #mostMB: number;

  constructor(processId: number) {
    this.#id = processId;
    this.#beforeMB = residentMB(processId);
    this.#mostMB = this.#beforeMB;
  }

  look(): true {
    this.#mostMB = Math.max(this.#mostMB, residentMB(this.#id));
    return true;
  }

  get growthMB(): number {
    return this.#mostMB - this.#beforeMB;
  }
}

export function residentMB(processId: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
  return (Number(kib ?? 0) * 1024) / 1e6;
}
