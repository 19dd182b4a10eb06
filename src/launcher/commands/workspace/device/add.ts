import { resolve } from 'node:path';
import type { Command } from '../../../command.ts';
import { exitCodes } from '../../../exit-codes.ts';
import { workspaceArgument } from '../workspace-argument.ts';
import { describeDevices } from './describe-devices.ts';

export const addDevice: Command = {
  group: 'workspace device',
  name: 'add',
  summary: 'give a workspace that is shut down a device of this computer, or an image',
  argument: workspaceArgument,
  more: {
    name: 'device',
    description: 'serial COM1 PATH, parallel LPT1 PATH, usb VENDOR:PRODUCT, cd FILE or disk FILE',
    count: 'many',
  },
  examples: [
    'xpane workspace device add xp serial COM1 /dev/ttyUSB0',
    'xpane workspace device add xp parallel LPT1 /dev/parport0',
    'xpane workspace device add xp usb 067b:2303',
    'xpane workspace device add xp cd office.iso',
    'xpane workspace device add xp disk data.qcow2',
  ],
  async run({ start, output, callOptions }, { argument, more: [kind = '', ...words] }) {
    const client = await start();
    const params = { workspace: argument, kind, words: withPath(kind, words) };
    const { devices = [] } = await client.call('addDevice', params, callOptions);
    output.result({ devices }, describeDevices(devices));
    return exitCodes.ok;
  },
};

/** The last word of all but USB is a path, from where the user is. */
function withPath(kind: string, words: readonly string[]): string[] {
  const last = words.length - 1;
  return words.map((word, at) =>
    kind !== 'usb' && at === last && at === pathAt(kind) ? resolve(word) : word,
  );
}

const pathAt = (kind: string) => (kind === 'serial' || kind === 'parallel' ? 1 : 0);
