import { type Command, displayOf, workspaceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withProgress } from '../progress.ts';

export const desktop: Command = {
  name: 'desktop',
  summary: 'show the guest’s own screen in a window, from its BIOS on; Ctrl+Alt+End there is Ctrl+Alt+Del',
  takesWorkspace: true,
  examples: ['xpane desktop', 'xpane desktop --workspace accounting'],
  async run({ start, output, callOptions, house }, input) {
    const client = await start();
    const work = client.call('desktop', { ...workspaceOf(input), ...displayOf(house) }, callOptions);
    await withProgress(client, output, input.workspace, work);
    output.result({ shown: true }, 'The guest’s screen is shown.');
    return exitCodes.ok;
  },
};
