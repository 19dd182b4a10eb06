import { resolve } from 'node:path';
import { sizeInWords } from '../../../shared/size-in-words.ts';
import { displayText } from '../../../shared/text.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withWork } from '../../work-progress.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const exportWorkspace: Command = {
  group: 'workspace',
  name: 'export',
  summary: 'write the whole disk of a workspace into one file that other programs use',
  argument: workspaceArgument,
  more: { name: 'file', description: 'a new file: .qcow2, .vhd, .vhdx, .vmdk, .vdi or .img', count: 'one' },
  options: [{ name: 'format', value: 'format', description: 'if the name does not tell' }],
  examples: ['xpane workspace export office office.vmdk', 'xpane workspace export office backup.qcow2'],
  async run({ start, output, callOptions }, { argument, more, values }) {
    const client = await start();
    const { format } = values;
    const exported = await withWork(client, output, (work) =>
      client.call(
        'exportWorkspace',
        {
          ...{ work, workspace: argument, file: resolve(more[0] ?? '') },
          ...(format === undefined ? {} : { format }),
        },
        callOptions,
      ),
    );
    const name = displayText(exported.file, 4096);
    output.result(exported, `${name} is written (${sizeInWords(exported.sizeBytes)}).`);
    return exitCodes.ok;
  },
};
