import { sizeInWords } from '../../../shared/size-in-words.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withWork } from '../../work-progress.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const compactWorkspace: Command = {
  group: 'workspace',
  name: 'compact',
  summary: 'write the disk of a workspace anew without what the guest no longer needs',
  argument: workspaceArgument,
  examples: ['xpane workspace compact office'],
  async run({ start, output, callOptions }, { argument }) {
    const client = await start();
    const sizes = await withWork(client, output, (work) =>
      client.call('compactWorkspace', { work, workspace: argument }, callOptions),
    );
    const { beforeBytes, afterBytes } = sizes;
    output.result(
      sizes,
      `The disk takes ${sizeInWords(afterBytes)} now; before it was ${sizeInWords(beforeBytes)}.`,
    );
    return exitCodes.ok;
  },
};
