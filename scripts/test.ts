import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { asScript } from './setup/report-failure.ts';
import { runCommand, runNode } from './setup/run-node.ts';
import { setUp } from './setup/set-up.ts';
import { summaryLine, summaryOf, type TestSummary } from './setup/test-summary.ts';

const root = resolve(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

/** `npm test [-- ARGUMENTS]`: sets up, then lint, types and tests; arguments go to vitest. */
await asScript(async (signal) => {
  await setUp(signal);
  const checks = [
    { name: 'lint', status: await runCommand(bin('biome'), ['check', '.'], signal) },
    { name: 'types', status: await runCommand(bin('tsc'), ['--noEmit'], signal) },
    {
      name: 'types of the browser extension',
      status: await runCommand(bin('tsc'), ['-p', 'src/browser-extension', '--noEmit'], signal),
    },
  ];
  const tests = await runTests(process.argv.slice(2), signal);
  const failedChecks = checks.filter(({ status }) => status !== 0);
  for (const { name } of failedChecks) console.error(`${name} failed: see above`);
  const summary = { ...tests.summary, failed: tests.summary.failed + failedChecks.length };
  console.log(summaryLine(summary));
  return tests.status !== 0 || summary.failed > 0 ? 1 : 0;
});

async function runTests(
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly summary: TestSummary }> {
  const folder = await mkdtemp(join(tmpdir(), 'xpane-test-'));
  try {
    const report = join(folder, 'report.json');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const status = await runNode(vitest, ['run', ...reporters, ...args], signal);
    // Without a report (vitest itself broke, or was given wrong arguments) that is the one failure.
    const text = await readFile(report, 'utf8').catch(() => undefined);
    const summary = text === undefined ? { passed: 0, failed: 1, skipped: 0 } : summaryOf(JSON.parse(text));
    return { status, summary };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
