import { type Command, forceOf } from '../../command.ts';
import { confirm } from '../../confirmation.ts';
import { exitCodes } from '../../exit-codes.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const resetWorkspace: Command = {
  group: 'workspace',
  name: 'reset',
  summary: 'begin anew with the image as it was imported; what the guest wrote since is lost',
  argument: workspaceArgument,
  takesYes: true,
  takesForce: 'lose also what only the guest may have of files that were opened in it',
  examples: ['xpane workspace reset office', 'xpane workspace reset office --yes'],
  async run(context, input) {
    const { start, output, callOptions } = context;
    await confirm(context, input, `All that was written in ${input.argument} will be lost. Go on?`);
    const client = await start();
    await client.call('resetWorkspace', { workspace: input.argument, ...forceOf(input) }, callOptions);
    output.result({}, `${input.argument} begins anew at its next start.`);
    return exitCodes.ok;
  },
};
