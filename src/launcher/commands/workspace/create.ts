import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';

export const createWorkspace: Command = {
  group: 'workspace',
  name: 'create',
  summary: 'make a workspace of the built-in guest, or on an image that was imported',
  argument: { name: 'name', description: 'what to call it' },
  options: [{ name: 'base', value: 'hash', description: 'an image, see "xpane workspace show"' }],
  takesSettings: true,
  examples: ['xpane workspace create Laboratory', 'xpane workspace create Second --base 3f2a90c1'],
  async run({ start, output, callOptions }, { argument, values, settings }) {
    const client = await start();
    const { base } = values;
    const params = { name: argument, settings, ...(base === undefined ? {} : { base }) };
    const made = await client.call('createWorkspace', params, callOptions);
    output.result(made, `${made.name} is made. Start it by "xpane start --workspace ${made.id}".`);
    return exitCodes.ok;
  },
};
