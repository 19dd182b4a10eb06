import { afterAll, beforeAll, expect, it } from 'vitest';
import { isBad, KillRounds } from './fixtures/durability/kill-rounds.ts';

/** A few rounds of what `npm run durability` does by the hundred; other ones each day. */
const rounds = 5;
const seed = Math.floor(Date.now() / 86_400_000);

let killing: KillRounds;

beforeAll(async () => {
  killing = await KillRounds.start(seed);
});
afterAll(async () => {
  await killing?.stop();
});

it(`loses and tears nothing in ${rounds} rounds of seed ${seed}`, async () => {
  for (let number = 1; number <= rounds; number++) {
    const { text, ending } = await killing.round();
    expect(isBad(ending), text).toBe(false);
  }
  console.log(killing.table.text);
}, 240_000);
