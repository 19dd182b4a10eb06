import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { withWork } from '../../work-progress.ts';
import { workspaceArgument } from './workspace-argument.ts';

export const cloneWorkspace: Command = {
  group: 'workspace',
  name: 'clone',
  summary: 'make a second workspace as the first is now; the image below them is kept once',
  argument: workspaceArgument,
  more: { name: 'name', description: 'what to call the second', count: 'one' },
  examples: ['xpane workspace clone office "Office for trying"'],
  async run({ start, output, callOptions }, { argument, more }) {
    const client = await start();
    const made = await withWork(client, output, (work) =>
      client.call('cloneWorkspace', { work, workspace: argument, name: more[0] ?? '' }, callOptions),
    );
    output.result(made, `${made.name} is made. Start it by "xpane start --workspace ${made.id}".`);
    return exitCodes.ok;
  },
};
