import type { Command } from '../../../command.ts';
import { exitCodes } from '../../../exit-codes.ts';
import { workspaceArgument } from '../workspace-argument.ts';
import { describeDevices } from './describe-devices.ts';

export const removeDevice: Command = {
  group: 'workspace device',
  name: 'remove',
  summary: 'take a device away from a workspace that is shut down; images stay as they are',
  argument: workspaceArgument,
  more: { name: 'name', description: 'as "xpane workspace device list" shows it', count: 'one' },
  examples: [
    'xpane workspace device remove xp COM1',
    'xpane workspace device remove xp 067b:2303',
    'xpane workspace device remove xp /home/me/office.iso',
  ],
  async run({ start, output, callOptions }, { argument, more }) {
    const client = await start();
    const params = { workspace: argument, name: more[0] ?? '' };
    const { devices = [] } = await client.call('removeDevice', params, callOptions);
    output.result({ devices }, describeDevices(devices));
    return exitCodes.ok;
  },
};
