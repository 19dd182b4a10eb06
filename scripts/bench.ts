import { join } from 'node:path';
import { asScript } from './setup/report-failure.ts';
import { runNode } from './setup/run-node.ts';
import { setUp } from './setup/set-up.ts';

/** `npm run bench [-- NAME…]`: sets up, then measures. */
await asScript(async (signal) => {
  await setUp(signal);
  return runNode(join(import.meta.dirname, '../bench/run.ts'), process.argv.slice(2), signal);
});
