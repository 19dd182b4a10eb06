import { resolve } from 'node:path';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withWork } from '../../work-progress.ts';

export const importWorkspace: Command = {
  group: 'workspace',
  name: 'import',
  summary: 'make a workspace from the disk image of a Windows XP',
  argument: { name: 'file', description: 'qcow2, vhd, vhdx, vmdk, vdi or raw; it is only read' },
  more: { name: 'name', description: 'what to call the workspace (default: as the file)', count: 'optional' },
  options: [{ name: 'format', value: 'format', description: 'if the file does not tell: raw' }],
  takesSettings: true,
  examples: [
    'xpane workspace import xp-mode.vhd "XP Mode"',
    'xpane workspace import office.vmdk --set memoryMiB=1024 --set diskBus=sata',
  ],
  async run({ start, output, callOptions }, { argument, more, values, settings }) {
    const client = await start();
    const [name] = more;
    const { format } = values;
    const imported = await withWork(client, output, (work) =>
      client.call(
        'importImage',
        {
          ...{ work, file: resolve(argument), settings },
          ...(name === undefined ? {} : { name }),
          ...(format === undefined ? {} : { format }),
        },
        callOptions,
      ),
    );
    const done = `${imported.name} is imported. Start it by "xpane start --workspace ${imported.id}".`;
    output.result(imported, [done, ...imported.notes].join('\n'));
    return exitCodes.ok;
  },
};
