import { parseArgs } from 'node:util';
import { isBad, KillRounds } from '../test/e2e/fixtures/durability/kill-rounds.ts';
import { asScript } from './setup/report-failure.ts';
import { setUp } from './setup/set-up.ts';

/**
 * `node scripts/durability.mjs --rounds 200 [--seed N]`: kills service, agent or guest at a random moment of opening,
 * editing, saving and closing a document, and looks what is left. Ends with 1 when anything was lost or torn.
 */
await asScript(async (signal) => {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string' } },
  });
  await setUp(signal);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const begunMs = performance.now();
  const rounds = await KillRounds.start(seed);
  let bad = 0;
  try {
    for (let number = 1; number <= Number(values.rounds) && !signal.aborted; number++) {
      const { text, ending } = await rounds.round();
      if (isBad(ending)) bad++;
      console.log(`${number}: ${text}`);
    }
  } finally {
    await rounds.stop();
    const minutes = ((performance.now() - begunMs) / 60_000).toFixed(1);
    console.log(`\nDurability, seed ${seed}, ${minutes} minutes\n${rounds.table.text}`);
  }
  return bad === 0 ? 0 : 1;
});
