import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { settingIn } from '../../setting-argument.ts';
import { describeWorkspace } from './describe-workspace.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const setWorkspace: Command = {
  group: 'workspace',
  name: 'set',
  summary: 'change the machine and the settings of a workspace that is shut down',
  argument: workspaceArgument,
  more: { name: 'name=value', description: 'a setting; the value "default" takes it away', count: 'many' },
  examples: [
    'xpane workspace set office diskBus=sata memoryMiB=1024',
    'xpane workspace set office sound=default',
  ],
  async run({ start, output, callOptions }, { argument, more }) {
    const settings = Object.assign({}, ...more.map(settingIn));
    const client = await start();
    const details = await client.call('setWorkspace', { workspace: argument, settings }, callOptions);
    output.result(details, describeWorkspace(details));
    return exitCodes.ok;
  },
};
