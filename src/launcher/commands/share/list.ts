import { type Command, workspaceOf } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { describeShares } from './describe-shares.ts';

export const listShares: Command = {
  group: 'share',
  name: 'list',
  summary: 'list the shared folders of a workspace, and how far they are',
  takesWorkspace: true,
  examples: ['xpane share list', 'xpane share list --workspace xp --json'],
  async run({ start, output, callOptions }, input) {
    const client = await start();
    const shares = await client.call('listShares', workspaceOf(input), callOptions);
    output.result(shares, describeShares(shares));
    return exitCodes.ok;
  },
};
