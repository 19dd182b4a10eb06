import { type Command, forceOf } from '../../command.ts';
import { confirm } from '../../confirmation.ts';
import { exitCodes } from '../../exit-codes.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const removeWorkspace: Command = {
  group: 'workspace',
  name: 'remove',
  summary: 'remove a workspace with its disk; the imported image too if no other needs it',
  argument: workspaceArgument,
  takesYes: true,
  takesForce: 'lose also what only the guest may have of files that were opened in it',
  examples: ['xpane workspace remove office', 'xpane workspace remove office --yes'],
  async run(context, input) {
    const { start, output, callOptions } = context;
    await confirm(context, input, `${input.argument} and all that is in it will be lost. Go on?`);
    const client = await start();
    await client.call('removeWorkspace', { workspace: input.argument, ...forceOf(input) }, callOptions);
    output.result({}, `${input.argument} is removed.`);
    return exitCodes.ok;
  },
};
