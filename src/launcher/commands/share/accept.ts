import { type Command, workspaceOf } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { describeShares } from './describe-shares.ts';

export const acceptShare: Command = {
  group: 'share',
  name: 'accept',
  summary: 'delete what was deleted on one side on the other, too, where XPane asks since it is much',
  argument: { name: 'share', description: 'its name, as "xpane share list" shows it' },
  takesWorkspace: true,
  examples: ['xpane share accept Projects'],
  async run({ start, output, callOptions }, input) {
    const client = await start();
    const params = { ...workspaceOf(input), share: input.argument };
    const shares = await client.call('acceptShare', params, callOptions);
    output.result(shares, describeShares(shares));
    return exitCodes.ok;
  },
};
