import { type Command, workspaceOf } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { describeShares } from './describe-shares.ts';

export const removeShare: Command = {
  group: 'share',
  name: 'remove',
  summary: 'share a folder no more; it stays as it is, and the workspace has to be shut down',
  argument: { name: 'share', description: 'its name, as "xpane share list" shows it' },
  takesWorkspace: true,
  examples: ['xpane share remove Projects'],
  async run({ start, output, callOptions }, input) {
    const client = await start();
    const params = { ...workspaceOf(input), share: input.argument };
    const shares = await client.call('removeShare', params, callOptions);
    output.result(shares, describeShares(shares));
    return exitCodes.ok;
  },
};
