import { reportOf } from '../../src/shared/errors.ts';

/** Ends a script: a failure becomes a sentence, a hint, its code and exit status 1. */
export async function asScript(main: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => stop.abort(new Error(`ended by ${name}`)));
  }
  try {
    process.exitCode = await main(stop.signal);
  } catch (error) {
    if (stop.signal.aborted) {
      console.error('Stopped. What was under way has been undone; the same command begins it again.');
      process.exitCode = 130;
      return;
    }
    const { code, message, hint } = reportOf(error);
    console.error(`\n${message}\n${hint}\n(${code})`);
    process.exitCode = 1;
  }
}
