import type { Command } from '../../../command.ts';
import { exitCodes } from '../../../exit-codes.ts';
import { workspaceArgument } from '../workspace-argument.ts';
import { describeDevices } from './describe-devices.ts';

export const listDevices: Command = {
  group: 'workspace device',
  name: 'list',
  summary: 'list the devices that a workspace has beside its machine',
  argument: workspaceArgument,
  examples: ['xpane workspace device list xp', 'xpane workspace device list xp --json'],
  async run({ start, output, callOptions }, { argument }) {
    const client = await start();
    const { devices = [] } = await client.call('showWorkspace', { workspace: argument }, callOptions);
    output.result({ devices }, describeDevices(devices));
    return exitCodes.ok;
  },
};
