import { resolve } from 'node:path';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withWork } from '../../work-progress.ts';
import { given, ofFileName, setNewOneUp, setUpModeIn, setUpModes, setUpOption } from './windows-workspace.ts';

export const importWorkspace: Command = {
  group: 'workspace',
  name: 'import',
  summary: 'make a workspace from the disk image of a Windows XP, and set it up',
  argument: { name: 'file', description: 'qcow2, vhd, vhdx, vmdk, vdi or raw; it is only read' },
  more: ofFileName,
  options: [
    { name: 'format', value: 'format', description: 'if the file does not tell: raw' },
    setUpOption('; none: only import'),
  ],
  takesSettings: true,
  examples: [
    'xpane workspace import xp-mode.vhd "XP Mode"',
    'xpane workspace import office.vmdk --set memoryMiB=1024 --set diskBus=sata --set-up attended',
  ],
  async run(context, { argument, more, values, settings }) {
    const { start, output, callOptions } = context;
    const [name] = more;
    const { format } = values;
    const setUp = setUpModeIn(values['set-up'], [...setUpModes, 'none']);
    const client = await start();
    const imported = await withWork(client, output, (work) =>
      client.call(
        'importImage',
        {
          ...{ work, file: resolve(argument), settings },
          ...given({ name, format, setUp }),
        },
        callOptions,
      ),
    );
    if (setUp === 'none') {
      const done = `${imported.name} is imported. Start it by "xpane start --workspace ${imported.id}".`;
      output.result(imported, [done, ...imported.notes].join('\n'));
      return exitCodes.ok;
    }
    const done = `${imported.name} is imported and set up: its applications are in the tray.`;
    return await setNewOneUp(context, imported, [done, ...imported.notes]);
  },
};
