import { XPaneError } from '../../../shared/errors.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { whichSetUp } from './which-set-up.ts';

const usualMinutes = '60';

export const postponeSetUp: Command = {
  group: 'setup',
  name: 'postpone',
  summary: 'put setting a guest up off, for as long as the policy allows at most',
  takesWorkspace: true,
  options: [{ name: 'minutes', value: 'minutes', description: `for how long (default: ${usualMinutes})` }],
  examples: ['xpane setup postpone', 'xpane setup postpone --minutes 480 --workspace xp-mode'],
  async run({ start, output, callOptions }, input) {
    const minutes = minutesIn(input.values.minutes ?? usualMinutes);
    const client = await start();
    const { id, name } = await whichSetUp(client, input, callOptions);
    const { askAgainUtc } = await client.call('postponeSetUp', { workspace: id, minutes }, callOptions);
    output.result(
      { workspace: id, askAgainUtc },
      `${name} is set up later: XPane asks again at ${askAgainUtc}.`,
    );
    return exitCodes.ok;
  },
};

function minutesIn(text: string): number {
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= 525_600) return minutes;
  throw new XPaneError('usage.invalid', `"${text}" is no number of minutes.`, 'Give 1 to 525600.');
}
