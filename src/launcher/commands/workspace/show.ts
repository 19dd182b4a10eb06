import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { describeWorkspace } from './describe-workspace.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const showWorkspace: Command = {
  group: 'workspace',
  name: 'show',
  summary: 'show a workspace with its disk, its machine and its settings',
  argument: workspaceArgument,
  examples: ['xpane workspace show office', 'xpane workspace show office --json'],
  async run({ start, output, callOptions }, { argument }) {
    const client = await start();
    const details = await client.call('showWorkspace', { workspace: argument }, callOptions);
    output.result(details, describeWorkspace(details));
    return exitCodes.ok;
  },
};
