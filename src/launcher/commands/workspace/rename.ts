import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const renameWorkspace: Command = {
  group: 'workspace',
  name: 'rename',
  summary: 'call a workspace otherwise; its id stays',
  argument: workspaceArgument,
  more: { name: 'name', description: 'its new name', count: 'one' },
  examples: ['xpane workspace rename office "Office 2003"'],
  async run({ start, output, callOptions }, { argument, more }) {
    const client = await start();
    const params = { workspace: argument, name: more[0] ?? '' };
    const renamed = await client.call('renameWorkspace', params, callOptions);
    output.result(renamed, `It is called ${renamed.name} now.`);
    return exitCodes.ok;
  },
};
