import { resolve } from 'node:path';
import { XPaneError } from '../../../shared/errors.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withWork } from '../../work-progress.ts';
import { runSetUp } from '../setup/run-set-up.ts';

const modes = ['attended', 'unattended', 'silent', 'none'] as const;

export const importWorkspace: Command = {
  group: 'workspace',
  name: 'import',
  summary: 'make a workspace from the disk image of a Windows XP, and set it up',
  argument: { name: 'file', description: 'qcow2, vhd, vhdx, vmdk, vdi or raw; it is only read' },
  more: { name: 'name', description: 'what to call the workspace (default: as the file)', count: 'optional' },
  options: [
    { name: 'format', value: 'format', description: 'if the file does not tell: raw' },
    {
      name: 'set-up',
      value: 'mode',
      description: 'attended: its screen is shown; unattended; silent: without a word; none: only import',
    },
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
    const setUp = modeIn(values['set-up']);
    const client = await start();
    const imported = await withWork(client, output, (work) =>
      client.call(
        'importImage',
        {
          ...{ work, file: resolve(argument), settings },
          ...(name === undefined ? {} : { name }),
          ...(format === undefined ? {} : { format }),
          ...(setUp === undefined ? {} : { setUp }),
        },
        callOptions,
      ),
    );
    if (setUp === 'none') {
      const done = `${imported.name} is imported. Start it by "xpane start --workspace ${imported.id}".`;
      output.result(imported, [done, ...imported.notes].join('\n'));
      return exitCodes.ok;
    }
    await runSetUp(context, imported.id);
    const done = `${imported.name} is imported and set up: its applications are in the tray.`;
    output.result({ ...imported, setUp: 'done' }, [done, ...imported.notes].join('\n'));
    return exitCodes.ok;
  },
};

function modeIn(text: string | undefined): (typeof modes)[number] | undefined {
  const mode = modes.find((known) => known === text);
  if (mode !== undefined || text === undefined) return mode;
  throw new XPaneError('usage.invalid', `There is no way "${text}" to set up.`, `Use ${modes.join(', ')}.`);
}
