import type { Command } from '../../command.ts';
import { confirm } from '../../confirmation.ts';
import { exitCodes } from '../../exit-codes.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const removeWorkspace: Command = {
  group: 'workspace',
  name: 'remove',
  summary: 'remove a workspace with its disk; the imported image too if no other needs it',
  argument: workspaceArgument,
  takesYes: true,
  examples: ['xpane workspace remove office', 'xpane workspace remove office --yes'],
  async run(context, input) {
    const { start, output, callOptions } = context;
    await confirm(context, input, `${input.argument} and all that is in it will be lost. Go on?`);
    const client = await start();
    await client.call('removeWorkspace', { workspace: input.argument }, callOptions);
    output.result({}, `${input.argument} is removed.`);
    return exitCodes.ok;
  },
};
