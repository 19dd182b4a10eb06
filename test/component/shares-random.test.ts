import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pause } from '../../src/shared/deadline.ts';
import { ShareRig, shareId } from './fixtures/shares/share-rig.ts';

/** The same numbers for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const names = ['a.txt', 'b.txt', 'f/c.txt', 'f/g/d.txt', 'f/A.txt'];

/** Edits on both sides, and kills in between. What somebody wrote and nobody wrote over or deleted has to be somewhere. */
class Story {
  readonly #rig: ShareRig;
  readonly #below: (below: number) => number;
  readonly #precious = new Set<string>();
  #written = 0;

  constructor(rig: ShareRig, seed: number) {
    this.#rig = rig;
    this.#below = numbers(seed);
  }

  async run(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      for (let edits = this.#below(4); edits >= 0; edits--) this.#edit();
      await pause(this.#below(25));
      if (this.#below(3) === 0) await this.#kill();
      this.#check(`turn ${turn}`);
    }
    this.#rig.relay.acceptDeletions();
    await this.#rig.same();
    this.#check('the end');
  }

  #edit(): void {
    const name = names[this.#below(names.length)] ?? '';
    const onHost = this.#below(2) === 0;
    const before = onHost ? this.#here(name) : this.#rig.guest.contentOf(name);
    const content = `${onHost ? 'host' : 'guest'} ${++this.#written} ${'x'.repeat(this.#below(50))}`;
    if (before !== undefined) this.#precious.delete(before);
    if (this.#below(4) > 0) {
      this.#precious.add(content);
      if (onHost) this.#rig.write(name, content);
      else this.#rig.save(name, content);
    } else if (onHost) rmSync(join(this.#rig.folder, name), { force: true });
    else this.#rig.guest.remove(name);
  }

  /** In the middle of whatever it is at; the last lines of the journal may be lost with it. */
  async #kill(): Promise<void> {
    const { journalFolder } = this.#rig;
    await this.#rig.stop();
    const file = join(journalFolder, `${shareId}.jsonl`);
    const { length } = readFileSync(file);
    if (this.#below(2) === 0) truncateSync(file, Math.max(0, length - this.#below(400)));
    await this.#rig.restart();
  }

  #here(name: string): string | undefined {
    try {
      return readFileSync(join(this.#rig.folder, name), 'utf8');
    } catch {
      return undefined;
    }
  }

  #check(when: string): void {
    const everywhere = new Set([
      ...Object.values(this.#rig.here),
      ...[...this.#rig.guest.held.values()].map(({ content }) => content.toString()),
    ]);
    const lost = [...this.#precious].filter((content) => !everywhere.has(content));
    expect(lost, `lost at ${when}`).toEqual([]);
  }
}

test.each([1, 2, 3, 4, 5, 6])(
  'edits on both sides and kills lose nothing (%i)',
  async (seed) => {
    await using rig = await ShareRig.make({ 'a.txt': 'first a', 'f/c.txt': 'first c' });
    await new Story(rig, seed).run(12);
  },
  30_000,
);
