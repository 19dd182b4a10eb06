import { pause } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import { type Command, forceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { ifRunning } from '../if-running.ts';
import { withProgress } from '../progress.ts';
import { lastHolder, takeLock } from '../service-lock.ts';

export const quit: Command = {
  name: 'quit',
  summary: 'shut every running guest down and end the service',
  takesForce: 'do not ask applications: what is not saved is lost',
  examples: ['xpane quit', 'xpane quit --force'],
  async run({ connect, house, output, callOptions }, input) {
    const client = await ifRunning(connect());
    if (client) {
      await withProgress(client, output, undefined, client.call('quit', forceOf(input), callOptions));
      await serviceEnded(house.paths.runtime);
    }
    output.result({ running: false }, client ? 'XPane has ended.' : 'XPane is not running.');
    return exitCodes.ok;
  },
};

/** Its guests are down by now; what is left to it is closing sockets. */
const deadlineMs = 10_000;

/** Only when it has let go of its lock is nothing of the service left, and can the next one start at once. */
async function serviceEnded(runtime: string): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const lock = await takeLock(runtime, 'service');
    if (lock) return lock.release();
    if (performance.now() - startedMs > deadlineMs) throw doesNotEnd(await lastHolder(runtime, 'service'));
    await pause(25);
  }
}

function doesNotEnd(processId: number | undefined): XPaneError {
  return new XPaneError(
    'service.quit-timeout',
    `The XPane service (process ${processId ?? 'unknown'}) does not end.`,
    'End that process by "kill -9"; guests end with it.',
  );
}
